// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { endOf, momentSchema } from '../../src/finding/index.ts';

const isMoment = (text: unknown): boolean => momentSchema.safeParse(text).success;

it('a bare day lasts to its last millisecond, UTC', () => {
  expect(endOf('2026-12-31').toISOString()).toBe('2026-12-31T23:59:59.999Z');
  expect(endOf('2026-12-31T08:00:00Z').toISOString()).toBe('2026-12-31T08:00:00.000Z');
});

it('every day of the calendar is one, and nothing else is', () => {
  const day = fc.tuple(
    fc.integer({ min: 1970, max: 2100 }),
    fc.integer({ min: 0, max: 13 }),
    fc.integer({ min: 0, max: 32 }),
  );
  fc.assert(
    fc.property(day, ([year, month, date]) => {
      const pad = (value: number): string => String(value).padStart(2, '0');
      const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
      const days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0;
      expect(isMoment(`${year}-${pad(month)}-${pad(date)}`)).toBe(date >= 1 && date <= days);
    }),
    { numRuns: 5000 },
  );
});

it.each([
  '',
  'never',
  '2026',
  '2026-1-1',
  '2026-12-31 ',
  '2026-12-31T08:00',
  '2026-12-31T08:00:00',
  '2026-12-31T08:00:00+01:00',
  '2026-12-31T24:00:00Z',
  '2026-12-31T23:59:60Z',
  '2026-02-29',
  '31.12.2026',
  '12/31/2026',
  '9999-99-99',
  null,
  20261231,
  undefined,
])('%j is no moment', (text) => {
  expect(isMoment(text)).toBe(false);
});
