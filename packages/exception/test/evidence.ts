// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';
import { storeRecord, storeRun } from '../../core/src/evidence/index.ts';
import type { Finding } from '../../core/src/finding/index.ts';
import type { GateResult } from '../../core/src/gate/index.ts';
import { CONTROL_RUN_TYPE } from '../../core/src/record/index.ts';
import { digest } from './stage.ts';

export const RULE = 'words/forbidden';
export const PATH = 'rules/old.yml';

/** What a gate may have found, as far as exceptions are about it. */
export interface Past {
  /** Instant of the run. */
  readonly at: string;
  /** Ids of exceptions that suppressed the finding. */
  readonly used?: readonly string[];
  /** Whether the finding counted. */
  readonly counted?: boolean;
  readonly rules?: readonly string[];
  readonly inputs?: readonly string[];
  readonly more?: Partial<GateResult>;
  readonly paths?: readonly string[];
}

export function finding(more: Partial<Finding> = {}): Finding {
  return {
    ruleId: RULE,
    level: 'error',
    message: 'm',
    location: { path: PATH, line: 1 },
    subject: 's',
    fingerprint: digest('one'),
    remedy: 'r',
    ...more,
  };
}

export function resultOf({ used = [], counted = false, rules = [RULE], inputs = [PATH], more = {} }: Past): GateResult {
  const suppression = (by: string) =>
    ({ kind: 'waived', by, owner: 'o', reason: 'r', expires: '2026-12-31T00:00:00Z' }) as const;
  return {
    gate: 'words',
    title: 'Words',
    verdict: counted ? 'fail' : 'pass',
    exit: counted ? 1 : 0,
    checked: 1,
    unit: 'files',
    notChecked: 0,
    findings: counted ? [finding()] : [],
    waived: used.map((by) => finding({ suppression: suppression(by) })),
    metrics: [],
    inputs: inputs.map((path) => ({ path, sha256: digest(path) })),
    rules: rules.map((id) => ({ id, major: 1, level: 'error', title: 't', why: 'w', fix: 'f' })),
    optionsDigest: digest('options'),
    ...more,
  };
}

/** Leaves the evidence of runs in a repository, as `sec gate` would. */
export async function leaveRuns(root: string, ...past: readonly Past[]): Promise<void> {
  for (const one of past) {
    const result = resultOf(one);
    const { verdict, exit } = result;
    await storeRun({
      directory: join(root, '.evidence'),
      report: {
        asOf: new Date(one.at).toISOString(),
        verdict,
        exit,
        gates: [result],
        tool: { name: 'sec', version: '0.1.0' },
      },
      facts: { timeVerified: new Date(one.at).toISOString(), node: 'v24', platform: 'linux-x64', durationMs: 1 },
      ...(one.paths && { flags: { paths: [...one.paths] } }),
    });
  }
}

export async function leaveControlRun(root: string, finished: string, outcome: string, verified = true): Promise<void> {
  await storeRecord(join(root, '.evidence'), {
    area: 'ccv',
    name: 'mfa-web',
    predicateType: CONTROL_RUN_TYPE,
    subject: [{ name: 'controls/ccv/mfa.yaml', digest: { sha256: digest('mfa') } }],
    predicate: {
      schema: 'helios/control-run/v1',
      control: 'mfa',
      service: 'web',
      tier: 1,
      outcome,
      reason: 'r',
      started: finished,
      finished,
      rollback: { verified, proof: digest('proof') },
    },
  });
}

/** One instant a day, from a day on. */
export function daily(first: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => new Date(Date.parse(first) + index * 86_400_000).toISOString());
}
