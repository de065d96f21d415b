// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { campaign, type Outcome } from './campaign.ts';
import { Company, PROFILE } from './simulation.ts';

/** The most false alarms that a budget explains in 99 of 100 campaigns; both halves of the data are samples. */
function mostBy({ harmless }: Outcome, perThousand: number): number {
  const expected = (harmless * perThousand) / 1000;
  return expected + 2.33 * Math.sqrt(2 * expected);
}

describe('in a made-up company with planted insiders', () => {
  it('false alarms keep to their budget, and what is done in a day is seen', () => {
    const outcome = campaign(new Company(7, 3, 12), { ...PROFILE, falseAlarms: 5 }, 40);
    expect(outcome.falseAlarms).toBeLessThanOrEqual(mostBy(outcome, 5));
    for (const plot of ['stolen account', 'leaver at night', 'misused agent'] as const)
      expect(outcome.found[plot], plot).toBeGreaterThanOrEqual(24);
  });

  it.runIf(process.env['HELIOS_THOROUGH'] === '1')('at full size', { timeout: 300_000 }, () => {
    for (const seed of [1, 2, 3]) {
      const outcome = campaign(new Company(seed, 5, 30), PROFILE, 200);
      process.stdout.write(`${seed} ${JSON.stringify(outcome)}\n`);
      expect(outcome.falseAlarms).toBeLessThanOrEqual(mostBy(outcome, 1));
      for (const plot of ['stolen account', 'leaver at night', 'misused agent'] as const)
        expect(outcome.found[plot], plot).toBeGreaterThanOrEqual(130);
    }
  });
});
