// SPDX-License-Identifier: Apache-2.0
import { fail } from '@helios/core/error';
import type { JudgedDay } from './judge.ts';
import type { Profile } from './profile.ts';
import type { Threshold } from './state.ts';

/**
 * The score that a harmless day exceeds no more often than the budget says, by split conformal prediction (Vovk,
 * Gammerman and Shafer 2005; Lei et al. 2018): with n held-out days, the ⌈(n+1)(1−ε)⌉-th smallest. It holds for days
 * that are like those held out, without any assumption on how scores are spread. Throws HeliosError `input` where
 * there are too few days to tell.
 */
export function thresholdFor(heldOut: readonly JudgedDay[], { falseAlarms }: Pick<Profile, 'falseAlarms'>): Threshold {
  const scores = heldOut.flatMap(({ enough, score }) => (enough ? [score] : [])).sort((a, b) => a - b);
  const rank = Math.ceil(((scores.length + 1) * (1000 - falseAlarms)) / 1000);
  const bits = scores[rank - 1];
  if (bits === undefined) {
    const needed = Math.ceil(1000 / falseAlarms) - 1;
    fail('input', `${scores.length} days of known entities cannot show ${falseAlarms} false alarms in 1,000`, {
      hint: `Give logs with at least ${needed} of them, or raise falseAlarms in the profile.`,
    });
  }
  return { bits, sample: scores.length, falseAlarms };
}
