// SPDX-License-Identifier: Apache-2.0

/** One figure of numbers that come and go. */
export interface Measure {
  add(value: number): void;
  remove(value: number): void;
  /** Undefined where there is none of nothing. `all` gives the numbers in order, where adding up depends on it. */
  value(all: () => readonly number[]): number | undefined;
}

export function createMeasure(what: 'value_sum' | 'value_avg' | { readonly percentile: number }): Measure {
  if (typeof what === 'object') return percentileMeasure(what.percentile);
  return sumMeasure(what === 'value_sum' ? (sum) => sum : (sum, count) => (count === 0 ? undefined : sum / count));
}

/**
 * A sum that goes on is exact for whole numbers that stay below 2^53 together. Of others it would drift, and say
 * something else than the same numbers do in a query; these are added up again.
 */
function sumMeasure(measured: (sum: number, count: number) => number | undefined): Measure {
  let [count, sum, size, inexact] = [0, 0, 0, 0];
  const change = (value: number, by: 1 | -1): void => {
    count += by;
    if (!Number.isSafeInteger(value)) inexact += by;
    else {
      sum += by * value;
      size += by * Math.abs(value);
    }
  };
  return {
    add: (value) => change(value, 1),
    remove: (value) => change(value, -1),
    value(all) {
      const isExact = inexact === 0 && size <= Number.MAX_SAFE_INTEGER;
      return measured(isExact ? sum : all().reduce((before, value) => before + value, 0), count);
    },
  };
}

/** Between the two nearest ranks, in proportion (the usual linear interpolation). */
function percentileMeasure(percentile: number): Measure {
  const sorted: number[] = [];
  const at = (rank: number): number => sorted[rank] ?? Number.NaN;
  return {
    add: (value) => void sorted.splice(placeIn(sorted, value), 0, value),
    remove: (value) => void sorted.splice(placeIn(sorted, value), 1),
    value() {
      if (sorted.length === 0) return undefined;
      const rank = ((sorted.length - 1) * percentile) / 100;
      const [below, above] = [at(Math.floor(rank)), at(Math.ceil(rank))];
      return below + (above - below) * (rank - Math.floor(rank));
    },
  };
}

/** Of the first that is not less. */
function placeIn(sorted: readonly number[], value: number): number {
  let [from, to] = [0, sorted.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((sorted[middle] ?? 0) < value) from = middle + 1;
    else to = middle;
  }
  return from;
}
