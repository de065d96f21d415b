// SPDX-License-Identifier: Apache-2.0
import type { Pointer } from '@helios/core/finding';
import type { Text } from './text.ts';

/** What a rule asks of an event: selections and conditions resolved, modifiers applied. */
export type Expression =
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Expression[] }
  | { readonly kind: 'not'; readonly part: Expression }
  | Leaf;

/** One question about one field, or about all of the event where there is no field. */
export interface Leaf {
  readonly kind: 'leaf';
  /** Absent for keywords. */
  readonly field?: string;
  readonly test: Test;
  /** Of the value in the rule's document. */
  readonly at: Pointer;
}

export type Test =
  /** The whole value, whatever its case unless `cased`. */
  | { readonly is: 'text'; readonly text: Text; readonly cased: boolean }
  /** Somewhere in the value. Case counts unless `i` is among the flags; `m` and `s` as in RE2. */
  | { readonly is: 'regex'; readonly source: string; readonly flags: string }
  | { readonly is: 'cidr'; readonly network: string }
  | { readonly is: 'compare'; readonly operator: Comparison; readonly value: number }
  /** Missing, or null. */
  | { readonly is: 'null' }
  | { readonly is: 'exists'; readonly present: boolean }
  /** The value of another field of the same event, or part of this one. */
  | { readonly is: 'field'; readonly other: string; readonly part: 'whole' | Affix; readonly cased: boolean }
  /** A part of a date, as it is written in the event. */
  | { readonly is: 'time'; readonly part: TimePart; readonly operator: Comparison | 'eq'; readonly value: number };

export type Comparison = 'lt' | 'lte' | 'gt' | 'gte';
export type Affix = 'contains' | 'startswith' | 'endswith';
export type TimePart = 'minute' | 'hour' | 'day' | 'week' | 'month' | 'year';

export function and(parts: readonly Expression[]): Expression {
  return parts.length === 1 && parts[0] ? parts[0] : { kind: 'and', parts };
}

export function or(parts: readonly Expression[]): Expression {
  return parts.length === 1 && parts[0] ? parts[0] : { kind: 'or', parts };
}

export function not(part: Expression): Expression {
  return { kind: 'not', part };
}

/** All leaves, from left to right. */
export function leavesOf(expression: Expression): Leaf[] {
  if (expression.kind === 'leaf') return [expression];
  return expression.kind === 'not' ? leavesOf(expression.part) : expression.parts.flatMap(leavesOf);
}

/** The same function, which computes once for each node: a condition may name a selection thousands of times. */
export function oncePerNode<Node extends Expression, T>(compute: (node: Node) => T): (node: Node) => T {
  const known = new WeakMap<Node, { readonly value: T }>();
  return (node) => {
    let found = known.get(node);
    if (!found) known.set(node, (found = { value: compute(node) }));
    return found.value;
  };
}
