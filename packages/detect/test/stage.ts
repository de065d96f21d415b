// SPDX-License-Identifier: Apache-2.0
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Called, call } from '../../core/test/cli/terminal.ts';
import { run } from '../src/cli.ts';

export const ROOT = dirname(dirname(dirname(import.meta.dirname)));
/** Public data beside the repository; tests that need it are skipped, visibly, where it is not. */
export const SHARED = join(dirname(ROOT), 'shared', 'data');
export const NO_SHARED = existsSync(SHARED) ? '' : ' (skipped: ../shared/data is not here)';

export type Files = Readonly<Record<string, string>>;

interface JsonFinding {
  readonly ruleId: string;
  readonly level: string;
  readonly message: string;
  readonly remedy: string;
  readonly location: { readonly path: string; readonly line: number; readonly column: number };
}

export interface Judged extends Called {
  readonly verdict: string;
  readonly checked: number;
  readonly findings: readonly JsonFinding[];
  readonly metrics: readonly {
    readonly id: string;
    readonly value: number;
    readonly sample?: { readonly hits: number; readonly of: number };
  }[];
  readonly ids: readonly string[];
}

/** The verdict on some files, as the JSON report has it. */
export async function judge(files: Files, ...args: readonly string[]): Promise<Judged> {
  const called = await call(run, {
    args: ['check', '--no-cache', '--no-evidence', '--format', 'json', ...args],
    files,
  });
  if (called.stdout === '') throw new Error(called.stderr);
  const [gate] = (JSON.parse(called.stdout) as { gates: [Omit<Judged, 'ids'>] }).gates;
  return { ...called, ...gate, ids: gate.findings.map(({ ruleId }) => ruleId) };
}

export const ID = '6f0c8a1e-0000-4000-8000-000000000001';

/** A rule that is right in everything; `detection` is the YAML below `detection:`. */
export function sigma(detection = '  s: {a: x}\n  condition: s\n', head: Files = {}): string {
  const all = {
    title: 'A rule',
    id: ID,
    level: 'low',
    description: 'Why.',
    falsepositives: '[None]',
    logsource: '{product: windows}',
    ...head,
  };
  return `${Object.entries(all)
    .filter(([, value]) => value !== '')
    .map(([key, value]) => `${key}: ${value}\n`)
    .join('')}detection:\n${detection}`;
}

/** Tests of a rule: each case is one line of YAML. */
export function tests(cases: readonly string[], rule = ID, file = 'rule.yml'): string {
  return `schema: helios/detection-test/v1\nrule: ${rule}\nfile: ${file}\ncases:\n${cases.map((each) => `  - ${each}\n`).join('')}`;
}

export const PASSING = [
  '{name: sees x, expect: match, events: [{a: x}]}',
  '{name: leaves y alone, expect: no-match, events: [{a: y}]}',
];
