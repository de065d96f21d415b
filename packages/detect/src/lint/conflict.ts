// SPDX-License-Identifier: Apache-2.0
import type { Expression, Leaf } from '../sigma/expression.ts';
import { flattened } from './meaning.ts';
import { isApart, type Pattern, patternOf } from './reason/patterns.ts';

/** Values of one field that one condition asks for together, and that no text can both be. */
export interface Conflict {
  readonly field: string;
  readonly left: Leaf;
  readonly right: Leaf;
}

/**
 * Conflicts on any level of `and`. An event whose field is a list can hold both, so it is not said that the rule never
 * matches.
 */
export function* conflictsIn(expression: Expression): Generator<Conflict> {
  if (expression.kind === 'leaf' || expression.kind === 'not') return;
  for (const part of expression.parts) yield* conflictsIn(part);
  if (expression.kind === 'or') return;
  const asked = flattened(expression).flatMap((part) => choiceOf(part) ?? []);
  for (const [index, left] of asked.entries()) {
    for (const right of asked.slice(index + 1)) {
      const [a, b] = [left.values[0], right.values[0]];
      if (left.field !== right.field || !a || !b) continue;
      if (left.values.every((one) => right.values.every((other) => isApart(one.pattern, other.pattern))))
        yield { field: left.field, left: a.leaf, right: b.leaf };
    }
  }
}

interface Choice {
  readonly field: string;
  readonly values: readonly { readonly leaf: Leaf; readonly pattern: Pattern }[];
}

/** One value of a field, or one of several; undefined for anything else. */
function choiceOf(part: Expression): Choice | undefined {
  const leaves = part.kind === 'leaf' ? [part] : part.kind === 'or' ? part.parts : [];
  const field = leaves[0]?.kind === 'leaf' ? leaves[0].field : undefined;
  if (field === undefined) return undefined;
  const values = leaves.flatMap((leaf) =>
    leaf.kind === 'leaf' && leaf.field === field && leaf.test.is === 'text'
      ? [{ leaf, pattern: patternOf(leaf.test) }]
      : [],
  );
  return values.length === leaves.length ? { field, values } : undefined;
}
