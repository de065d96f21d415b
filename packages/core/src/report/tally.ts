// SPDX-License-Identifier: Apache-2.0
import { severity } from '../finding/finding.ts';
import type { Finding, Level, Location } from '../finding/finding.ts';
import { EXIT } from '../gate/result.ts';
import type { GateResult, Verdict } from '../gate/result.ts';
import { counted } from './quantity.ts';

export const VERDICTS: Readonly<Record<Verdict, { readonly mark: string; readonly words: string }>> = {
  pass: { mark: '✔', words: 'passed' },
  fail: { mark: '✖', words: 'failed' },
  'nothing-checked': { mark: '○', words: 'checked nothing' },
  error: { mark: '✖', words: 'could not finish' },
};

export function countOf(findings: readonly Finding[], level: Level): number {
  return findings.filter((finding) => finding.level === level).length;
}

/** `2 errors, 1 note`, or `no findings`. */
export function levelsOf(findings: readonly Finding[]): string {
  const parts = (['error', 'warning', 'note'] as const).flatMap((level) => {
    const count = countOf(findings, level);
    return count > 0 ? [counted(count, `${level}s`)] : [];
  });
  return parts.join(', ') || 'no findings';
}

/** `3 waived, 10 baselined`, or ''. */
export function suppressedOf({ waived }: GateResult): string {
  return (['waived', 'baselined'] as const)
    .map((kind) => ({ kind, count: waived.filter((finding) => finding.suppression?.kind === kind).length }))
    .filter(({ count }) => count > 0)
    .map(({ kind, count }) => counted(count, kind))
    .join(', ');
}

/** `3,141 rules checked by 14 rules, 0 not checked` */
export function coverageOf(gate: GateResult): string {
  const judged = `${counted(gate.checked, gate.unit)} checked by ${counted(gate.rules.length, 'rules')}`;
  return `${judged}, ${counted(gate.notChecked, 'not checked')}${scopeOf(gate)}`;
}

/** What did not count, where only a change did: never left unsaid. */
export function scopeOf({ scope }: GateResult): string {
  if (!scope) return '';
  const outside = counted(scope.outside, 'open findings');
  return `; only the change since ${scope.base.slice(0, 12)} counts, ${outside} outside of it`;
}

/** The findings to look at first. The report does not say which level failed the gate, so notes count if alone. */
export function blocking(gate: GateResult): readonly Finding[] {
  if (gate.verdict === 'pass') return [];
  const grave = gate.findings.filter((finding) => finding.level !== 'note');
  return grave.length > 0 ? grave : gate.findings;
}

/** What keeps a gate from passing though no finding says so; formats that only list findings must list it too. */
export function obstacleOf(gate: GateResult): string | undefined {
  if (gate.verdict === 'error') return `${gate.gate} could not finish: ${gate.error ?? 'no reason was recorded'}`;
  if (gate.verdict === 'nothing-checked' && gate.exit !== EXIT.pass)
    return `${gate.gate} found no ${gate.unit} to check`;
  return undefined;
}

export function mostSevereFirst(findings: readonly Finding[]): readonly Finding[] {
  return findings.toSorted((a, b) => severity(b.level) - severity(a.level));
}

/** `path:line:column`, as far as known. */
export function placeOf({ path, line, column }: Location): string {
  return [path, line, line === undefined ? undefined : column].filter((part) => part !== undefined).join(':');
}
