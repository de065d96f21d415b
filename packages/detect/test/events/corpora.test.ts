// SPDX-License-Identifier: Apache-2.0
// What is public is read whole, and counted as the README beside it counts.
import { spawnSync } from 'node:child_process';
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { parseDocuments } from '@helios/core/input';
import { describe, expect, it } from 'vitest';
import {
  applies,
  eventFile,
  type LogEvent,
  type Logsource,
  readEventBatches,
  SERVICE_CHANNELS,
  SYSMON_CATEGORIES,
  UNMAPPED_CATEGORIES,
  EVENT_CATEGORIES,
} from '../../src/events/index.ts';
import { makeFolder, NO_SHARED, read, SHARED } from './stage.ts';

const here = existsSync(SHARED);

interface Count {
  events: number;
  timed: number;
  /** Events by their logsources, as JSON. */
  readonly kinds: Map<string, number>;
}

async function countEvents(pattern: string): Promise<Count> {
  const count: Count = { events: 0, timed: 0, kinds: new Map() };
  for (const path of globSync(pattern, { cwd: SHARED })) {
    for await (const batch of readEventBatches(eventFile(SHARED, path))) {
      for (const { time, logsources } of batch) {
        count.events++;
        if (time !== undefined) count.timed++;
        const kind = JSON.stringify(logsources);
        count.kinds.set(kind, (count.kinds.get(kind) ?? 0) + 1);
      }
    }
  }
  return count;
}

describe.skipIf(!here)(`the event corpora${NO_SHARED}`, () => {
  it.each([
    ['Invictus', 'events/cloudtrail-invictus/*', 2900],
    ['Stratus', 'events/cloudtrail-stratus/*', 142],
  ])('%s is CloudTrail, each event with its time', async (_name, pattern, events) => {
    const count = await countEvents(pattern);
    expect(count).toMatchObject({ events, timed: events });
    expect([...count.kinds.keys()]).toEqual(['[{"product":"aws","service":"cloudtrail"}]']);
  });

  it('OTRF is Windows, each event with its time, and all but 3 with a service', async () => {
    const { events, timed, kinds } = await countEvents('events/windows-otrf/*/*');
    expect({ events, timed }).toEqual({ events: 104_169, timed: 104_169 });
    const of = (...logsources: Logsource[]) => kinds.get(JSON.stringify(logsources));
    const sysmon = (...categories: string[]) =>
      of(...categories.map((category) => ({ product: 'windows', category, service: 'sysmon' })));
    expect(sysmon('process_access')).toBe(37_537);
    expect(sysmon('process_creation')).toBe(158);
    expect(sysmon('registry_event', 'registry_set')).toBe(5200);
    expect(of({ product: 'windows', category: 'ps_module', service: 'powershell' })).toBe(10_591);
    expect(of({ product: 'windows', category: 'ps_classic_script', service: 'powershell-classic' })).toBe(11_282);
    // TerminalServices-RemoteConnectionManager, which no SigmaHQ rule names
    expect(of({ product: 'windows' })).toBe(3);
  });

  it('Panther holds 786 labelled events, 56 of which are too bare or folded in case to be told', async () => {
    const kinds = new Map<string, number>();
    let events = 0;
    for (const path of globSync('events/panther/**/*.yml', { cwd: SHARED })) {
      const source = { path, text: readFileSync(join(SHARED, path), 'utf8'), sha256: '' };
      const [rule] = (await parseDocuments(source)) as readonly {
        readonly Tests?: readonly { readonly Log: unknown }[];
      }[];
      const log = JSON.stringify((rule?.Tests ?? []).map(({ Log }) => Log));
      const outcome = await read(log);
      expect([path, outcome.bad, outcome.error]).toEqual([path, [], undefined]);
      events += outcome.events.length;
      for (const { logsources } of outcome.events) {
        const kind = logsources.map(({ product }) => product).join() || 'unknown';
        kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
      }
    }
    expect(events).toBe(786);
    expect(Object.fromEntries(kinds)).toEqual({
      aws: 452,
      azure: 1,
      gcp: 34,
      kubernetes: 219,
      okta: 24,
      unknown: 56,
    });
  });
});

describe.skipIf(!here)(`Sigma’s own events${NO_SHARED}`, () => {
  it('are of the logsource of the rule that they were recorded for, each', async () => {
    const rules = rulesById();
    const foreign: string[] = [];
    let files = 0;
    let events = 0;
    for (const path of globSync('sigma/regression/**/*.json', { cwd: SHARED })) {
      files++;
      const id = basename(path, '.json');
      const rule = rules.get(id);
      for await (const batch of readEventBatches(eventFile(SHARED, path))) {
        events += batch.length;
        for (const event of batch) if (!rule || !fits(rule, event)) foreign.push(`${id} ${JSON.stringify(rule)}`);
      }
    }
    expect({ files, events, foreign }).toEqual({ files: 87, events: 109, foreign: [] });
  });

  function fits(rule: Logsource, event: LogEvent): boolean {
    return applies(rule, event) && event.time !== undefined;
  }

  it('ask for no Windows service or category that is not mapped, but those listed with a reason', () => {
    const mapped = new Set([
      ...Object.keys(SERVICE_CHANNELS),
      ...Object.keys(UNMAPPED_CATEGORIES),
      ...Object.values(SYSMON_CATEGORIES).flat(),
      ...Object.values(EVENT_CATEGORIES).flatMap((byId) => Object.values(byId)),
    ]);
    const asked = [...rulesById().values()]
      .filter(({ product }) => product === 'windows')
      .flatMap(({ category, service }) => [category, service]);
    expect([...new Set(asked)].filter((name) => name !== undefined && !mapped.has(name))).toEqual([]);
  });
});

function rulesById(): ReadonlyMap<string, Logsource> {
  const rules = new Map<string, Logsource>();
  for (const path of globSync('sigma/rules/**/*.yml', { cwd: SHARED })) {
    const text = readFileSync(join(SHARED, path), 'utf8');
    const id = /^id:\s*(\S+)/m.exec(text)?.[1];
    const block = /^logsource:\n((?:[ \t].*\n|#.*\n)+)/m.exec(text)?.[1] ?? '';
    const of = (key: string) => new RegExp(`^\\s+${key}:\\s*([^\\s#]+)`, 'm').exec(block)?.[1];
    const parts = (['product', 'category', 'service'] as const).map((key) => [key, of(key)] as const);
    if (id !== undefined) rules.set(id, Object.fromEntries(parts.filter(([, value]) => value !== undefined)));
  }
  return rules;
}

const MEASURE = `
import { readEventBatches, eventFile } from ${JSON.stringify(join(import.meta.dirname, '../../src/events/index.ts'))};
let events = 0, most = 0;
for await (const batch of readEventBatches(eventFile(process.argv[1], process.argv[2]))) {
  events += batch.length;
  most = Math.max(most, process.memoryUsage.rss());
}
console.log(JSON.stringify({ events, most }));`;

describe.skipIf(!here)(`a log of 286 MB${NO_SHARED}`, () => {
  it.each(['lines', 'one list'])('as %s is read in less than 200 MB', (layout) => {
    const root = makeFolder();
    const texts = globSync('events/windows-otrf/*/*', { cwd: SHARED }).map((path) =>
      gunzipSync(readFileSync(join(SHARED, path))),
    );
    const isList = layout === 'one list';
    for (const [index, text] of texts.entries()) {
      const flag = { flag: 'a' };
      if (!isList) writeFileSync(join(root, 'log'), text, flag);
      else
        writeFileSync(
          join(root, 'log'),
          (index === 0 ? '[' : ',') + text.toString('utf8').trimEnd().replaceAll('\n', ','),
          flag,
        );
    }
    if (isList) writeFileSync(join(root, 'log'), ']', { flag: 'a' });
    const args = ['--conditions=source', '--input-type=module', '-e', MEASURE, root, 'log'];
    const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    expect(stderr).toBe('');
    const { events, most } = JSON.parse(stdout) as { events: number; most: number };
    expect(events).toBe(104_169);
    expect(most).toBeLessThan(200 * 1024 * 1024);
  });
});
