// SPDX-License-Identifier: Apache-2.0
import { canonicalJson } from '@helios/core/hash';
import { type Expression, type Leaf, leavesOf } from '../sigma/expression.ts';
import { ANY, fold, ONE } from '../sigma/text.ts';

/** An expression without its places, parts in one order: equal for equal logic. */
export function logicOf(expression: Expression): unknown {
  if (expression.kind === 'leaf') return ['leaf', expression.field ?? null, testOf(expression)];
  if (expression.kind === 'not') return ['not', logicOf(expression.part)];
  const parts = new Map(flattened(expression).map((part) => [canonicalJson(logicOf(part)), logicOf(part)]));
  const [only] = parts.values();
  return parts.size === 1 ? only : [expression.kind, [...parts.keys()].sort()];
}

/** The parts of an `and` or an `or`, and of those of its kind among them. */
export function flattened({ kind, parts }: Extract<Expression, { parts: unknown }>): Expression[] {
  return parts.flatMap((part) => (part.kind === kind ? flattened(part) : [part]));
}

function testOf({ test }: Leaf): unknown {
  if (test.is !== 'text') return test;
  const text = test.text.map((part) => (part === ANY ? 1 : part === ONE ? 2 : test.cased ? part : fold(part)));
  return { ...test, text };
}

/** First leaves of what one selection asks on a level of `and` where another selection asks the same. */
export function* repeatedIn(expression: Expression): Generator<Leaf> {
  if (expression.kind === 'leaf' || expression.kind === 'not') return;
  for (const part of expression.parts) yield* repeatedIn(part);
  if (expression.kind === 'or') return;
  const first = new Map<string, Leaf>();
  for (const part of flattened(expression)) {
    const [leaf] = leavesOf(part);
    if (!leaf) continue;
    const key = canonicalJson(logicOf(part));
    const before = first.get(key);
    if (!before) first.set(key, leaf);
    else if (before.at[1] !== leaf.at[1]) yield leaf;
  }
}
