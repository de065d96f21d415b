// SPDX-License-Identifier: Apache-2.0
import type { History, Known } from '../history/history.ts';
import type { Share } from '../statistics/proportion.ts';
import { hasExpired } from './judge-controls.ts';
import type { JudgeOptions } from './options.ts';

/** How many services of a tier are proven: all their controls passed in time, and there is at least one. */
export interface Coverage extends Share {
  readonly tier: number;
  /** Least share, in percent. */
  readonly atLeast: number;
  /** Services that are not proven, in the order of the inventory. */
  readonly missing: readonly string[];
}

export function coverageOf(
  { services }: Known,
  { standings, asOf }: History,
  { tier, atLeast }: JudgeOptions['coverage'][number],
): Coverage {
  const own = services.filter((service) => service.tier === tier);
  const missing = own.filter(({ id }) => {
    const controls = standings.filter(({ file }) => file.control.service === id);
    return controls.length === 0 || !controls.every(({ proven, file }) => proven && !hasExpired(file.control, asOf));
  });
  return { tier, atLeast, hits: own.length - missing.length, of: own.length, missing: missing.map(({ id }) => id) };
}
