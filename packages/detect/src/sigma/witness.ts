// SPDX-License-Identifier: Apache-2.0
import { type Expression, type Leaf, oncePerNode } from './expression.ts';
import { fold, plainText } from './text.ts';

/**
 * Something that must be in an event for an expression to hold: a folded value, or a part of one, of a field (or of any
 * field, for keywords).
 */
export interface Witness {
  /** Absent for keywords. */
  readonly field?: string;
  readonly text: string;
  /** Whether the text is the whole value. */
  readonly whole: boolean;
}

/** Witnesses of which at least one is in every event that meets the expression; undefined where none can be named. */
export function witnessesOf(expression: Expression): readonly Witness[] | undefined {
  switch (expression.kind) {
    case 'leaf':
      return witnessesOfLeaf(expression);
    case 'not':
      return undefined;
    case 'and':
      return best(expression.parts.flatMap((part) => [witnessesOf(part) ?? []]).filter((all) => all.length > 0));
    case 'or': {
      const all = expression.parts.map(witnessesOf);
      return all.every((each) => each !== undefined) ? all.flat() : undefined;
    }
  }
}

const witnessesOfLeaf = oncePerNode(({ field, test }: Leaf): readonly Witness[] | undefined => {
  if (test.is !== 'text') return undefined;
  const named = field === undefined ? {} : { field };
  const plain = plainText(test.text);
  if (plain !== undefined && plain !== '') return [{ ...named, text: fold(plain), whole: field !== undefined }];
  const literals = test.text.filter((part) => typeof part === 'string').map(fold);
  const [longest = ''] = literals.toSorted((a, b) => b.length - a.length);
  return longest.length >= SHORTEST ? [{ ...named, text: longest, whole: false }] : undefined;
});

/** Shorter ones are in nearly every value. */
const SHORTEST = 3;

/** The set that the fewest events have: whole values first, then the one whose shortest text is longest. */
function best(sets: readonly (readonly Witness[])[]): readonly Witness[] | undefined {
  let chosen: readonly Witness[] | undefined;
  for (const set of sets) if (!chosen || worthOf(set) > worthOf(chosen)) chosen = set;
  return chosen;
}

function worthOf(set: readonly Witness[]): number {
  const weakest = Math.min(
    ...set.map(({ text, whole, field }) => (whole ? 4 : 0) + Math.min(text.length, 16) - (field === undefined ? 8 : 0)),
  );
  return weakest - set.length / 1000;
}
