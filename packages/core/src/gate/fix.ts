// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';
import { fail } from '../error.ts';
import type { TextEdit } from '../finding/finding.ts';
import { writeFileAtomic } from '../fs/index.ts';
import { sha256Hex } from '../hash/index.ts';
import { applyEdits, decodeUtf8, LIMITS, readBytes } from '../input/index.ts';
import type { GateResult } from './result.ts';

const BOM = Buffer.from('\ufeff');

/** What a fix needs of a verdict; with the inputs, a file that has changed since is left alone. */
export type Fixable = Pick<GateResult, 'findings'> & Partial<Pick<GateResult, 'inputs'>>;

/**
 * Applies the fixes of open findings, file by file; where two touch the same text the first one wins and the
 * other is left for another round. Answers with how many were applied. Throws HeliosError `input` where a file has
 * changed since it was judged: its edits would land anywhere.
 */
export async function applyFixes(root: string, results: readonly Fixable[]): Promise<number> {
  const edits = results.flatMap((result) => result.findings.flatMap((finding) => finding.fix?.edits ?? []));
  const digests = new Map(results.flatMap((result) => result.inputs ?? []).map(({ path, sha256 }) => [path, sha256]));
  let applied = 0;
  for (const [path, own] of Map.groupBy(edits, (edit) => edit.path)) {
    const chosen = withoutOverlaps(own);
    const bytes = readBytes(root, path, LIMITS.jsonBytes);
    const judged = digests.get(path);
    if (judged !== undefined && judged !== sha256Hex(bytes)) {
      fail('input', 'changed since it was judged', { path, hint: 'Run --fix again.' });
    }
    const mark = bytes.subarray(0, BOM.length).equals(BOM) ? '\ufeff' : '';
    await writeFileAtomic(join(root, path), mark + applyEdits(path, decodeUtf8(path, bytes), chosen));
    applied += chosen.length;
  }
  return applied;
}

function withoutOverlaps(edits: readonly TextEdit[]): TextEdit[] {
  const chosen: TextEdit[] = [];
  for (const edit of [...edits].sort((a, b) => a.start - b.start || a.end - b.end)) {
    const last = chosen.at(-1);
    if (!last || edit.start >= last.end) chosen.push(edit);
  }
  return chosen;
}
