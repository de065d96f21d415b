// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { EXIT } from '../../src/gate/result.ts';
import type { GateResult } from '../../src/gate/result.ts';
import { REPORTERS } from '../../src/report/index.ts';
import { CLEAN, CRASHED, EMPTY, failingGate, finding, PLAIN, reportOf } from './samples.ts';

const read = (...gates: GateResult[]) => JSON.parse(REPORTERS.gitlab(reportOf(...gates), PLAIN));

describe('the GitLab code quality report', () => {
  it('has what GitLab asks of an issue', () => {
    expect(read(failingGate([finding({ fingerprint: 'f' })]))).toEqual([
      {
        description: 'T1064 is revoked; T1059 replaces it → Write attack.t1059 instead.',
        check_name: 'mapping/revoked-technique',
        fingerprint: 'f',
        severity: 'critical',
        location: { path: 'alerting/sigma/wscript.yml', lines: { begin: 12 } },
      },
    ]);
  });

  it('is an empty list when there is nothing to say', () => {
    expect(read(CLEAN)).toEqual([]);
  });

  it('grades by level', () => {
    const issues = read(failingGate((['error', 'warning', 'note'] as const).map((level) => finding({ level }))));
    expect(issues.map((issue: { severity: string }) => issue.severity)).toEqual(['critical', 'major', 'info']);
  });

  it('never says one fingerprint twice, since GitLab would show one issue only', () => {
    const twin = finding({ fingerprint: 'f' });
    const issues = read(failingGate([twin, twin, twin]), failingGate([twin]));
    expect(issues.map((issue: { fingerprint: string }) => issue.fingerprint)).toEqual(['f', 'f-2', 'f-3', 'f-4']);
  });

  it('shows a gate that judged nothing as a blocker, lest it look clean', () => {
    expect(
      read(CRASHED, EMPTY).map((issue: { severity: string; check_name: string }) => [issue.severity, issue.check_name]),
    ).toEqual([
      ['blocker', 'privacy-gate/error'],
      ['blocker', 'intel/nothing-checked'],
    ]);
  });

  it('accepts that an optional gate had nothing to check', () => {
    expect(read({ ...EMPTY, exit: EXIT.pass })).toEqual([]);
  });
});
