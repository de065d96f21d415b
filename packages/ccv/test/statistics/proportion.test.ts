// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { betaQuantile, logGamma, regularizedBeta } from '../../src/statistics/beta.ts';
import { CONFIDENCE, moreFrequent, successBound, trialsNeeded } from '../../src/statistics/proportion.ts';

/** Each way to choose so many of n, one by one. */
function choose(n: number, k: number): number {
  return k < 0 || k > n ? 0 : Array.from({ length: k }, (_, i) => (n - i) / (i + 1)).reduce((a, b) => a * b, 1);
}

function atLeast(successes: number, trials: number, rate: number): number {
  let sum = 0;
  for (let k = successes; k <= trials; k++) sum += choose(trials, k) * rate ** k * (1 - rate) ** (trials - k);
  return sum;
}

const count = (max: number): fc.Arbitrary<number> => fc.integer({ min: 1, max });
const rate = fc.double({ min: 0.001, max: 0.999, noNaN: true });

describe('the incomplete beta function', () => {
  // Values of scipy 1.17, special.betainc.
  it.each([
    [0.1, 0.5, 0.5, 0.20483276469913345],
    [0.3, 2, 5, 0.5798250000000003],
    [0.9, 30, 4, 0.5769436641256929],
    [0.5, 1000, 1010, 0.588269827543728],
    [0.001, 1, 1996, 0.8642579201929182],
    [0.99, 5000, 60, 0.893866839323826],
    [0.25, 0.5, 14, 0.9951000663329319],
  ])('at %d for (%d, %d) is %d', (x, a, b, value) => {
    expect(regularizedBeta(x, a, b)).toBeCloseTo(value, 11);
  });

  it('is the upper tail of the binomial distribution, summed up', () => {
    fc.assert(
      fc.property(count(40), count(40), rate, (a, b, x) => {
        expect(regularizedBeta(x, a, b)).toBeCloseTo(atLeast(a, a + b - 1, x), 10);
      }),
    );
  });

  it('is undone by its quantile', () => {
    fc.assert(
      fc.property(rate, count(2000), count(2000), (p, a, b) => {
        expect(regularizedBeta(betaQuantile(p, a, b), a, b)).toBeCloseTo(p, 9);
      }),
    );
  });

  it('rests on factorials', () => {
    for (let n = 1, factorial = 1; n <= 20; factorial *= n, n++)
      expect(Math.exp(logGamma(n)) / factorial).toBeCloseTo(1, 12);
  });
});

describe('the bound of Clopper and Pearson', () => {
  // Values of scipy 1.17, stats.beta.ppf(0.05, successes, trials - successes + 1).
  it.each([
    [1, 1, 0.05],
    [10, 10, 0.7411344491069477],
    [9, 10, 0.6058366975634952],
    [50, 100, 0.41362171463091174],
    [1995, 1996, 0.9976255421610198],
    [1996, 1996, 0.9985002578663977],
    [99990, 100000, 0.9998303837123736],
    [500000, 1000000, 0.4991770739494771],
  ])('of %i in %i is %d', (successes, trials, bound) => {
    expect(successBound(successes, trials)).toBeCloseTo(bound, 11);
  });

  it('is 0 where nothing succeeded, and nothing is known without a trial', () => {
    expect([successBound(0, 0), successBound(0, 500)]).toEqual([0, 0]);
  });

  it('lies above the true rate in at most 5 % of all samples', () => {
    fc.assert(
      fc.property(count(60), rate, (trials, truth) => {
        let tooHigh = 0;
        for (let k = 0; k <= trials; k++)
          if (successBound(k, trials) > truth) tooHigh += atLeast(k, trials, truth) - atLeast(k + 1, trials, truth);
        expect(tooHigh).toBeLessThanOrEqual(1 - CONFIDENCE + 1e-9);
      }),
    );
  });

  it.each([
    [0, 99.85, 1996],
    [1, 99.85, 3161],
    [2, 99.85, 4196],
    [0, 99.6, 748],
    [1, 99.6, 1185],
  ])('with %i failures proves %d per cent from %i trials on', (failures, percent, trials) => {
    expect(trialsNeeded(failures, percent / 100)).toBe(trials);
    expect(successBound(trials - failures, trials)).toBeGreaterThanOrEqual(percent / 100);
    expect(successBound(trials - 1 - failures, trials - 1)).toBeLessThan(percent / 100);
  });
});

describe('the test of two frequencies', () => {
  // Values of scipy 1.17, stats.fisher_exact with alternative="greater".
  it.each([
    [3, 10, 1, 40, 0.02175423360833695],
    [0, 10, 5, 50, 1],
    [5, 100, 5, 100, 0.626235124935476],
    [12, 300, 9, 900, 0.001533263457892181],
  ])('%i of %i after %i of %i', (hits, of, earlier, ofEarlier, probability) => {
    expect(moreFrequent({ hits, of }, { hits: earlier, of: ofEarlier })).toBeCloseTo(probability, 10);
  });

  it('counts the ways to draw as many hits', () => {
    fc.assert(
      fc.property(count(9), count(9), fc.nat(9), fc.nat(9), (recent, before, a, b) => {
        const [hits, earlier] = [Math.min(a, recent), Math.min(b, before)];
        let ways = 0;
        for (let k = hits; k <= recent; k++) ways += choose(recent, k) * choose(before, hits + earlier - k);
        expect(moreFrequent({ hits, of: recent }, { hits: earlier, of: before })).toBeCloseTo(
          ways / choose(recent + before, hits + earlier),
          9,
        );
      }),
    );
  });
});
