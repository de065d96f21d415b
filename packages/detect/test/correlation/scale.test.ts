// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Agenda } from '../../src/correlation/agenda.ts';
import type { Correlation } from '../../src/correlation/correlation.ts';
import { createCorrelator } from '../../src/correlation/correlate.ts';
import { parseCorrelation } from '../../src/correlation/parse.ts';
import { eventOf } from '../sigma/event.ts';
import { alertsOf, type Match } from './naive.ts';

function correlationOf(body: Readonly<Record<string, unknown>>): Correlation {
  const parsed = parseCorrelation({ title: 'C', correlation: { rules: ['r'], timespan: '10s', ...body } });
  if ('problem' in parsed) throw new Error(parsed.problem.message);
  return parsed.correlation;
}

const value = (condition: object): object => ({ condition: { field: 'v', ...condition } });

const correlations = fc
  .record({ bound: fc.integer({ min: -3, max: 12 }), operator: fc.constantFrom('gt', 'gte') })
  .chain(({ bound, operator }) => {
    const asked = { [operator]: bound };
    return fc.constantFrom<object>(
      { type: 'event_count', condition: asked },
      { type: 'value_count', ...value(asked) },
      { type: 'value_sum', ...value(asked) },
      { type: 'value_avg', ...value(asked) },
      { type: 'value_median', ...value(asked) },
      { type: 'value_percentile', ...value({ ...asked, percentile: 80 }) },
      { type: 'temporal', rules: ['r', 's'] },
      { type: 'temporal_ordered', rules: ['r', 's', 't'] },
    );
  })
  .map((body) => correlationOf({ ...body }));

/** Mostly in order, some late; whole numbers, fractions that drift when they are added up, and numbers beyond 2^53. */
const matches = fc.array(
  fc.record({
    step: fc.integer({ min: -4, max: 8 }),
    rule: fc.constantFrom('r', 'r', 's', 't'),
    value: fc.constantFrom(-2, 0, 1, 1, 2, 0.1, 0.2, 0.7, 3, 2 ** 53, -(2 ** 53)),
  }),
  { maxLength: 40 },
);

describe('Windows that are kept up with each match', () => {
  it('answer as if all of them were asked anew', () => {
    fc.assert(
      fc.property(correlations, matches, (correlation, steps) => {
        let second = 100;
        const log = steps.map(({ step, ...match }): Match => ({ ...match, second: (second += step) }));
        const ours = log.filter(({ rule }) => correlation.rules.some(({ reference }) => reference === rule));
        const correlator = createCorrelator([correlation]);
        const found = log.flatMap(({ second: time, rule, value: v }) =>
          correlator.push(eventOf({ v }, { time: time * 1000 }), { id: rule }),
        );
        expect(found.map(({ to }) => to / 1000)).toEqual(alertsOf(correlation, ours));
      }),
      { numRuns: process.env['HELIOS_THOROUGH'] === undefined ? 2000 : 200_000 },
    );
  });

  it.each<readonly [name: string, body: object]>([
    ['value_count', { type: 'value_count', ...value({ gte: 1e6 }) }],
    ['value_sum', { type: 'value_sum', ...value({ gte: 1e15 }) }],
    ['value_median', { type: 'value_median', ...value({ gte: 1e9 }) }],
    ['temporal', { type: 'temporal', rules: ['r', 's'] }],
    ['event_count of few, in 50,000 groups', { type: 'event_count', 'group-by': ['g'], condition: { lt: 1 } }],
  ])('take 100,000 matches of one window in seconds, not hours: %s', (_name, body) => {
    const correlator = createCorrelator([correlationOf({ timespan: '1h', ...body })]);
    const started = performance.now();
    for (let at = 0; at < 100_000; at++)
      correlator.push(eventOf({ v: at, g: at % 50_000 }, { time: 1e12 + at * 20 }), { id: 'r' });
    expect(correlator.end()).toEqual([]);
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});

it('what is due is taken by its time, and of one time in the order in which it was put', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 20 })), fc.integer({ min: 0, max: 21 }), (times, until) => {
      const agenda = new Agenda<number>();
      for (const [index, time] of times.entries()) agenda.put(time, index);
      const taken: number[] = [];
      for (let due = agenda.takeBefore(until); due; due = agenda.takeBefore(until)) taken.push(due.item);
      const wanted = [...times.keys()].filter((index) => (times[index] ?? 0) < until);
      expect(taken).toEqual(wanted.toSorted((a, b) => (times[a] ?? 0) - (times[b] ?? 0)));
    }),
  );
});
