// SPDX-License-Identifier: Apache-2.0
import { moreFrequent, type Share } from '../statistics/proportion.ts';
import { slowdownOf } from '../statistics/slowdown.ts';
import type { Duration } from '../statistics/survival.ts';

/** What counts as a regression. */
export interface Sensitivity {
  /** With fewer on either side nothing is said. */
  readonly least: number;
  /** Smaller changes are let be, in percent. */
  readonly slower: number;
  /** How often chance alone may be taken for a regression, in percent. */
  readonly significance: number;
}

/** How the recent compare with those before. */
export interface Comparison {
  /** In percent; 50 is half as much again. */
  readonly change: number;
  /** Larger than what is let be, and than chance explains. */
  readonly worse: boolean;
  readonly recent: number;
  readonly before: number;
}

/** Undefined where there are too few to tell. */
export function compareDurations(
  recent: readonly Duration[],
  before: readonly Duration[],
  { least, slower, significance }: Sensitivity,
): Comparison | undefined {
  if (Math.min(recent.length, before.length) < least) return undefined;
  const { probability, factor } = slowdownOf(recent, before);
  const change = (factor - 1) * 100;
  const worse = probability <= significance / 100 && change >= slower;
  return { change, worse, recent: recent.length, before: before.length };
}

/** The same for how often something happens. */
export function compareShares(
  recent: Share,
  before: Share,
  { least, slower, significance }: Sensitivity,
): Comparison | undefined {
  if (Math.min(recent.of, before.of) < least) return undefined;
  const [rate, rateBefore] = [recent.hits / recent.of, before.hits / before.of];
  // Where there were none before, any is more by whatever is let be.
  const change = rate === rateBefore ? 0 : (rate / rateBefore - 1) * 100;
  const worse = moreFrequent(recent, before) <= significance / 100 && change >= slower;
  return { change, worse, recent: recent.of, before: before.of };
}
