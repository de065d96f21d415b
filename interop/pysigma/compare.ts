// SPDX-License-Identifier: Apache-2.0
import type { Compiled } from '../../packages/detect/src/compile/compile.ts';
import { LANGUAGES } from './languages.ts';
import { Unread } from './parse.ts';
import { canonical, type Difference, DIFFERENCES, type Tree } from './tree.ts';

/** How one rule came out in one language. */
export interface Outcome {
  readonly path: string;
  readonly language: keyof typeof LANGUAGES;
  readonly is:
    | { readonly kind: 'same' }
    /** The same but for these. */
    | { readonly kind: 'differs'; readonly by: readonly Difference[] }
    | { readonly kind: 'other'; readonly ours: string; readonly theirs: string }
    | { readonly kind: 'refused'; readonly ours?: string; readonly theirs?: string }
    | { readonly kind: 'unread'; readonly whose: 'ours' | 'theirs'; readonly what: string };
}

export function compareQueries(
  path: string,
  language: keyof typeof LANGUAGES,
  ours: Compiled,
  theirs: { readonly queries?: readonly string[]; readonly error?: string },
): Outcome {
  if ('problem' in ours || theirs.queries === undefined) {
    const refused = {
      ...('problem' in ours && { ours: ours.problem.construct }),
      ...(theirs.error !== undefined && { theirs: theirs.error }),
    };
    return { path, language, is: { kind: 'refused', ...refused } };
  }
  const trees: Record<'ours' | 'theirs', Tree[]> = { ours: [], theirs: [] };
  for (const whose of ['ours', 'theirs'] as const) {
    try {
      trees[whose] = (whose === 'ours' ? ours.queries : theirs.queries).map(LANGUAGES[language]);
    } catch (thrown) {
      if (!(thrown instanceof Unread)) throw thrown;
      return { path, language, is: { kind: 'unread', whose, what: thrown.message } };
    }
  }
  const isSame = (but: readonly Difference[]): boolean => {
    const [a, b] = [trees.ours, trees.theirs].map((all) => all.map((tree) => canonical(tree, new Set(but))).join('\n'));
    return a === b;
  };
  if (isSame([])) return { path, language, is: { kind: 'same' } };
  if (!isSame(DIFFERENCES))
    return { path, language, is: { kind: 'other', ours: ours.queries.join('\n'), theirs: theirs.queries.join('\n') } };
  // Those that must be granted: without any one of them, the two are not the same.
  let by: readonly Difference[] = DIFFERENCES;
  for (const each of DIFFERENCES.toReversed()) {
    const fewer = by.filter((other) => other !== each);
    if (isSame(fewer)) by = fewer;
  }
  return { path, language, is: { kind: 'differs', by } };
}
