// SPDX-License-Identifier: Apache-2.0
import { betaQuantile, logGamma } from './beta.ts';

/** How sure every bound is, one-sided. */
export const CONFIDENCE = 0.95;

/**
 * The lower end of the one-sided Clopper-Pearson interval: with 95 % confidence the rate of success is at least this.
 * Exact for any sample: 10 of 10 prove 74 %, not 100 %.
 */
export function successBound(successes: number, trials: number): number {
  if (successes === 0) return 0;
  return betaQuantile(1 - CONFIDENCE, successes, trials - successes + 1);
}

/** The fewest trials that prove a rate of success below 1 in spite of so many failures. */
export function trialsNeeded(failures: number, rate: number): number {
  const proves = (trials: number): boolean => successBound(trials - failures, trials) >= rate;
  let enough = failures + 1;
  while (!proves(enough)) enough *= 2;
  let tooFew = Math.floor(enough / 2);
  while (enough - tooFew > 1) {
    const middle = Math.floor((tooFew + enough) / 2);
    if (proves(middle)) enough = middle;
    else tooFew = middle;
  }
  return enough;
}

/** Some of many. */
export interface Share {
  readonly hits: number;
  readonly of: number;
}

/**
 * How likely as many hits or more would fall among the recent ones if they were as frequent before: Fisher's exact test,
 * one-sided.
 */
export function moreFrequent(recent: Share, before: Share): number {
  const hits = recent.hits + before.hits;
  const all = recent.of + before.of;
  const most = Math.min(hits, recent.of);
  let probability = 0;
  for (let count = recent.hits; count <= most; count++) {
    const ways = logChoose(recent.of, count) + logChoose(before.of, hits - count) - logChoose(all, hits);
    probability += Math.exp(ways);
  }
  return Math.min(1, probability);
}

function logChoose(n: number, k: number): number {
  if (k < 0 || k > n) return -Infinity;
  return logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1);
}
