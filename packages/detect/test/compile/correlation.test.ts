// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseYaml } from '@helios/core/input';
import { compileCorrelation } from '../../src/compile/correlation.ts';
import type { TargetName } from '../../src/compile/compile.ts';
import type { CompileOptions } from '../../src/compile/options.ts';
import type { Correlation } from '../../src/correlation/correlation.ts';
import { createCorrelator } from '../../src/correlation/correlate.ts';
import { parseCorrelation } from '../../src/correlation/parse.ts';
import { compileMatcher } from '../../src/sigma/match.ts';
import { or } from '../../src/sigma/expression.ts';
import { EventView } from '../../src/sigma/view.ts';
import { type Database, type DatabaseName, openDatabase, whyNo } from './engines.ts';
import { ruleOf } from './query.ts';

const RULES = ['a', 'b', 'c'].map((name) => ({ ...ruleOf({ s: { r: name }, condition: 's' }), id: name, title: name }));
const STORE: CompileOptions = { anySource: true, from: 't', order: 'n' };

/** The time of an event in milliseconds, as a field of its JSON. */
const TIMES: Readonly<Record<DatabaseName, string>> = {
  duckdb: "CAST(json ->> '$.at' AS BIGINT)",
  clickhouse: "JSONExtractInt(json, 'at')",
};

function correlationOf(body: string, id = 'x'): Correlation {
  const parsed = parseCorrelation({ title: id, id, correlation: parseYaml('test', body)[0] });
  if ('problem' in parsed) throw new Error(parsed.problem.message);
  return parsed.correlation;
}

/** One event: its second, and its fields. */
type Step = readonly [second: number, fields: Readonly<Record<string, unknown>>];

/** `raised by, from, to, matches, group` of each alert, in order of what raised it. */
type Alert = readonly [n: number | undefined, since: number, time: number, entries: number, group: string];

/** What the engine says of the events, which are in the order of time. */
function engineAlerts(
  all: readonly Correlation[],
  outer: Correlation,
  steps: readonly Step[],
  isWhole: boolean,
): Alert[] {
  const correlator = createCorrelator(all);
  const matchers = RULES.map((rule) => ({ rule, matches: compileMatcher(or(rule.expressions)) }));
  const found: Alert[] = [];
  const take = (matches: ReturnType<typeof correlator.end>, n?: number): void => {
    for (const { correlation, from, to, entries, group } of matches)
      if (correlation === outer)
        found.push([isWhole ? undefined : n, from, to, entries, Object.values(group).join('|')]);
  };
  for (const [n, [second, fields]] of steps.entries()) {
    const event = { fields, logsources: [], time: second * 1000, at: { file: '', record: n } };
    for (const { rule, matches } of matchers) if (matches(new EventView(event))) take(correlator.push(event, rule), n);
  }
  take(correlator.end());
  return found.sort(compare);
}

function compare(one: Alert, other: Alert): number {
  const [a, b] = [one, other].map((alert) => JSON.stringify([...alert].toReversed()));
  return (a ?? '') < (b ?? '') ? -1 : 1;
}

const values = fc.oneof(
  fc.constantFrom<unknown>('1', 2, 2.5, 'x', '', null, '0x10', ['3', '4'], -1, '7e0'),
  fc.integer({ min: 0, max: 9 }),
);
const steps: fc.Arbitrary<Step[]> = fc
  .array(
    fc.tuple(
      fc.integer({ min: 0, max: 40 }),
      fc.record(
        {
          r: fc.constantFrom<unknown>('a', 'b', 'c', ['a', 'b'], 'z'),
          u: fc.constantFrom<unknown>('x', 'y', ['x', 'y'], ''),
          v: values,
          w: values,
        },
        { requiredKeys: ['r'] },
      ),
    ),
    // Arrays are short by themselves, and of few events nothing alerts.
    { maxLength: 40, size: 'max' },
  )
  .map((all) => all.map(([second, fields]): Step => [second, { ...fields }]).sort(([a], [b]) => a - b));

const CORRELATIONS: Readonly<Record<string, string>> = {
  event_count: '{type: event_count, rules: [a], timespan: 10s, group-by: [u], condition: {gte: 3}}',
  'event_count of several rules, of all': '{type: event_count, rules: [a, b], timespan: 5s, condition: {gt: 3}}',
  'event_count that may be too many':
    '{type: event_count, rules: [a, b], timespan: 7s, group-by: [u], condition: {gte: 2, lte: 3}}',
  'event_count of another number': '{type: event_count, rules: [a], timespan: 7s, condition: {neq: 2}}',
  value_count: '{type: value_count, rules: [a, c], timespan: 10s, group-by: [u], condition: {field: v, gte: 3}}',
  'value_count of tuples': '{type: value_count, rules: [a], timespan: 20s, condition: {field: [v, w], gte: 3}}',
  'value_count that may be too many': '{type: value_count, rules: [a], timespan: 9s, condition: {field: v, eq: 2}}',
  value_sum: '{type: value_sum, rules: [a], timespan: 10s, group-by: [u], condition: {field: v, gte: 8.5}}',
  value_avg: '{type: value_avg, rules: [a, b], timespan: 10s, condition: {field: v, gt: 2, lt: 4.25}}',
  value_median: '{type: value_median, rules: [a], timespan: 30s, group-by: [u], condition: {field: v, lte: 2.5}}',
  value_percentile:
    '{type: value_percentile, rules: [a, b, c], timespan: 15s, condition: {field: v, percentile: 87.5, gte: 4}}',
  temporal: '{type: temporal, rules: [a, b, c], timespan: 8s, group-by: [u]}',
  'temporal of some': '{type: temporal, rules: [a, b, c], timespan: 3s, condition: {gte: 2}}',
  'temporal of not so many': '{type: temporal, rules: [a, b, c], timespan: 12s, group-by: [u], condition: {lt: 2}}',
  temporal_ordered: '{type: temporal_ordered, rules: [a, b, c], timespan: 20s}',
  'temporal_ordered by groups and aliases':
    '{type: temporal_ordered, rules: [a, b], timespan: 10s, group-by: [who, u], aliases: {who: {a: v, b: w}}}',
};

const INNER = correlationOf(
  '{type: event_count, rules: [a], timespan: 10s, group-by: [u], condition: {gte: 2}}',
  'inner',
);
const OUTER: Readonly<Record<string, string>> = {
  'an inner one and a rule': '{type: temporal, rules: [inner, b], timespan: 10s, group-by: [u]}',
  'how often an inner one alerts': '{type: event_count, rules: [inner], timespan: 30s, condition: {gte: 2}}',
};

const ROUNDS = process.env['HELIOS_THOROUGH'] === '1' ? 60 : 8;

describe.each<DatabaseName>(['duckdb', 'clickhouse'])('correlations in %s', (name) => {
  const skipped = whyNo(name);
  describe.skipIf(skipped !== '')(`alert as the engine does${skipped}`, () => {
    let database: Database | undefined;
    beforeAll(async () => {
      database = await openDatabase(name);
    });
    afterAll(() => database?.close());

    const cases = [
      ...Object.entries(CORRELATIONS).map(([title, body]) => ({ title, all: [correlationOf(body)] })),
      ...Object.entries(OUTER).map(([title, body]) => ({ title, all: [correlationOf(body), INNER] })),
    ];
    it.each(cases)('$title', { timeout: 600_000 }, async ({ all }) => {
      const [outer] = all;
      if (!database || !outer) throw new Error('nothing to ask');
      const compiled = compileCorrelation(outer, { rules: RULES, correlations: all }, name, {
        ...STORE,
        time: TIMES[name],
      });
      if ('problem' in compiled) throw new Error(compiled.problem.message);
      const isWhole =
        outer.bounds.some(({ operator }) => ['lt', 'lte', 'eq', 'neq'].includes(operator)) &&
        !/avg|median|percentile/.test(outer.type);
      const seen = { alerts: 0 };
      await fc.assert(
        fc.asyncProperty(steps, async (events) => {
          await database?.load(
            't',
            events.map(([second, fields]) => JSON.stringify({ ...fields, at: second * 1000 })),
          );
          const groups = outer.groupBy.map((_, index) => `group_${index + 1}`);
          const rows = await database?.rows(
            `SELECT n, since, time, entries${groups.map((group) => `, ${group}`).join('')} FROM (${compiled.queries.join('')}) AS alerts`,
          );
          const found = (rows ?? []).map(([n, since, time, entries, ...group]): Alert => [
            isWhole ? undefined : Number(n),
            Number(since),
            Number(time),
            Number(entries),
            group.join('|'),
          ]);
          const wanted = engineAlerts(all, outer, events, isWhole);
          seen.alerts += wanted.length;
          expect(found.sort(compare)).toEqual(wanted);
        }),
        { numRuns: ROUNDS, seed: 7 },
      );
      if (ROUNDS > 8) expect(seen.alerts).toBeGreaterThan(0);
    });
  });
});

describe('a correlation', () => {
  const compiled = (
    body: string,
    target: TargetName,
    options: CompileOptions = { ...STORE, time: 'time' },
  ): unknown => {
    const correlation = correlationOf(body);
    return compileCorrelation(correlation, { rules: RULES, correlations: [correlation] }, target, options);
  };
  const count = (span: string, rules = '[a]', condition = '{gte: 2}'): string =>
    `{type: event_count, rules: ${rules}, timespan: ${span}, condition: ${condition}}`;

  it.each<[string, TargetName, CompileOptions | undefined, string]>([
    [count('5m'), 'splunk', undefined, 'it counts in other windows'],
    [count('5m'), 'kql', undefined, 'it counts in other windows'],
    [count('5m'), 'duckdb', { anySource: true }, 'nothing says when an event was'],
    [count('5m', '[a, gone]'), 'duckdb', undefined, 'no rule is called gone'],
    [count('5m', '[x]'), 'duckdb', undefined, 'it is made of itself'],
    [count('30d'), 'clickhouse', undefined, 'windows that slide reach back 24 days at most'],
    [count('5m'), 'duckdb', { time: 'time' }, 'a: nothing says where the events of product test are'],
  ])('%s in %s is refused where it cannot be said', (body, target, options, message) => {
    expect(compiled(body, target, options)).toMatchObject({
      problem: { target, message: expect.stringContaining(message) },
    });
  });

  it('does not wait for another', () => {
    const inner = correlationOf(count('5m', '[a]', '{lte: 3}'), 'inner');
    const outer = correlationOf('{type: temporal, rules: [inner, b], timespan: 5m}');
    expect(
      compileCorrelation(outer, { rules: RULES, correlations: [inner, outer] }, 'duckdb', { ...STORE, time: 'time' }),
    ).toMatchObject({ problem: { message: 'inner is only known when its window is over' } });
  });
});
