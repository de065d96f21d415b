// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { compareDurations, type Sensitivity } from '../../src/judge/regression.ts';
import { DRIFT_LIMIT, driftOf } from '../../src/statistics/drift.ts';
import type { Duration } from '../../src/statistics/survival.ts';
import { draw, lognormal, seeded } from './durations.ts';

const SIMULATIONS = process.env['HELIOS_THOROUGH'] ? 20_000 : 1000;
const DEFAULTS: Sensitivity = { least: 10, slower: 20, significance: 5 };

/** The share of simulations in which 30 failures that take `factor` as long are told from 90 earlier ones. */
function alarms(spread: number, factor: number, seed = 2026): number {
  const random = seeded(seed);
  const length = lognormal(random, spread);
  let alarmed = 0;
  for (let i = 0; i < SIMULATIONS; i++) {
    // Failures of the last month are open for as long as they are old; of those before, one in twenty was never mended.
    const recent = draw(
      30,
      () => length() * factor,
      () => random() * 10,
    );
    const before = draw(90, length, () => (random() < 0.05 ? random() * 10 : Infinity));
    if (compareDurations(recent, before, DEFAULTS)?.worse) alarmed++;
  }
  return alarmed / SIMULATIONS;
}

describe('the detector of slower repairs, at 30 failures of which some are still open', () => {
  it.each([0.4, 0.6, 1, 1.5])('at a spread of %d raises a false alarm in at most one of twenty cases', (spread) => {
    expect(alarms(spread, 1)).toBeLessThanOrEqual(0.05);
  });

  it.each([0.4, 0.5, 0.6])(
    'at a spread of %d sees repairs that take half as long again in at least four of five',
    (spread) => {
      expect(alarms(spread, 1.5)).toBeGreaterThanOrEqual(0.8);
    },
  );

  it('says nothing of too few', () => {
    const few = draw(9, () => 5);
    const many = draw(90, () => 1);
    expect(compareDurations(few, many, DEFAULTS)).toBeUndefined();
    expect(compareDurations(many, few, DEFAULTS)).toBeUndefined();
  });

  it('lets small changes be, however sure they are', () => {
    const random = seeded(7);
    const recent = draw(2000, () => 1.1 + random() / 100);
    const before = draw(2000, () => 1 + random() / 100);
    const comparison = compareDurations(recent, before, DEFAULTS);
    expect(comparison?.change).toBeCloseTo(10, 0);
    expect(comparison?.worse).toBe(false);
  });
});

describe('the sum that sees drift', () => {
  const drifting = (perItem: number, seed: number): Duration[] => {
    const length = lognormal(seeded(seed), 0.6);
    let factor = 1;
    return draw(100, () => length() * (factor *= 1 + perItem));
  };

  it('is quiet for more than 370 durations on average, where nothing drifts', () => {
    let [items, alarmed] = [0, 0];
    for (let seed = 1; items < 40 * SIMULATIONS; seed++) {
      const before = draw(90, lognormal(seeded(-seed), 0.6));
      const recent = drifting(0, seed);
      items += recent.length;
      if (driftOf(recent, before) >= DRIFT_LIMIT) alarmed++;
    }
    expect(items / alarmed).toBeGreaterThan(370);
  });

  it('sees what grows by one percent each time, within 100, in at least 80 %', () => {
    let seen = 0;
    for (let seed = 1; seed <= 200; seed++) {
      const before = draw(90, lognormal(seeded(-seed), 0.6));
      if (driftOf(drifting(0.01, seed), before) >= DRIFT_LIMIT) seen++;
    }
    expect(seen / 200).toBeGreaterThanOrEqual(0.8);
  });

  it('forgets good times: what was quick for long does not make up for what is slow now', () => {
    const before = draw(90, lognormal(seeded(3), 0.6));
    const quick = draw(200, () => 0.1);
    const slow = draw(40, () => 2);
    expect(driftOf(slow, before)).toBeGreaterThan(DRIFT_LIMIT);
    expect(driftOf([...quick, ...slow], before)).toBeCloseTo(driftOf(slow, before), 9);
  });

  it('takes what lasts longer than anything before for worse, the longer the worse', () => {
    const before = draw(90, lognormal(seeded(3), 0.6));
    const end = Math.max(...before.map(({ length }) => length));
    const one = (length: number): number => driftOf([{ length, ended: false }], before);
    expect(one(3 * end)).toBeCloseTo(3 * one(end), 9);
  });

  it('counts what is open for what is known of it, and no more', () => {
    const before = draw(90, lognormal(seeded(3), 0.6));
    const open = Array.from({ length: 30 }, () => ({ length: 0.001, ended: false }));
    expect(driftOf(open, before)).toBeLessThan(0.1);
    const late = Array.from({ length: 30 }, () => ({ length: 20, ended: false }));
    expect(driftOf(late, before)).toBeGreaterThan(DRIFT_LIMIT);
  });
});
