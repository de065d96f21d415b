// SPDX-License-Identifier: Apache-2.0
import type { Expression, Leaf } from '../../sigma/expression.ts';
import { logicOf } from '../meaning.ts';

/** An expression with its negations carried down to the questions. */
export type Formula =
  | { readonly is: 'all' | 'any'; readonly parts: readonly Formula[]; readonly of: Expression }
  | { readonly is: 'literal'; readonly atom: number; readonly holds: boolean; readonly of: Leaf };

/** A question that is asked once or more, and what it is. */
export interface Atom {
  readonly leaf: Leaf;
  /** The list of values that it is one of, if it is in any; the first where it is in several. */
  readonly list: Expression | undefined;
}

/** Questions that mean the same are one atom. That a field is not there is the contrary of that it is. */
export function formulaOf(expression: Expression): { formula: Formula; atoms: Atom[] } {
  const atoms: Atom[] = [];
  const numbers = new Map<string, number>();
  const literal = (leaf: Leaf, holds: boolean, list: Expression | undefined): Formula => {
    if (leaf.test.is === 'exists' && !leaf.test.present)
      return literal({ ...leaf, test: { is: 'exists', present: true } }, !holds, list);
    const key = logicOf(leaf);
    const atom = numbers.get(key) ?? atoms.push({ leaf, list }) - 1;
    numbers.set(key, atom);
    return { is: 'literal', atom, holds, of: leaf };
  };
  const read = (part: Expression, holds: boolean, within: Expression | undefined): Formula => {
    if (part.kind === 'leaf') return literal(part, holds, within);
    if (part.kind === 'not') return read(part.part, !holds, undefined);
    const is = (part.kind === 'and') === holds ? 'all' : 'any';
    const list = isValueList(part) ? part : undefined;
    const parts = part.parts.map((each) => read(each, holds, list));
    // A value that stands twice in its list is told as such.
    return { is, parts: list ? [...new Map(parts.map((each) => [atomsOf(each)[0], each])).values()] : parts, of: part };
  };
  return { formula: read(expression, true, undefined), atoms };
}

export function negated(formula: Formula): Formula {
  if (formula.is === 'literal') return { ...formula, holds: !formula.holds };
  return { ...formula, is: formula.is === 'all' ? 'any' : 'all', parts: formula.parts.map(negated) };
}

export function atomsOf(formula: Formula): number[] {
  return formula.is === 'literal' ? [formula.atom] : formula.parts.flatMap(atomsOf);
}

/** The formula without some of its parts, however deep: what all others say alone. */
export function without<F extends Formula>(formula: F, out: ReadonlySet<Formula>): F {
  if (formula.is === 'literal' || out.size === 0) return formula;
  return { ...formula, parts: formula.parts.filter((part) => !out.has(part)).map((part) => without(part, out)) };
}

function isValueList({ kind, parts }: Extract<Expression, { parts: unknown }>): boolean {
  return kind === 'or' && parts.every((part) => part.kind === 'leaf' && typeof part.at.at(-1) === 'number');
}
