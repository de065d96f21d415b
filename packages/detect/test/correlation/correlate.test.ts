// SPDX-License-Identifier: Apache-2.0
import { parseYaml } from '@helios/core/input';
import { describe, expect, it } from 'vitest';
import type { Correlation } from '../../src/correlation/correlation.ts';
import { createCorrelator, order } from '../../src/correlation/correlate.ts';
import { parseCorrelation } from '../../src/correlation/parse.ts';
import { eventOf } from '../sigma/event.ts';

function correlationOf(body: string, more: Readonly<Record<string, unknown>> = {}): Correlation {
  const parsed = parseCorrelation({ title: 'C', id: 'c', ...more, correlation: parseYaml('test', body)[0] });
  if ('problem' in parsed) throw new Error(parsed.problem.message);
  return parsed.correlation;
}

/** `[second, rule, fields]` */
type Step = readonly [second: number, rule: string, fields?: Readonly<Record<string, unknown>>];

/** How many alerts the steps raise, and at which seconds. */
function alertsOf(correlation: Correlation | readonly Correlation[], steps: readonly Step[]): number[] {
  const correlations = Array.isArray(correlation)
    ? (correlation as readonly Correlation[])
    : [correlation as Correlation];
  const correlator = createCorrelator(correlations);
  const outer = correlations[0];
  const found = steps.flatMap(([second, rule, fields = {}]) =>
    correlator.push(eventOf({ u: 'x', ...fields }, { time: second * 1000 }), { id: rule }),
  );
  return [...found, ...correlator.end()].filter((match) => match.correlation === outer).map(({ to }) => to / 1000);
}

const many = (count: number, fields: (at: number) => Readonly<Record<string, unknown>>, every = 1): Step[] =>
  Array.from({ length: count }, (_, at): Step => [at * every, 'r', fields(at)]);

/** Each type with steps that just meet it. */
const TYPES: Readonly<
  Record<
    string,
    {
      readonly condition: string;
      readonly rules: string;
      readonly hit: readonly Step[];
      readonly below: readonly Step[];
    }
  >
> = {
  event_count: { condition: '{gte: 3}', rules: '[r]', hit: many(3, () => ({})), below: many(2, () => ({})) },
  value_count: {
    condition: '{field: v, gte: 3}',
    rules: '[r]',
    hit: many(3, (at) => ({ v: at })),
    below: [...many(2, (at) => ({ v: at })), [3, 'r', { v: 1 }]],
  },
  value_sum: {
    condition: '{field: v, gte: 30}',
    rules: '[r]',
    hit: many(3, () => ({ v: 10 })),
    below: many(3, () => ({ v: 9.9 })),
  },
  value_avg: {
    condition: '{field: v, gt: 5}',
    rules: '[r]',
    hit: [
      [0, 'r', { v: 1 }],
      [1, 'r', { v: 10 }],
    ],
    below: [
      [0, 'r', { v: 1 }],
      [1, 'r', { v: 9 }],
    ],
  },
  value_median: {
    condition: '{field: v, gte: 5}',
    rules: '[r]',
    hit: [
      [0, 'r', { v: 1 }],
      [1, 'r', { v: 5 }],
      [2, 'r', { v: 5 }],
    ],
    below: [
      [0, 'r', { v: 1 }],
      [1, 'r', { v: 1 }],
      [2, 'r', { v: 99 }],
    ],
  },
  value_percentile: {
    condition: '{field: v, percentile: 90, gte: 10}',
    rules: '[r]',
    hit: [
      [0, 'r', { v: 1 }],
      [1, 'r', { v: 11 }],
    ],
    below: [
      [0, 'r', { v: 1 }],
      [1, 'r', { v: 10 }],
    ],
  },
  temporal: {
    condition: '',
    rules: '[r, s]',
    hit: [
      [0, 's'],
      [1, 'r'],
    ],
    below: [
      [0, 's'],
      [1, 's'],
    ],
  },
  temporal_ordered: {
    condition: '',
    rules: '[r, s]',
    hit: [
      [0, 'r'],
      [1, 's'],
    ],
    below: [
      [0, 's'],
      [1, 'r'],
    ],
  },
};

/** Measures that a single value can meet: when the values of `hit` do so alone. */
const ALONE: Readonly<Record<string, readonly number[]>> = {
  value_avg: [1],
  value_percentile: [1],
  value_median: [1, 2],
};

describe.each(Object.keys(TYPES))('%s', (type) => {
  const { condition, rules, hit, below } = TYPES[type] ?? { condition: '', rules: '', hit: [], below: [] };
  const body = (more = ''): string =>
    `{type: ${type}, rules: ${rules}, timespan: 10s, group-by: [u]${condition === '' ? '' : `, condition: ${condition}`}${more}}`;
  const last = hit.at(-1)?.[0] ?? 0;
  const correlation = correlationOf(body());
  const reversed = hit
    .map(([second, ...rest], at): Step => [hit[hit.length - 1 - at]?.[0] ?? second, ...rest])
    .toReversed();

  it('alerts when the condition is met, once', () => {
    expect(alertsOf(correlation, hit)).toEqual([last]);
    expect(alertsOf(correlation, [...hit, [last + 0.5, hit.at(-1)?.[1] ?? '', hit.at(-1)?.[2]]])).toEqual([last]);
  });

  it('is silent one below', () => {
    expect(alertsOf(correlation, below)).toEqual([]);
  });

  it('counts what is just within the timespan, and nothing outside of it', () => {
    const stretched = (span: number): Step[] =>
      hit.map(([second, ...rest]): Step => [second === last ? span : Math.min(second, 0), ...rest]);
    expect(alertsOf(correlation, stretched(10))).toEqual([10]);
    expect(alertsOf(correlation, stretched(10.001))).toEqual(type in ALONE ? [10.001] : []);
  });

  it('keeps groups apart', () => {
    const scattered = hit.map(([second, rule, fields], at): Step => [second, rule, { ...fields, u: at }]);
    expect(alertsOf(correlation, scattered)).toEqual(ALONE[type] ?? []);
  });

  it('sees the order where it counts, and only there', () => {
    const alerts = alertsOf(
      correlation,
      reversed.map((step, at): Step => [at, step[1], step[2]]),
    );
    if (type === 'temporal_ordered') expect(alerts).toEqual([]);
    else expect(alerts.length).toBeGreaterThan(0);
  });

  it('leaves out events without the field of the group', () => {
    expect(
      alertsOf(
        correlation,
        hit.map(([second, rule, fields]): Step => [second, rule, { ...fields, u: undefined }]),
      ),
    ).toEqual([]);
  });

  it('takes the field of each rule for an alias', () => {
    const aliased = correlationOf(body().replace('group-by: [u]', 'group-by: [who], aliases: {who: {r: a, s: b}}'));
    const steps = (other: string): Step[] =>
      hit.map(([second, rule, fields], at): Step => [
        second,
        rule,
        { ...fields, [rule === 'r' ? 'a' : 'b']: at === 0 ? 'x' : other },
      ]);
    expect(alertsOf(aliased, steps('x'))).toEqual([last]);
  });
});

describe('windows', () => {
  it('slide: they are not aligned to any clock', () => {
    const correlation = correlationOf('{type: event_count, rules: [r], timespan: 60s, condition: {gte: 2}}');
    expect(
      alertsOf(correlation, [
        [59, 'r'],
        [61, 'r'],
      ]),
    ).toEqual([61]);
  });

  it('alert again after the condition did not hold', () => {
    const correlation = correlationOf('{type: event_count, rules: [r], timespan: 10s, condition: {gte: 2}}');
    expect(
      alertsOf(correlation, [
        [0, 'r'],
        [1, 'r'],
        [2, 'r'],
        [50, 'r'],
        [51, 'r'],
      ]),
    ).toEqual([1, 51]);
  });

  it('take events that come late into their place', () => {
    const correlation = correlationOf('{type: temporal_ordered, rules: [r, s], timespan: 10s}');
    expect(
      alertsOf(correlation, [
        [5, 's'],
        [4, 'r'],
        [6, 's'],
      ]),
    ).not.toEqual([]);
  });

  it('are asked when they are over where fewer can be too few', () => {
    const correlation = correlationOf('{type: event_count, rules: [r], timespan: 10s, condition: {gte: 2, lte: 3}}');
    expect(
      alertsOf(
        correlation,
        many(3, () => ({})),
      ),
    ).toEqual([2]);
    expect(
      alertsOf(
        correlation,
        many(4, () => ({})),
      ),
    ).toEqual([]);
    expect(
      alertsOf(
        correlation,
        many(1, () => ({})),
      ),
    ).toEqual([]);
  });

  it('leave out events without a time, and say how many', () => {
    const correlator = createCorrelator([
      correlationOf('{type: event_count, rules: [r], timespan: 10s, condition: {gte: 1}}'),
    ]);
    expect(correlator.push(eventOf({}), { id: 'r' })).toEqual([]);
    expect(correlator.undated).toBe(1);
  });

  it('count tuples of several fields', () => {
    const correlation = correlationOf(
      '{type: value_count, rules: [r], timespan: 10s, condition: {field: [a, b], gte: 3}}',
    );
    expect(
      alertsOf(correlation, [
        [0, 'r', { a: 1, b: 1 }],
        [1, 'r', { a: 1, b: 2 }],
        [2, 'r', { a: 1, b: 1 }],
      ]),
    ).toEqual([]);
    expect(
      alertsOf(correlation, [
        [0, 'r', { a: 1, b: 1 }],
        [1, 'r', { a: 1, b: 2 }],
        [2, 'r', { a: 2, b: 1 }],
      ]),
    ).toEqual([2]);
  });
});

describe('correlations of correlations', () => {
  const inner = correlationOf('{type: event_count, rules: [r], group-by: [u], timespan: 10s, condition: {gte: 2}}', {
    id: 'inner',
  });

  it('see the alerts of the inner one, with its group', () => {
    const outer = correlationOf('{type: temporal_ordered, rules: [inner, s], group-by: [u], timespan: 60s}', {
      id: 'outer',
    });
    expect(
      alertsOf(
        [outer, inner],
        [
          [0, 'r'],
          [1, 'r'],
          [30, 's'],
        ],
      ),
    ).toEqual([30]);
    expect(
      alertsOf(
        [outer, inner],
        [
          [0, 'r'],
          [1, 'r'],
          [30, 's', { u: 'y' }],
        ],
      ),
    ).toEqual([]);
    expect(
      alertsOf(
        [outer, inner],
        [
          [0, 'r'],
          [30, 's'],
        ],
      ),
    ).toEqual([]);
  });

  it('of themselves never alert, and are known for it', () => {
    const a = correlationOf('{type: temporal, rules: [b, r], timespan: 10s}', { id: 'a' });
    const b = correlationOf('{type: temporal, rules: [a], timespan: 10s}', { id: 'b' });
    expect(order([a, b, inner])).toEqual([inner]);
    expect(alertsOf([a, b], [[0, 'r']])).toEqual([]);
  });
});

it('a group is kept apart by a field of any name', () => {
  const correlation = correlationOf(
    '{type: event_count, rules: [r], group-by: [__proto__], timespan: 5m, condition: {gte: 2}}',
  );
  const by = (value: string): Readonly<Record<string, unknown>> =>
    JSON.parse(`{"__proto__": "${value}"}`) as Record<string, string>;
  const correlator = createCorrelator([correlation]);
  const alerts = ['x', 'y', 'x'].flatMap((value, at) =>
    correlator.push(eventOf(by(value), { time: at * 1000 }), { id: 'r' }),
  );
  expect(alerts.map(({ from, to }) => [from, to])).toEqual([[0, 2000]]);
});

describe('a correlation that means nothing is refused', () => {
  it.each([
    ['{type: near, rules: [r], timespan: 5m}', 'there is no correlation type "near"'],
    ['{type: event_count, rules: [r], timespan: 5m}', 'the condition has no bound'],
    ['{type: event_count, timespan: 5m, condition: {gte: 1}}', 'the correlation names no rules'],
    ['{type: event_count, rules: [r], condition: {gte: 1}}', 'undefined is no timespan'],
    ['{type: event_count, rules: [r], timespan: 5 minutes, condition: {gte: 1}}', '"5 minutes" is no timespan'],
    ['{type: event_count, rules: [r], timespan: 0s, condition: {gte: 1}}', '"0s" is no timespan'],
    ['{type: event_count, rules: [r], timespan: 5m, condition: {min: 1}}', 'there is no operator "min"'],
    ['{type: event_count, rules: [r], timespan: 5m, condition: {gte: "1"}}', 'gte needs a number'],
    [
      '{type: value_count, rules: [r], timespan: 5m, condition: {gte: 1}}',
      'value_count counts the values of a field, and none is named',
    ],
    ['{type: value_sum, rules: [r], timespan: 5m, condition: {gte: 1, field: [a, b]}}', 'value_sum takes one field'],
    [
      '{type: value_percentile, rules: [r], timespan: 5m, condition: {gte: 1, field: a}}',
      'the condition has no percentile',
    ],
    ['{type: event_count, rules: [r], timespan: 5m, condition: {gte: .nan}}', 'gte needs a number'],
    [
      '{type: event_count, rules: [r], timespan: 5m, group_by: [u], condition: {gte: 1}}',
      'no correlation has "group_by"',
    ],
    ['{type: temporal, rules: [r], timespan: 5m, generate: "yes"}', '`generate` is either true or false'],
    ['{type: temporal, rules: [r], timespan: 5m, aliases: [u]}', 'aliases are names, each with a field for each rule'],
    [
      '{type: temporal_ordered, rules: [r, s], timespan: 5m, condition: {gte: 1}}',
      'temporal_ordered waits for all of its rules, and takes no condition',
    ],
    [
      '{type: temporal, rules: [r], timespan: 5m, condition: a and b}',
      'a condition over the names of rules is not evaluated',
    ],
  ])('%s: %s', (body, message) => {
    const parsed = parseCorrelation({ title: 'C', correlation: parseYaml('test', body)[0] });
    expect('problem' in parsed && parsed.problem.message).toContain(message);
  });
});
