// SPDX-License-Identifier: Apache-2.0
import { existsSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import type { GateResult } from '../../src/gate/result.ts';
import { REPORTERS } from '../../src/report/index.ts';
import { HOSTILE } from './hostile.ts';
import {
  CLEAN,
  CRASHED,
  EMPTY,
  everything,
  failingGate,
  finding,
  PLAIN,
  passingGate,
  reportOf,
  rule,
} from './samples.ts';

const draw = (...gates: GateResult[]): string => REPORTERS.sarif(reportOf(...gates), PLAIN);
const runsOf = (...gates: GateResult[]) => JSON.parse(draw(...gates)).runs;
const findings = (count: number, level: 'error' | 'warning' | 'note', from = 0) =>
  Array.from({ length: count }, (_, i) =>
    finding({ level, location: { path: 'a.yml', line: from + i + 1 }, excerpt: undefined }),
  );
const gates = (count: number) =>
  Array.from({ length: count }, (_, i) =>
    failingGate([finding()], { gate: `gate-${i}`, rules: [rule(`gate-${i}/x`)] }),
  );

const schemaFile = new URL('../../../../../shared/data/scanners/schema/sarif-schema-2.1.0.json', import.meta.url);

describe.skipIf(!existsSync(schemaFile))('SARIF against the schema of OASIS (skipped without ../shared/data)', () => {
  const validator = () => {
    const { $schema: _draft04, id: _id, ...schema } = JSON.parse(readFileSync(schemaFile, 'utf8'));
    const ajv = new Ajv({ strict: false, allErrors: true });
    addFormats.default(ajv);
    return ajv.compile(schema);
  };

  it.each([
    ['clean', [CLEAN]],
    ['mixed', [everything(), CLEAN, EMPTY, CRASHED]],
    [
      'hostile',
      [
        failingGate(
          Object.values(HOSTILE)
            .flat()
            .map((text) => finding({ message: text, location: { path: `d/${text}` } })),
        ),
      ],
    ],
    ['truncated', [failingGate(findings(5001, 'error')), ...gates(20)]],
  ])('a %s report is valid', (_, results) => {
    const validate = validator();
    validate(JSON.parse(draw(...results)));
    expect(validate.errors ?? []).toEqual([]);
  });

  it('the validator does refuse', () => {
    expect(validator()({ version: '2.1.0', runs: [{ results: [{}] }] })).toBe(false);
  });
});

describe('the SARIF report', () => {
  it('has an empty list of results for a clean gate, so that its alerts close', () => {
    expect(runsOf(CLEAN)[0]).toMatchObject({ results: [], invocations: [{ executionSuccessful: true, exitCode: 0 }] });
  });

  it('gives each gate its run and category', () => {
    expect(runsOf(CLEAN, EMPTY).map((run: { automationDetails: unknown }) => run.automationDetails)).toEqual([
      { id: 'helios/exception/' },
      { id: 'helios/intel/' },
    ]);
  });

  it('says that a gate crashed or had nothing to check', () => {
    const [crashed, empty] = runsOf(CRASHED, EMPTY);
    expect(crashed.invocations[0]).toMatchObject({
      executionSuccessful: false,
      exitCode: 70,
      toolExecutionNotifications: [{ level: 'error' }],
    });
    expect(crashed.invocations[0].toolExecutionNotifications[0].message.text).toContain('Cannot read properties');
    expect(empty.invocations[0].toolExecutionNotifications[0].message.text).toBe('intel found no indicators to check');
  });

  it('names places relative to the root, percent-encoded', () => {
    const [{ results }] = runsOf(failingGate([finding({ location: { path: 'a b/ü#1?.yml', line: 2 } })]));
    expect(results[0].locations[0].physicalLocation).toEqual({
      artifactLocation: { uri: 'a%20b/%C3%BC%231%3F.yml', uriBaseId: '%SRCROOT%' },
      region: { startLine: 2 },
    });
  });

  it('shows what concerns a whole file at its top, since GitHub wants a line', () => {
    const [{ results }] = runsOf(failingGate([finding({ location: { path: 'a.yml' } })]));
    expect(results[0].locations[0].physicalLocation.region).toEqual({ startLine: 1 });
  });

  it('carries its own fingerprint and never the one that GitHub computes', () => {
    expect(runsOf(failingGate([finding({ fingerprint: 'f'.repeat(64) })]))[0].results[0].partialFingerprints).toEqual({
      'helios/v1': 'f'.repeat(64),
    });
  });

  it('keeps waived and baselined findings, marked as accepted', () => {
    const [{ results }] = runsOf(everything());
    const accepted = results.filter((result: { suppressions?: unknown }) => result.suppressions);
    expect(accepted).toHaveLength(2);
    expect(accepted[0].suppressions).toEqual([
      {
        kind: 'external',
        status: 'accepted',
        justification:
          'EXC-2026-001, owned by detection@example.org until 2026-12-01T23:59:59.999Z: vendor rule, mended upstream',
      },
    ]);
    expect(results.map((result: { baselineState: string }) => result.baselineState)).toEqual([
      ...Array(9).fill('new'),
      'unchanged',
    ]);
  });

  it('says nothing of a baseline where none is in use', () => {
    expect(runsOf(failingGate([finding()]))[0].results[0]).not.toHaveProperty('baselineState');
  });

  it('carries fixes as replacements', () => {
    const [{ results }] = runsOf(everything());
    expect(results[0].fixes[0].artifactChanges[0].replacements).toEqual([
      { deletedRegion: { charOffset: 120, charLength: 12 }, insertedContent: { text: 'attack.t1059' } },
    ]);
  });

  it('describes rules with a severity that is a string', () => {
    const { rules } = runsOf(failingGate([], { rules: [rule('mapping/x', 'warning')] }))[0].tool.driver;
    expect(rules[0]).toMatchObject({
      id: 'mapping/x',
      defaultConfiguration: { level: 'warning' },
      properties: { 'security-severity': '5.0' },
    });
  });

  it('points every result at its rule', () => {
    for (const run of runsOf(everything(), failingGate([finding({ ruleId: 'core/unreadable-input' })]))) {
      for (const result of run.results) expect(run.tool.driver.rules[result.ruleIndex].id).toBe(result.ruleId);
    }
  });
});

describe('the limits of code scanning', () => {
  it('keep 5,000 of 25,001 results, the most severe, and say so', () => {
    const [run] = runsOf(
      failingGate([
        ...findings(20_000, 'note'),
        ...findings(5_000, 'warning', 20_000),
        ...findings(1, 'error', 25_000),
      ]),
    );
    expect(run.results).toHaveLength(5000);
    expect(run.results[0].level).toBe('error');
    expect(run.results.filter((result: { level: string }) => result.level === 'warning')).toHaveLength(4999);
    expect(run.invocations[0].toolExecutionNotifications[0].message.text).toContain('5,000 of 25,001 results');
  });

  it('put open findings before waived ones', () => {
    const suppression = { kind: 'waived', by: 'x', owner: 'x', reason: 'x', expires: 'x' } as const;
    const waived = Array.from({ length: 4_999 }, () => finding({ suppression }));
    const [run] = runsOf(failingGate(findings(2, 'note'), { waived }));
    expect(run.results.filter((result: { level: string }) => result.level === 'note')).toHaveLength(2);
    expect(run.results).toHaveLength(5000);
  });

  it('leave 20 gates a run each and let the last of 21 share one', () => {
    expect(runsOf(...gates(20))).toHaveLength(20);
    const runs = runsOf(...gates(21));
    expect(runs).toHaveLength(20);
    expect(runs[19].results).toHaveLength(2);
    expect(runs[19].automationDetails.id).toBe('helios/others/');
    expect(runs[19].invocations[0].toolExecutionNotifications[0].message.text).toContain(
      'gate-19, gate-20 share this one',
    );
  });

  it('put the most severe of all gates first in a run that several share', () => {
    const note = failingGate([finding({ level: 'note' })], { gate: 'notes' });
    const shared = runsOf(...gates(19), note, failingGate([finding()]))[19];
    expect(shared.results.map((result: { level: string }) => result.level)).toEqual(['error', 'note']);
  });

  it('keep at most 10 tags per rule and one location per result, whatever the number of gates', () => {
    for (const run of runsOf(...gates(21))) {
      for (const { properties } of run.tool.driver.rules) expect(properties?.tags.length ?? 0).toBeLessThanOrEqual(10);
      for (const { locations } of run.results) expect(locations).toHaveLength(1);
    }
  });

  it('keep 25,000 rules, those with results among them', () => {
    const rules = Array.from({ length: 25_001 }, (_, i) => rule(`mapping/r${i}`));
    const [run] = runsOf(failingGate([finding({ ruleId: 'mapping/r25000' })], { rules }));
    expect(run.tool.driver.rules).toHaveLength(25_000);
    expect(run.tool.driver.rules[run.results[0].ruleIndex].id).toBe('mapping/r25000');
  });

  it('keep the file under 10 MB of gzip by leaving out the least severe', () => {
    // Text that does not compress, without a source of chance.
    let state = 1;
    const noise = (): string =>
      String.fromCodePoint(...Array.from({ length: 8000 }, () => 0x21 + ((state = (state * 48271) % 0x7fffffff) % 94)));
    const loud = Array.from({ length: 2400 }, (_, i) =>
      finding({ level: i === 2000 ? 'error' : 'note', message: noise() }),
    );
    const output = draw(failingGate(loud));
    expect(gzipSync(output).length).toBeLessThanOrEqual(10_000_000);
    const [run] = JSON.parse(output).runs;
    expect(run.results.length).toBeGreaterThan(500);
    expect(run.results[0].level).toBe('error');
    expect(run.invocations[0].toolExecutionNotifications[0].message.text).toContain(
      'of 2,400 results are in this file',
    );
  });

  it('do not trouble a report of no gate', () => {
    expect(runsOf()).toEqual([]);
    expect(runsOf(passingGate())).toHaveLength(1);
  });
});
