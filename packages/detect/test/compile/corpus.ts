// SPDX-License-Identifier: Apache-2.0
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { parseYaml } from '@helios/core/input';
import type { LogEvent, Logsource } from '../../src/events/event.ts';
import type { Source, Where } from '../../src/compile/source.ts';
import { WINDOWS_SOURCES } from '../../src/compile/windows-sources.ts';
import { parseRule } from '../../src/sigma/parse.ts';
import type { SigmaRule } from '../../src/sigma/rule.ts';

/** The public data beside the checkout; see its README. */
const SHARED = process.env['HELIOS_SHARED'] ?? join(import.meta.dirname, '../../../../../shared/data');
/** Why what needs the data is skipped: part of the tests' names; empty where it is there. */
export const NO_DATA = existsSync(join(SHARED, 'sigma/rules')) ? '' : ` (skipped: no ${SHARED})`;

export function readRules(): SigmaRule[] {
  const root = join(SHARED, 'sigma/rules');
  return globSync('**/*.yml', { cwd: root })
    .sort()
    .flatMap((path) => parseYaml(path, readFileSync(join(root, path), 'utf8')))
    .flatMap((document) => {
      const parsed = parseRule(document);
      return 'rule' in parsed ? [parsed.rule] : [];
    });
}

export interface Recorded {
  readonly event: LogEvent;
  /** As it stands in its file. */
  readonly json: string;
}

/** The Windows events of recorded attacks, and those that a rule each is tested with, routed by the sources that rules are compiled with. */
export function readEvents(): Recorded[] {
  return [...readAttacks(), ...readExamples()];
}

/** Of a rule each: `{Event: {System, EventData}}`, one or several in a file; what is asked of them is flat. */
function readExamples(): Recorded[] {
  const root = join(SHARED, 'sigma/regression');
  return globSync('**/*.json', { cwd: root })
    .sort()
    .flatMap((file) => {
      const texts = readFileSync(join(root, file), 'utf8').split(/(?<=^\})\s*(?=^\{)/m);
      return texts.map((text, index) => {
        const { Event } = JSON.parse(text) as {
          readonly Event: Readonly<Record<string, Readonly<Record<string, unknown>> | null>>;
        };
        const told = { ...Event['System'], ...Event['EventData'] };
        const fields = Object.fromEntries(
          Object.entries(told).map(([name, value]) => [name.replaceAll(' ', ''), value]),
        );
        return {
          event: { fields, logsources: logsourcesOf(fields), at: { file, record: index + 1 } },
          json: JSON.stringify(fields),
        };
      });
    });
}

function readAttacks(): Recorded[] {
  const root = join(SHARED, 'events/windows-otrf');
  return globSync('**/*.gz', { cwd: root })
    .sort()
    .flatMap((file) => {
      const lines = gunzipSync(readFileSync(join(root, file)))
        .toString('utf8')
        .split('\n');
      return lines.flatMap((json, index) => {
        if (json.trim() === '') return [];
        const fields = JSON.parse(json) as Record<string, unknown>;
        return [{ event: { fields, logsources: logsourcesOf(fields), at: { file, record: index + 1 } }, json }];
      });
    });
}

const ROUTED = new Map<string, readonly Logsource[]>();

function logsourcesOf(fields: Readonly<Record<string, unknown>>): readonly Logsource[] {
  const key = ['Channel', 'EventID', 'EventType']
    .map((name) => String(fields[name]))
    .join('\n')
    .toLowerCase();
  let known = ROUTED.get(key);
  if (!known)
    ROUTED.set(
      key,
      (known = WINDOWS_SOURCES.filter((source) => isWithin(fields, source)).map(({ logsource }) => logsource)),
    );
  return known;
}

function isWithin(fields: Readonly<Record<string, unknown>>, { where }: Source): boolean {
  return Object.entries((where ?? {}) as Where).every(([name, values]) =>
    (typeof values === 'object' ? values : [values]).some(
      (value) => String(value).toLowerCase() === String(fields[name]).toLowerCase(),
    ),
  );
}
