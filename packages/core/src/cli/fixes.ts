// SPDX-License-Identifier: Apache-2.0
import { applyFixes } from '../gate/fix.ts';
import type { GateResult } from '../gate/result.ts';
import { counted } from '../report/quantity.ts';

interface Fixed {
  /** The verdicts after the last round. */
  readonly results: readonly GateResult[];
  readonly findings: number;
  readonly files: number;
}

/**
 * Judges, mends, and judges again. A fix can uncover the next one (a tactic renamed to one that is already there),
 * so rounds repeat until none is left.
 */
export async function fixInRounds(
  root: string,
  judge: () => Promise<readonly GateResult[]>,
  rounds: number,
): Promise<Fixed> {
  const files = new Set<string>();
  let findings = 0;
  let results = await judge();
  for (let round = 0; round < rounds; round++) {
    const applied = await applyFixes(root, results);
    if (applied === 0) break;
    findings += applied;
    for (const path of pathsToEdit(results)) files.add(path);
    results = await judge();
  }
  return { results, findings, files: files.size };
}

/** Every file with a fix is edited: of two edits that overlap one is made. */
function pathsToEdit(results: readonly GateResult[]): string[] {
  const fixes = results.flatMap((result) => result.findings.flatMap(({ fix }) => fix ?? []));
  return fixes.flatMap(({ edits }) => edits.map(({ path }) => path));
}

/** What --fix has done to the user's files, as one line. */
export function describeFixes({ findings, files }: Fixed): string {
  if (findings === 0) return 'fixed nothing: no open finding has exactly one right replacement\n';
  return `fixed ${counted(findings, 'findings')} in ${counted(files, 'files')}\n`;
}
