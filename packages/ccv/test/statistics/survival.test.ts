// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { slowdownOf } from '../../src/statistics/slowdown.ts';
import { type Duration, medianLength, restrictedMean, survivalCurve } from '../../src/statistics/survival.ts';
import { durations } from './durations.ts';

const BEFORE = durations('3 5 5+ 8 10 12+ 12 15 20+ 24');
const RECENT = durations('4 9+ 9 14 18 21+ 30 30+ 33');

const some = (minLength = 1): fc.Arbitrary<Duration[]> =>
  fc.array(fc.record({ length: fc.integer({ min: 1, max: 30 }), ended: fc.boolean() }), { minLength, maxLength: 25 });
const ended = fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 1, maxLength: 40 });

/** Efron (1967): each censored duration hands its weight on to those that last longer. Another way to the same curve. */
function redistributed(all: readonly Duration[], time: number): number {
  const sorted = [...all].sort((a, b) => a.length - b.length || Number(b.ended) - Number(a.ended));
  const weights = sorted.map(() => 1 / sorted.length);
  for (const [index, { ended }] of sorted.entries()) {
    const later = sorted.length - index - 1;
    if (ended || later === 0) continue;
    for (let next = index + 1; next < sorted.length; next++)
      weights[next] = (weights[next] ?? 0) + (weights[index] ?? 0) / later;
    weights[index] = 0;
  }
  return 1 - sorted.reduce((sum, { length, ended }, i) => sum + (ended && length <= time ? (weights[i] ?? 0) : 0), 0);
}

describe('the curve of Kaplan and Meier', () => {
  // Values of lifelines 0.30.
  it('counts what is still open for as long as it is known', () => {
    const curve = survivalCurve(BEFORE).map(({ time, lasting }) => [time, Number(lasting.toFixed(6))]);
    expect(curve).toEqual([
      [3, 0.9],
      [5, 0.8],
      [8, 0.685714],
      [10, 0.571429],
      [12, 0.457143],
      [15, 0.304762],
      [24, 0],
    ]);
    expect([medianLength(BEFORE), medianLength(RECENT)]).toEqual([12, 30]);
    expect(restrictedMean(BEFORE, 20)).toBeCloseTo(12.609523809523806, 12);
    expect(restrictedMean(BEFORE)).toBeCloseTo(13.828571428571424, 12);
    expect(restrictedMean(RECENT, 24)).toBeCloseTo(18.03703703703703, 12);
  });

  it('is that of Efron, who hands the weight of the censored on', () => {
    fc.assert(
      fc.property(some(), (all) => {
        for (const { time, lasting } of survivalCurve(all)) expect(lasting).toBeCloseTo(redistributed(all, time), 9);
      }),
    );
  });

  it('gives the plain mean and median where nothing is open', () => {
    fc.assert(
      fc.property(ended, (lengths) => {
        const all = lengths.map((length) => ({ length, ended: true }));
        const sorted = [...lengths].sort((a, b) => a - b);
        expect(restrictedMean(all)).toBeCloseTo(lengths.reduce((a, b) => a + b, 0) / lengths.length, 8);
        expect(medianLength(all)).toBe(sorted[Math.ceil(sorted.length / 2) - 1]);
      }),
    );
  });

  it('never gets better by leaving one open', () => {
    fc.assert(
      fc.property(some(), fc.nat(), (all, pick) => {
        const one = pick % all.length;
        const left = all.map((duration, index) => (index === one ? { ...duration, ended: false } : duration));
        expect(restrictedMean(left)).toBeGreaterThanOrEqual(restrictedMean(all) - 1e-9);
      }),
    );
  });

  it('knows no median while more than half are open', () => {
    expect(medianLength(durations('1 2 5+ 5+ 5+'))).toBeUndefined();
  });
});

describe('the comparison of durations', () => {
  it('is the rank test of Peto and Peto', () => {
    // lifelines 0.30, logrank_test with weightings="peto": z = 1.2727709785847616; Student's tail with 11 degrees.
    expect(slowdownOf(RECENT, BEFORE).probability).toBeCloseTo(0.11467123532120474, 10);
    // The same where many end at once: z = 1.5066976111150243, 14 degrees.
    const before = durations('1 2 2 2+ 3 3 4 6 6 8+');
    const recent = durations('2 3 3 5 6 6 6+ 9 9 9+');
    expect(slowdownOf(recent, before).probability).toBeCloseTo(0.07705832645876978, 10);
  });

  it('asks for order alone: another unit, or its logarithm, changes nothing', () => {
    fc.assert(
      fc.property(some(3), some(3), (recent, before) => {
        const log = (all: Duration[]): Duration[] =>
          all.map(({ length, ended }) => ({ length: Math.log(length + 1), ended }));
        expect(slowdownOf(log(recent), log(before)).probability).toBe(slowdownOf(recent, before).probability);
      }),
    );
  });

  it('is the opposite when the two change places', () => {
    fc.assert(
      fc.property(some(3), some(3), (recent, before) => {
        const [there, back] = [slowdownOf(recent, before), slowdownOf(before, recent)];
        expect(there.factor * back.factor).toBeCloseTo(1, 9);
        if (there.probability < 1) expect(there.probability + back.probability).toBeCloseTo(1, 9);
      }),
    );
  });

  it('says nothing where nothing has ended', () => {
    expect(slowdownOf(durations('9+ 9+'), durations('1+ 2+')).probability).toBe(1);
  });

  it('is near what all permutations say, where nothing is open', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 99 }), { minLength: 14, maxLength: 14 }), (lengths) => {
        const all = lengths.map((length) => ({ length, ended: true }));
        const recent = all.slice(0, 7);
        expect(Math.abs(slowdownOf(recent, all.slice(7)).probability - permuted(recent, all))).toBeLessThan(0.03);
      }),
      { numRuns: 20 },
    );
  });
});

/** The share of all ways to choose as many whose sum of ranks is as large: the exact test of Mann and Whitney. */
function permuted(recent: readonly Duration[], all: readonly Duration[]): number {
  const ranks = all.map(({ length }) => all.filter((other) => other.length <= length).length);
  const own = recent.reduce((sum, one) => sum + (ranks[all.indexOf(one)] ?? 0), 0);
  let [ways, asLarge] = [0, 0];
  const pick = (from: number, left: number, sum: number): void => {
    if (left === 0) {
      ways++;
      if (sum >= own) asLarge++;
      return;
    }
    for (let next = from; next <= ranks.length - left; next++) pick(next + 1, left - 1, sum + (ranks[next] ?? 0));
  };
  pick(0, recent.length, 0);
  return asLarge / ways;
}
