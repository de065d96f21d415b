// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { stringify } from 'yaml';
import { type Called, call } from '../../core/test/cli/terminal.ts';
import { type Exception, exceptionSchema } from '../../core/src/finding/index.ts';
import { run } from '../src/cli.ts';

export type Files = Readonly<Record<string, string>>;
export type Fields = Readonly<Record<string, unknown>>;

export const REGISTER = 'controls/exceptions/register.yaml';
export const NOW = new Date('2026-06-01T12:00:00Z');

export function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** An entry that is right in everything, as a person wrote it; undefined takes a field out. */
export function entry(more: Fields = {}): Fields {
  const whole = {
    id: 'EXC-2026-001',
    title: 'Mapping of the old rule',
    state: 'approved',
    severity: 'low',
    owner: '@acme/detection',
    requester: 'ada',
    approver: 'grace',
    reason: 'The rule is replaced with the next release.',
    risk: 'A technique is counted that nothing sees.',
    compensation: 'The vendor alerts on the same event.',
    ticket: 'SEC-1',
    requested: '2026-05-01',
    approved: '2026-05-02',
    expires: '2026-07-31',
    scope: { rule: 'words/forbidden', path: 'rules/old.yml', fingerprint: digest('one') },
    ...more,
  };
  return Object.fromEntries(Object.entries(whole).filter(([, value]) => value !== undefined));
}

export function exception(more: Fields = {}): Exception {
  return exceptionSchema.parse(entry(more));
}

export function register(...entries: readonly Fields[]): string {
  return stringify({ schema: 'helios/exceptions/v1', exceptions: entries });
}

export interface JsonFinding {
  readonly ruleId: string;
  readonly level: string;
  readonly message: string;
  readonly owner?: string;
  readonly location: { readonly path: string; readonly line: number; readonly column: number };
}

export interface Judged extends Called {
  readonly verdict: string;
  readonly checked: number;
  readonly findings: readonly JsonFinding[];
  readonly metrics: readonly { readonly id: string; readonly value: number }[];
  readonly ids: readonly string[];
}

/** The verdict of the gate on some files, as the JSON report has it. */
export async function judge(
  where: { readonly files?: Files; readonly root?: string; readonly now?: Date },
  ...args: readonly string[]
): Promise<Judged> {
  const called = await call(run, {
    args: ['check', '--no-cache', '--no-evidence', '--format', 'json', ...args],
    now: NOW,
    ...where,
  });
  if (called.stdout === '') throw new Error(called.stderr);
  const [gate] = (JSON.parse(called.stdout) as { gates: [Omit<Judged, 'ids'>] }).gates;
  return { ...called, ...gate, ids: gate.findings.map(({ ruleId }) => ruleId) };
}
