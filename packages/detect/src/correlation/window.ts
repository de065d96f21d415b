// SPDX-License-Identifier: Apache-2.0
import { numberOf } from '../sigma/match.ts';
import type { Bound, Correlation } from './correlation.ts';

/** One match of one of the rules, as a window keeps it. */
export interface Entry {
  /** Milliseconds since 1970. */
  readonly time: number;
  /** Which of the correlation's rules it is, by their order. */
  readonly rule: number;
  /** Of the fields of the condition. */
  readonly values: readonly string[];
}

/** What a correlation asks of the entries of one group within one timespan. */
export type Question = (entries: readonly Entry[]) => boolean;

export function questionOf(correlation: Correlation): Question {
  const { type, bounds, percentile = 50 } = correlation;
  switch (type) {
    case 'event_count':
      return (entries) => meets(bounds, entries.length);
    case 'value_count':
      return (entries) => meets(bounds, new Set(entries.map(({ values }) => JSON.stringify(values))).size);
    case 'value_sum':
      return (entries) => meets(bounds, sumOf(numbersOf(entries)));
    case 'value_avg':
      return measured(bounds, (numbers) => sumOf(numbers) / numbers.length);
    case 'value_median':
      return measured(bounds, (numbers) => percentileOf(numbers, 50));
    case 'value_percentile':
      return measured(bounds, (numbers) => percentileOf(numbers, percentile));
    case 'temporal':
      return temporal(correlation);
    case 'temporal_ordered':
      return (entries) => inOrder(entries, correlation.rules.length);
  }
}

/** Whether the answer may turn from yes to no while a window fills: then it is asked when the window is over. */
export function mayTurn({ bounds, type }: Correlation): boolean {
  const grows = ['event_count', 'value_count', 'value_sum', 'temporal', 'temporal_ordered'].includes(type);
  return grows && bounds.some(({ operator }) => operator !== 'gt' && operator !== 'gte');
}

function measured(bounds: readonly Bound[], measure: (numbers: readonly number[]) => number): Question {
  return (entries) => {
    const numbers = numbersOf(entries);
    return numbers.length > 0 && meets(bounds, measure(numbers));
  };
}

/** All rules, or as many different ones as the condition says. */
function temporal({ bounds, rules }: Correlation): Question {
  return (entries) => {
    const seen = new Set(entries.map(({ rule }) => rule)).size;
    return bounds.length > 0 ? meets(bounds, seen) : seen === rules.length;
  };
}

/** Whether all rules are seen, the first before the second and so on; entries are in the order of time. */
function inOrder(entries: readonly Entry[], count: number): boolean {
  let next = 0;
  for (const { rule } of entries) if (rule === next) next++;
  return next === count;
}

function meets(bounds: readonly Bound[], value: number): boolean {
  return bounds.every(({ operator, value: bound }) => {
    switch (operator) {
      case 'gt':
        return value > bound;
      case 'gte':
        return value >= bound;
      case 'lt':
        return value < bound;
      case 'lte':
        return value <= bound;
      case 'eq':
        return value === bound;
      case 'neq':
        return value !== bound;
    }
  });
}

/** What is no decimal number is not counted, as it meets no comparison. */
function numbersOf(entries: readonly Entry[]): number[] {
  return entries.map(({ values: [value = ''] }) => numberOf(value)).filter((value) => Number.isFinite(value));
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, value) => sum + value, 0);
}

/** Between the two nearest ranks, in proportion (the usual linear interpolation). */
function percentileOf(numbers: readonly number[], percentile: number): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const rank = ((sorted.length - 1) * percentile) / 100;
  const [below, above] = [sorted[Math.floor(rank)] ?? Number.NaN, sorted[Math.ceil(rank)] ?? Number.NaN];
  return below + (above - below) * (rank - Math.floor(rank));
}
