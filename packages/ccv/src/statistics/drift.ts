// SPDX-License-Identifier: Apache-2.0
import { type Duration, longest, survivalCurve } from './survival.ts';

/** The slow-down that the sum is tuned to: a quarter slower than before. */
const SLOWER = 1.25;
/** Where the sum is an alarm: on average once in more than 370 durations of a process that does not drift. */
export const DRIFT_LIMIT = 3;

/**
 * CUSUM of durations in the order of their beginnings, for drift that is too slow for a comparison of two windows. Each
 * adds the log likelihood ratio of "a quarter slower than before" in units of the hazard before, which is 0 on average or
 * less where nothing has changed, whatever the distribution, and open ones add what is known of them. Answers with
 * the largest sum.
 */
export function driftOf(recent: readonly Duration[], before: readonly Duration[]): number {
  const hazard = cumulativeHazard(before);
  let sum = 0;
  let largest = 0;
  for (const { length, ended } of recent) {
    const ratio = hazard(length) * (1 - 1 / SLOWER) - (ended ? Math.log(SLOWER) : 0);
    sum = Math.max(0, sum + ratio);
    largest = Math.max(largest, sum);
  }
  return largest;
}

/** Nelson's and Aalen's estimate; after the last event at the same pace as on average until there. */
function cumulativeHazard(durations: readonly Duration[]): (length: number) => number {
  const steps = survivalCurve(durations);
  const sums: { time: number; total: number }[] = [];
  let total = 0;
  for (const { time, ended, atRisk } of steps) sums.push({ time, total: (total += ended / atRisk) });
  const end = longest(durations);
  return (length) => {
    const known = sums.findLast(({ time }) => time <= length)?.total ?? 0;
    return length > end && end > 0 ? total * (length / end) : known;
  };
}
