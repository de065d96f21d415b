// SPDX-License-Identifier: Apache-2.0
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { demandOf, isMet, sampleOf, valueOf } from '../../src/report/metric.ts';
import { counted, grouped } from '../../src/report/quantity.ts';

const metric = (value: number, atLeast?: number) => ({
  id: 'x',
  title: 'X',
  value,
  unit: '%',
  ...(atLeast !== undefined && { threshold: { atLeast } }),
});

describe('a number', () => {
  it.each([
    [0, '0'],
    [999, '999'],
    [1000, '1,000'],
    [1234567, '1,234,567'],
    [-1234.5678, '-1,234.5678'],
    [1e21, '1e+21'],
    [5e-324, '5e-324'],
  ])('%d is written %s in every locale', (value, text) => {
    expect(grouped(value)).toBe(text);
  });

  it('reads back as it was', () => {
    fc.assert(
      fc.property(fc.integer(), (value) => {
        expect(Number(grouped(value).replaceAll(',', ''))).toBe(value);
      }),
    );
  });

  it.each([
    [1, 'rules', '1 rule'],
    [2, 'rules', '2 rules'],
    [0, 'policies', '0 policies'],
    [1, 'policies', '1 policy'],
    [1, 'waived', '1 waived'],
  ])('%d %s is "%s"', (count, plural, text) => {
    expect(counted(count, plural)).toBe(text);
  });
});

describe('a metric', () => {
  it('is met at its threshold, on either side', () => {
    expect(isMet(metric(98, 98))).toBe(true);
    expect(isMet(metric(97.9, 98))).toBe(false);
    expect(isMet({ ...metric(90), threshold: { atMost: 90 } })).toBe(true);
    expect(isMet({ ...metric(90.1), threshold: { atMost: 90 } })).toBe(false);
    expect(isMet(metric(1))).toBeUndefined();
  });

  it('has one decimal', () => {
    expect(valueOf(metric((680 / 700) * 100, 98))).toBe('97.1 %');
    expect(valueOf(metric(100, 98))).toBe('100 %');
  });

  it('is never rounded onto a threshold that it misses', () => {
    expect(valueOf(metric(97.96, 98))).toBe('97.96 %');
    expect(valueOf(metric(97.9996, 98))).toBe('97.9996 %');
  });

  it('looks on the page to be on the side of its threshold on which it is', () => {
    const values = { noNaN: true, min: 0, max: 100 } as const;
    fc.assert(
      fc.property(fc.double(values), fc.integer({ min: 0, max: 100 }), (value, atLeast) => {
        const shown = Number(valueOf(metric(value, atLeast)).replace(' %', ''));
        expect(shown >= atLeast).toBe(value >= atLeast);
      }),
    );
  });

  it('names its sample and what it needs', () => {
    expect(sampleOf({ ...metric(1), sample: { hits: 680, of: 7000 } })).toBe('680 of 7,000');
    expect(demandOf({ ...metric(1), threshold: { atMost: 2.5 } })).toBe('≤ 2.5 %');
    expect([sampleOf(metric(1)), demandOf(metric(1))]).toEqual(['', '']);
  });
});
