// SPDX-License-Identifier: Apache-2.0
import type { Bound, Correlation } from './correlation.ts';
import { createMeasure } from './measure.ts';

/** One match of one of the rules, as a window keeps it. */
export interface Entry {
  /** Milliseconds since 1970. */
  readonly time: number;
  /** Which of the correlation's rules it is, by their order. */
  readonly rule: number;
  /** Of the fields of the condition, as one text; empty where there are none. */
  readonly value: string;
  /** Of the first field; NaN where it is no decimal number, which is then not counted. */
  readonly number: number;
}

/**
 * What a correlation asks of the entries of one group within one timespan. It is kept up with each that comes and goes:
 * asked anew each time, 100,000 matches of one source within an hour would take hours.
 */
export interface Tally {
  add(entry: Entry): void;
  remove(entry: Entry): void;
  /** `entries` gives those that were added and not removed, in the order of time. */
  holds(entries: () => readonly Entry[]): boolean;
}

export function createTally(correlation: Correlation): Tally {
  const { type, bounds } = correlation;
  switch (type) {
    case 'event_count':
      return countTally(bounds);
    case 'value_count':
      return differentTally(
        ({ value }) => value,
        (count) => meets(bounds, count),
      );
    case 'temporal':
    case 'temporal_ordered':
      return temporalTally(correlation);
    default:
      return measuredTally(correlation, type);
  }
}

/** Whether the answer may turn from yes to no while a window fills: then it is asked when the window is over. */
export function mayTurn({ bounds, type }: Correlation): boolean {
  const grows = ['event_count', 'value_count', 'value_sum', 'temporal', 'temporal_ordered'].includes(type);
  return grows && bounds.some(({ operator }) => operator !== 'gt' && operator !== 'gte');
}

function countTally(bounds: readonly Bound[]): Tally {
  let count = 0;
  return { add: () => void count++, remove: () => void count--, holds: () => meets(bounds, count) };
}

function differentTally(
  keyOf: (entry: Entry) => string | number,
  holds: (count: number, entries: () => readonly Entry[]) => boolean,
): Tally {
  const seen = new Map<string | number, number>();
  return {
    add(entry) {
      const key = keyOf(entry);
      seen.set(key, (seen.get(key) ?? 0) + 1);
    },
    remove(entry) {
      const key = keyOf(entry);
      const left = (seen.get(key) ?? 0) - 1;
      if (left > 0) seen.set(key, left);
      else seen.delete(key);
    },
    holds: (entries) => holds(seen.size, entries),
  };
}

/** All rules, or as many different ones as the condition says. */
function temporalTally({ type, bounds, rules }: Correlation): Tally {
  return differentTally(
    ({ rule }) => rule,
    (count, entries) => {
      if (bounds.length > 0) return meets(bounds, count);
      return count === rules.length && (type === 'temporal' || inOrder(entries(), count));
    },
  );
}

/** Whether all rules are seen, the first before the second and so on; entries are in the order of time. */
function inOrder(entries: readonly Entry[], count: number): boolean {
  let next = 0;
  for (const { rule } of entries) {
    if (rule === next) next++;
    if (next === count) return true;
  }
  return false;
}

/** Sums are of nothing, too; there is no mean of nothing. */
function measuredTally(
  { bounds, percentile = 50 }: Correlation,
  type: 'value_sum' | 'value_avg' | 'value_median' | 'value_percentile',
): Tally {
  const sorts = type === 'value_median' || type === 'value_percentile';
  const measure = createMeasure(sorts ? { percentile: type === 'value_median' ? 50 : percentile } : type);
  const isNumber = ({ number }: Entry): boolean => Number.isFinite(number);
  return {
    add(entry) {
      if (isNumber(entry)) measure.add(entry.number);
    },
    remove(entry) {
      if (isNumber(entry)) measure.remove(entry.number);
    },
    holds(entries) {
      const value = measure.value(() =>
        entries()
          .filter(isNumber)
          .map(({ number }) => number),
      );
      return value !== undefined && meets(bounds, value);
    },
  };
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
