// SPDX-License-Identifier: Apache-2.0
import { canonicalJson, sha256Hex } from '@helios/core/hash';
import { type Expression, type Leaf, leavesOf, oncePerNode } from '../sigma/expression.ts';
import { ANY, fold, ONE } from '../sigma/text.ts';

/** A digest of what an expression asks, whatever its places and the order of its parts: equal for equal logic. */
export const logicOf: (expression: Expression) => string = oncePerNode((expression) => {
  if (expression.kind === 'leaf') return digest(['leaf', expression.field ?? null, testOf(expression)]);
  if (expression.kind === 'not') return digest(['not', logicOf(expression.part)]);
  const parts = [...new Set(flattened(expression).map(logicOf))].sort();
  const [only, ...more] = parts;
  return only !== undefined && more.length === 0 ? only : digest([expression.kind, parts]);
});

function digest(value: unknown): string {
  return sha256Hex(canonicalJson(value));
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
    const key = logicOf(part);
    const before = first.get(key);
    if (!before) first.set(key, leaf);
    else if (before.at[1] !== leaf.at[1]) yield leaf;
  }
}
