// SPDX-License-Identifier: Apache-2.0
import type { Bound, Correlation } from '../../src/correlation/correlation.ts';

/** A match of rule `r`, `s` or `t` with one value, for one group. */
export interface Match {
  readonly second: number;
  readonly rule: string;
  readonly value: number;
}

/**
 * When a sliding correlation of one group alerts, by its definition: after each match all that lies within the timespan
 * before the newest is asked anew, and an answer is said when it was not yes before.
 */
export function alertsOf(correlation: Correlation, matches: readonly Match[]): number[] {
  const alerts: number[] = [];
  let held = false;
  const seen: Match[] = [];
  for (const match of matches) {
    const newest = Math.max(match.second, ...seen.map(({ second }) => second));
    const isWithin = ({ second }: Match): boolean => second * 1000 >= newest * 1000 - correlation.timespanMs;
    if (!isWithin(match)) continue;
    const before = seen.filter(isWithin);
    seen.push(match);
    const window = seen.filter(isWithin).toSorted((a, b) => a.second - b.second);
    const holds = asks(correlation, window);
    if (holds && !(held && before.length > 0)) alerts.push(newest);
    held = holds;
  }
  return alerts;
}

function asks({ type, bounds, rules, percentile = 50 }: Correlation, window: readonly Match[]): boolean {
  const values = window.map(({ value }) => value);
  const sum = values.reduce((total, value) => total + value, 0);
  const references = rules.map(({ reference }) => reference);
  switch (type) {
    case 'event_count':
      return meets(bounds, window.length);
    case 'value_count':
      return meets(bounds, new Set(values).size);
    case 'value_sum':
      return meets(bounds, sum);
    case 'value_avg':
      return meets(bounds, sum / values.length);
    case 'value_median':
      return meets(bounds, percentileOf(values, 50));
    case 'value_percentile':
      return meets(bounds, percentileOf(values, percentile));
    case 'temporal':
      return references.every((reference) => window.some(({ rule }) => rule === reference));
    case 'temporal_ordered':
      return window.reduce((next, { rule }) => (rule === references[next] ? next + 1 : next), 0) === references.length;
  }
}

function percentileOf(values: readonly number[], percentile: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const rank = ((sorted.length - 1) * percentile) / 100;
  const [below = 0, above = 0] = [sorted[Math.floor(rank)], sorted[Math.ceil(rank)]];
  return below + (above - below) * (rank - Math.floor(rank));
}

function meets(bounds: readonly Bound[], value: number): boolean {
  return bounds.every(({ operator, value: bound }) => (operator === 'gt' ? value > bound : value >= bound));
}
