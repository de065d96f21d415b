// SPDX-License-Identifier: Apache-2.0
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { call } from '../../core/test/cli/terminal.ts';
import { plant } from '../../core/test/input/tree.ts';
import { run } from '../src/cli.ts';
import { upperBound } from '../src/noise/noise.ts';
import { ID, judge, PASSING, sigma, tests } from './stage.ts';

const CONFIG = (benign: string): string =>
  `version: 1\ngates:\n  detect:\n    include: ['*.yml']\n    benign: {include: ['logs/*'], ${benign}}\n`;

const RULE = { logsource: '{product: windows, category: process_creation}' };

/** Sysmon's process creations, `loud` of them with what the rule looks for, and other events besides. */
function log(quiet: number, loud: number): string {
  const event = (id: number, a: string): string =>
    JSON.stringify({ Channel: 'Microsoft-Windows-Sysmon/Operational', EventID: id, a });
  const lines = [
    ...Array.from({ length: loud }, () => event(1, 'x')),
    ...Array.from({ length: quiet }, () => event(1, 'y')),
    ...Array.from({ length: 50 }, () => event(3, 'x')),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

const files = (benign: string, quiet: number, loud: number): Record<string, string> => ({
  'helios.yaml': CONFIG(benign),
  'rule.yml': sigma('  s: {a: x}\n  condition: s\n', RULE),
  'rule.test.yaml': tests(PASSING),
  'logs/quiet.ndjson': log(quiet, loud),
});

const record = (matches: number, events: number): string =>
  JSON.stringify({ schema: 'helios/noise-record/v1', results: [{ rule: ID, matches, events }] });

it('the bound is that of Wilson, and honest where there is little to go by', () => {
  expect(upperBound(0, 0)).toBe(1);
  expect(upperBound(0, 100)).toBeCloseTo(0.02634, 4);
  expect(upperBound(10, 100)).toBeCloseTo(0.16036, 4);
  expect(upperBound(5, 5)).toBeCloseTo(1, 9);
});

describe('a rule over harmless events', () => {
  it('may match so many of those that it is about', async () => {
    const { findings, metrics } = await judge(files('perThousand: 5', 999, 6));
    expect(findings.map(({ ruleId, location, message }) => [ruleId, location.line, message])).toEqual([
      [
        'detect/noisy',
        1,
        'matches 6 of 1005 harmless events (5.97 per 1,000; at most 11.5 with 95 % confidence), and may match 5, for instance logs/quiet.ndjson:1',
      ],
    ]);
    expect(metrics.find(({ id }) => id === 'noise.rate')).toMatchObject({ value: 5.69, sample: { hits: 6, of: 1055 } });
    expect((await judge(files('perThousand: 6', 999, 6))).ids).toEqual([]);
  });

  it('may not match more than was recorded', async () => {
    const before = (matches: number): Record<string, string> => ({
      ...files('perThousand: 100, record: noise.json', 990, 10),
      'noise.json': record(matches, 1000),
    });
    expect((await judge(before(10))).ids).toEqual([]);
    const { findings } = await judge(before(9));
    expect(findings.map(({ ruleId, message }) => [ruleId, message])).toEqual([
      [
        'detect/noise-regression',
        'matches 10 per 1,000 harmless events, and matched 9 before, for instance logs/quiet.ndjson:1',
      ],
    ]);
  });

  it('is measured against the record, all rules together', async () => {
    const { metrics } = await judge({
      ...files('perThousand: 100, record: noise.json, reduction: 12', 991, 9),
      'noise.json': record(10, 1000),
    });
    expect(metrics.find(({ id }) => id === 'noise.reduction')).toMatchObject({ value: 10, threshold: { atLeast: 12 } });
  });

  it('is not called quiet by a log that cannot be read in full', async () => {
    const broken = { ...files('perThousand: 100', 10, 0), 'logs/broken.ndjson': '{"a": \n' };
    expect((await judge(broken)).ids).toEqual(['core/unreadable-input']);
  });

  it('is counted by sec-detect noise, the noisiest first, and recorded', async () => {
    const root = plant(files('perThousand: 100', 90, 10));
    writeFileSync(join(root, 'logs/more.gz'), gzipSync(log(100, 0)));
    const { exit, stdout } = await call(run, { args: ['noise', '--record', 'noise.json'], root });
    expect(exit).toBe(0);
    expect(stdout).toBe(
      '10 of 200  at most 8.17 per 1,000  A rule  logs/quiet.ndjson:1\n1 of 1 rules match harmless events\n'.replace(
        '8.17',
        '81.89',
      ),
    );
    expect(await call(run, { args: ['noise'], files: { 'rule.yml': sigma() } })).toMatchObject({ exit: 3 });
  });
});
