// SPDX-License-Identifier: Apache-2.0
import type { RunFacts } from '../../src/evidence/index.ts';
import type { Finding } from '../../src/finding/finding.ts';
import type { GateResult, Report } from '../../src/gate/result.ts';
import { sha256Hex } from '../../src/hash/index.ts';

export const TOOL = { name: 'sec', version: '0.1.0' };

export const FACTS: RunFacts = {
  timeVerified: '2026-03-01T12:00:05Z',
  node: 'v24.21.0',
  platform: 'linux-x64',
  durationMs: 120,
};

export function finding(ruleId: string, change: Partial<Finding> = {}): Finding {
  return {
    ruleId,
    level: 'error',
    message: 'T1086 was revoked; T1059.001 took its place',
    location: { path: 'alerting/sigma/ps.yml', line: 9, column: 5 },
    subject: 'Encoded PowerShell',
    fingerprint: sha256Hex(ruleId),
    remedy: 'Write T1059.001.',
    ...change,
  };
}

export function gateResult(change: Partial<GateResult> = {}): GateResult {
  const rule = { major: 1, title: 'A title', why: 'A reason.', fix: 'A way out.' };
  return {
    gate: 'attack-mapper',
    title: 'ATT&CK mapping',
    verdict: 'fail',
    exit: 1,
    checked: 3,
    unit: 'rules',
    notChecked: 0,
    findings: [finding('mapping/revoked-technique')],
    waived: [],
    metrics: [
      {
        id: 'coverage',
        title: 'Coverage',
        value: 97.1,
        unit: '%',
        threshold: { atLeast: 98 },
        sample: { hits: 34, of: 35 },
      },
    ],
    inputs: [
      { path: 'alerting/sigma/net.yml', sha256: sha256Hex('net') },
      { path: 'alerting/sigma/ps.yml', sha256: sha256Hex('ps') },
    ],
    rules: [
      { ...rule, id: 'mapping/revoked-technique', level: 'error' },
      { ...rule, id: 'mapping/unknown-technique', level: 'error' },
    ],
    optionsDigest: sha256Hex('{}'),
    ...change,
  };
}

export function passing(change: Partial<GateResult> = {}): GateResult {
  return gateResult({ verdict: 'pass', exit: 0, findings: [], ...change });
}

export function crashed(): GateResult {
  return gateResult({ gate: 'soar', verdict: 'error', exit: 70, findings: [], rules: [], inputs: [], error: 'boom' });
}

export function report(...gates: readonly GateResult[]): Report {
  const failed = gates.some((gate) => gate.verdict !== 'pass');
  return { asOf: '2026-03-01T12:00:00Z', verdict: failed ? 'fail' : 'pass', exit: failed ? 1 : 0, gates, tool: TOOL };
}
