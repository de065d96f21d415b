// SPDX-License-Identifier: Apache-2.0
import { regularizedBeta } from './beta.ts';
import { type Duration, longest, restrictedMean, survivalCurve } from './survival.ts';

export interface Slowdown {
  /** How likely such a difference is where there is none; one-sided. */
  readonly probability: number;
  /** Mean of the recent ones by that of those before, over the time that both are known for. */
  readonly factor: number;
}

/**
 * Whether recent durations are longer than those before: the rank test of Peto and Peto (1972), which is that of Mann and
 * Whitney where nothing is censored. Its variance is conditional on who was at risk, so that it holds though recent
 * durations are censored more often and earlier than old ones; a permutation test would not.
 */
export function slowdownOf(recent: readonly Duration[], before: readonly Duration[]): Slowdown {
  const known = lookup(recent);
  let difference = 0;
  let variance = 0;
  let events = 0;
  let weight = 1;
  for (const { time, atRisk, ended } of survivalCurve([...recent, ...before])) {
    const own = known(time);
    weight *= 1 - ended / (atRisk + 1);
    difference += weight * ((ended * own.atRisk) / atRisk - own.ended);
    const share = own.atRisk / atRisk;
    if (atRisk > 1) variance += weight ** 2 * ended * share * (1 - share) * ((atRisk - ended) / (atRisk - 1));
    events += ended;
  }
  const horizon = Math.min(knownUntil(recent), knownUntil(before), Math.max(longest(recent), longest(before)));
  return {
    probability: variance === 0 ? 1 : upperTail(difference / Math.sqrt(variance), events - 2),
    factor: restrictedMean(recent, horizon) / restrictedMean(before, horizon),
  };
}

/** How far the curve is known: where the longest has ended, it is 0 for ever after. */
function knownUntil(durations: readonly Duration[]): number {
  const end = longest(durations);
  return durations.some(({ length, ended }) => length === end && !ended) ? end : Infinity;
}

/** Who is at risk and who ends at a moment, among some. */
function lookup(durations: readonly Duration[]): (time: number) => { atRisk: number; ended: number } {
  return (time) => ({
    atRisk: durations.filter(({ length }) => length >= time).length,
    ended: durations.filter(({ length, ended }) => ended && length === time).length,
  });
}

/** Student's distribution in the place of the normal one: with few events it asks for more. */
function upperTail(t: number, freedom: number): number {
  if (freedom < 1) return 1;
  const half = regularizedBeta(freedom / (freedom + t * t), freedom / 2, 0.5) / 2;
  return t > 0 ? half : 1 - half;
}
