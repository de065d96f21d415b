// SPDX-License-Identifier: Apache-2.0
import { sha256Hex } from '@helios/core/hash';
import type { Feature } from './profile.ts';

/** What a day has of one feature: the values it showed, or its number. */
export type Part = ReadonlySet<string> | number;

/** A day of an entity, by the features' names; a feature that no event told of is absent. */
export type Summary = ReadonlyMap<string, Part>;

/** Values of one feature on one day that are kept. */
export const KEPT_VALUES = 64;

/** Joins what two halves of a day show. Commutative and associative, so that days can be joined in any order. */
export function joinSummaries(left: Summary, right: Summary, features: readonly Feature[]): Summary {
  const joined = new Map<string, Part>();
  for (const feature of features) {
    const [a, b] = [left.get(feature.name), right.get(feature.name)];
    const part = a === undefined ? b : b === undefined ? a : joinParts(a, b, feature);
    if (part !== undefined) joined.set(feature.name, part);
  }
  return joined;
}

function joinParts(left: Part, right: Part, { kind }: Feature): Part {
  if (typeof left === 'number' || typeof right === 'number') {
    const [a, b] = [Number(left), Number(right)];
    return kind === 'max' ? Math.max(a, b) : saturating(a, b);
  }
  if (right.isSubsetOf(left)) return left;
  return bounded(left.union(right));
}

/**
 * Those with the least digests. Which they are depends on the values alone and not on their order, and the same
 * value stays on all days or on none, so that days can still be compared (bottom-k sketch, Cohen and Kaplan 2007).
 */
export function bounded(values: ReadonlySet<string>): ReadonlySet<string> {
  if (values.size <= KEPT_VALUES) return values;
  const ranked = [...values].map((value) => [rankOf(value), value] as const).sort(([a], [b]) => a - b);
  return new Set(ranked.slice(0, KEPT_VALUES).map(([, value]) => value));
}

/** How many different values a day had: counted, or told from the digests of those kept, within about 13 %. */
export function breadthOf(values: ReadonlySet<string>): number {
  if (values.size < KEPT_VALUES) return values.size;
  const largest = Math.max(...[...values].map(rankOf));
  return Math.round((KEPT_VALUES - 1) / (largest / SPACE));
}

const SPACE = 2 ** 48;

/** Even over its space, and the same for everybody. */
function rankOf(value: string): number {
  return Number.parseInt(sha256Hex(value).slice(0, 12), 16);
}

/** Adds whole numbers; at the end of what is exact it stays there, in whatever order it is added. */
export function saturating(left: number, right: number): number {
  return Math.min(left + right, Number.MAX_SAFE_INTEGER);
}
