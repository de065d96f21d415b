// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { call } from '../../../core/test/cli/terminal.ts';
import { plant } from '../../../core/test/input/tree.ts';
import { storeRecord } from '../../../core/src/evidence/index.ts';
import { ALERT_TYPE, type EgressAlert, type EgressWatch, TRIAGE_TYPE, WATCH_TYPE } from '../../src/egress/record.ts';
import { EGRESS_RULES } from '../../src/egress/rules.ts';
import { CONFIG, dns, FILES, recordsIn, run } from './stage.ts';

const SETTINGS = 'controls/egress/watch.yaml';
const BASELINE = 'controls/egress/baseline.json';
const SUBJECT = [{ name: 'x', digest: { sha256: '0'.repeat(64) } }];

/** An event at 10:00 that the log had at 10:02, seen by a watch at 10:05. */
const ALERT: EgressAlert = {
  schema: 'helios/egress-alert/v1',
  id: '0123456789abcdef',
  kind: 'first-seen',
  source: 's3',
  workload: 'shop/web',
  destination: { kind: 'bucket', name: '210987654321/exports' },
  at: '2026-06-01T10:00:00.000Z',
  observed: '2026-06-01T10:02:00.000Z',
  late: false,
};
const RUN: EgressWatch['sources'][number] = {
  source: 's3',
  logs: [],
  until: '2026-06-01T10:05:00.000Z',
  records: 200,
  watched: 198,
  late: 0,
  ahead: 0,
  undated: 0,
  unattributed: 0,
  unaddressed: 0,
};
const triage = (at: string): object => ({
  schema: 'helios/egress-triage/v1',
  alert: ALERT.id,
  by: 'ana',
  at,
  verdict: 'benign',
  note: 'known',
});
const good = (id: string): string =>
  EGRESS_RULES.flatMap((rule) => ('example' in rule && rule.id === id ? [rule.example.good] : [])).join('');

interface Scene {
  readonly alerts?: readonly Partial<EgressAlert>[];
  readonly triages?: readonly object[];
  readonly run?: Partial<EgressWatch['sources'][number]> | null;
  readonly settings?: string;
  readonly baseline?: string | null;
  readonly options?: string;
  readonly asOf?: string;
}

async function judge({
  alerts = [{}],
  triages = [triage('2026-06-01T10:15:00.000Z')],
  run: own = {},
  settings = good('ccv/unlisted-storage-account'),
  baseline = good('ccv/unreviewed-egress-baseline'),
  options = '',
  asOf = '2026-06-01T12:00:00Z',
}: Scene) {
  const root = plant({
    'helios.yaml': CONFIG.replace('watch.yaml}', `watch.yaml${options}}`),
    '.gitignore': '.evidence\n',
    [SETTINGS]: settings,
    ...(baseline !== null && { [BASELINE]: baseline }),
  });
  const store = (name: string, predicateType: string, predicate: object) =>
    storeRecord(join(root, '.evidence'), {
      area: 'soc',
      name,
      predicateType,
      subject: SUBJECT,
      predicate: { ...predicate },
    });
  for (const each of alerts) await store('egress-first-seen', ALERT_TYPE, { ...ALERT, ...each });
  for (const each of triages) await store('egress-triage', TRIAGE_TYPE, each);
  if (own) {
    const watched = {
      schema: 'helios/egress-watch/v1',
      ran: '2026-06-01T10:06:00.000Z',
      sources: [{ ...RUN, ...own }],
      alerts: [],
    };
    await store('egress-watch', WATCH_TYPE, watched);
  }
  const called = await call(run, {
    args: ['check', '--no-evidence', '--no-cache', '--format', 'json', '--as-of', asOf],
    root,
  });
  if (called.stdout === '') throw new Error(called.stderr);
  const [gate] = (
    JSON.parse(called.stdout) as {
      gates: [
        {
          checked: number;
          findings: { ruleId: string; message: string; location: object }[];
          metrics: { id: string; value: number; sample?: object }[];
        },
      ];
    }
  ).gates;
  return { ...gate, exit: called.exit, said: gate.findings.map(({ ruleId, message }) => `${ruleId}: ${message}`) };
}

it('passes where all is watched, owned, listed, reviewed and looked into in time', async () => {
  const { exit, said, checked, metrics } = await judge({});
  expect([exit, said, checked]).toEqual([0, [], 2]);
  expect(metrics).toMatchObject([
    { id: 'egress.triage', value: 15, sample: { hits: 1, of: 1 } },
    { id: 'egress.lag', value: 2 },
  ]);
});

describe('the time until somebody has looked', () => {
  it('runs from the event, ingestion included', async () => {
    const { said } = await judge({ triages: [triage('2026-06-01T10:16:30.000Z')] });
    expect(said).toEqual([
      'ccv/late-egress-triage: shop/web sends to bucket 210987654321/exports for the first time: it took 16.5 min until somebody had looked, 2 of them until the log had it; 15 min are allowed',
    ]);
  });

  it('goes on as long as nobody has', async () => {
    expect((await judge({ triages: [], asOf: '2026-06-01T10:15:00Z' })).said).toEqual([]);
    const { said, metrics } = await judge({ triages: [], asOf: '2026-06-01T10:15:01Z' });
    expect(said).toEqual([expect.stringContaining('nobody has looked for 15.1 min')]);
    expect(metrics[0]).toMatchObject({ value: 15.1, sample: { hits: 0, of: 1 } });
  });

  it('does not know yet of a triage that comes later', async () => {
    const { said } = await judge({ triages: [triage('2026-06-01T12:00:01.000Z')] });
    expect(said).toEqual([expect.stringContaining('nobody has looked for 120 min')]);
  });

  it('ends with the first triage, and begins with the first source that tells', async () => {
    const triages = [triage('2026-06-01T10:30:00.000Z'), triage('2026-06-01T10:10:00.000Z')];
    expect((await judge({ triages })).metrics[0]).toMatchObject({ value: 10 });
    const alerts = [{}, { source: 'flows', at: '2026-06-01T09:58:00.000Z' }];
    expect((await judge({ alerts, triages })).metrics[0]).toMatchObject({ value: 12, sample: { of: 1 } });
  });

  it('is not asked of alerts of long ago', async () => {
    const old = { id: 'f'.repeat(16), at: '2026-04-01T00:00:00.000Z' };
    expect((await judge({ alerts: [{}, old] })).said).toEqual([]);
    expect((await judge({ alerts: [{}, old], options: ', days: 90' })).said).toHaveLength(1);
  });
});

describe('storage', () => {
  it('of an account that nobody has listed is told of, new or known', async () => {
    const settings = good('ccv/unowned-egress-alert');
    expect((await judge({ settings })).said).toEqual([
      'ccv/unlisted-storage-account: shop/web writes to 210987654321/exports, and nobody has listed that account',
    ]);
    const known = { kind: 'bucket', name: 'unknown/drop', first: '2026-05-01', last: '2026-05-01', days: 1 };
    const baseline = JSON.stringify(
      { schema: 'helios/egress-known/v1', workloads: [{ workload: 'etl', destinations: [known] }] },
      null,
      2,
    );
    const { findings } = await judge({ baseline });
    expect(findings).toContainEqual(
      expect.objectContaining({
        ruleId: 'ccv/unlisted-storage-account',
        location: expect.objectContaining({ path: BASELINE, line: 9 }),
      }),
    );
  });

  it('may be listed bucket by bucket', async () => {
    const listed = good('ccv/unowned-egress-alert').replace(
      'sources',
      'storage: {buckets: [210987654321/exports]}\nsources',
    );
    expect((await judge({ settings: listed })).said).toEqual([]);
  });
});

describe('a baseline', () => {
  it.each([
    ['is not there', null, 'ccv/unreviewed-egress-baseline: controls/egress/baseline.json is not there'],
    [
      'was changed after its review',
      good('ccv/unreviewed-egress-baseline').replace('[]', '[{"workload": "x", "destinations": []}]'),
      'ccv/unreviewed-egress-baseline: it was changed after ana had read it on 2026-05-30',
    ],
    [
      'was reviewed in the future',
      good('ccv/unreviewed-egress-baseline').replace('2026-05-30', '2026-06-30'),
      'ccv/unreviewed-egress-baseline: its review, of 2026-06-30, lies in the future',
    ],
  ])('that %s counts as none', async (_, baseline, expected) => {
    expect((await judge({ baseline })).said).toEqual([expected]);
  });
});

describe('a source', () => {
  it.each([
    [null, 'ccv/silent-egress-watch: it was never watched; 24 hours are allowed'],
    [
      { until: '2026-05-31T11:59:00.000Z' },
      'ccv/silent-egress-watch: it was watched until 24 hours ago; 24 hours are allowed',
    ],
    [{ source: 'other' }, 'ccv/silent-egress-watch: it was never watched; 24 hours are allowed'],
    [
      { unattributed: 2, undated: 1 },
      'ccv/blind-egress-source: 3 of 201 records of the last run do not say who, where or when; at most 1 % may',
    ],
  ])('%j: %s', async (own, expected) => {
    expect((await judge({ run: own })).said).toEqual([expected]);
  });
});

it('a record that was changed is told of, and is no proof', async () => {
  const root = plant({
    'helios.yaml': CONFIG,
    [SETTINGS]: good('ccv/unowned-egress-alert'),
    '.evidence/soc/egress-first-seen-000000000000.intoto.json': '{}',
  });
  const { stdout } = await call(run, { args: ['check', '--no-evidence', '--no-cache'], root });
  expect(stdout).toContain('is no record that a runner left');
});

describe('the examples of the rules', () => {
  const examples = EGRESS_RULES.flatMap((rule) => ('example' in rule ? [rule] : []));
  const scene = (text: string): Scene =>
    text.startsWith('schema')
      ? { settings: text }
      : text.includes('egress-known')
        ? { baseline: text }
        : { triages: [JSON.parse(text) as object] };

  it.each(examples.map((rule) => [rule.id, rule] as const))('%s', async (id, { example }) => {
    expect((await judge(scene(example.bad))).findings.map(({ ruleId }) => ruleId)).toContain(id);
    expect((await judge(scene(example.good))).findings.map(({ ruleId }) => ruleId)).not.toContain(id);
  });
});

describe('from the first log to the last word', () => {
  it('learns, is reviewed, watches, tells a connector, is triaged, and passes', async () => {
    const s3 = JSON.stringify({
      eventTime: '2026-06-01T00:01:30Z',
      eventSource: 's3.amazonaws.com',
      eventName: 'GetObject',
    });
    const root = plant({
      ...FILES,
      'old.ndjson': dns(0, 'a.example'),
      'new.ndjson': dns(60, 'a.example') + dns(90, 'b.example'),
      's3.ndjson': s3,
    });
    const now = new Date('2026-06-01T00:05:00Z');
    const say = async (...args: string[]) => {
      const { exit, stdout, stderr } = await call(run, { args, root, now, env: { HOME: root } });
      return `${exit} ${stdout}${stderr}`.replaceAll(/[0-9a-f]{16}/g, '<id>');
    };
    expect(await say('egress', 'learn', 'dns=old.ndjson')).toContain('1 destinations of 1 workloads');
    expect(await say('egress', 'review', '--by', 'ana')).toBe(
      '0 controls/egress/baseline.json: reviewed by ana on 2026-06-01\n',
    );
    expect(
      await say('egress', 'watch', 'dns=new.ndjson', 's3=s3.ndjson', '--state', 'state.json', '--drain'),
    ).toContain('b.example for the first time');
    expect(await say('egress', 'notify', '--to', 'soc')).toContain(
      'would create alert: shop/web sends to domain b.example',
    );
    expect(await say('egress', 'notify', '--to', 'soc', '--apply')).toContain('created alert');
    expect(await say('egress', 'notify', '--to', 'soc', '--apply')).toBe('0 soc is as it should be\n');
    const id = String([...recordsIn(root, 'first-seen').values()][0]?.['id']).slice(0, 6);
    expect(await say('egress', 'triage', '', '--by', 'ana', '--verdict', 'benign', '--note', 'x')).toContain(
      '"" is not the id',
    );
    expect(await say('egress', 'triage', 'zz', '--by', 'ana', '--verdict', 'benign', '--note', 'x')).toContain(
      '2 sec-ccv: "zz" is not the id of one alert',
    );
    expect(await say('egress', 'triage', id, '--by', 'ana', '--verdict', 'fine', '--note', 'x')).toContain(
      '2 sec-ccv: "fine" is no verdict',
    );
    expect(await say('egress', 'triage', id, '--by', 'ana', '--verdict', 'benign', '--note', 'mail')).toBe(
      '0 <id>: benign, by ana\n',
    );
    expect(await say('egress', 'notify', '--to', 'soc', '--apply')).toContain('updated alert');
    expect(readFileSync(join(root, 'sent.ndjson'), 'utf8')).toContain('"action":"resolve"');
    expect(await say('check', '--no-evidence')).toMatch(/^0 /);
  });
});
