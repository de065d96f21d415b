// SPDX-License-Identifier: Apache-2.0
import type { FindingDraft } from '@helios/core/finding';
import type { Metric } from '@helios/core/gate';
import { draftAt } from '../lint/draft.ts';
import { titleOf } from '../lint/metadata.ts';
import type { Options } from '../options.ts';
import type { Place, Ruleset } from '../ruleset.ts';
import type { LoadedTest } from './case.ts';
import { findTested, type TestRun } from './run.ts';

/** Rules whose tests fail, are too few or are missing, and tests without a rule. */
export function* judgeTests(
  set: Ruleset,
  tests: readonly LoadedTest[],
  runs: readonly TestRun[],
  wanted: Options['tests'],
): Generator<FindingDraft> {
  for (const { path, test } of tests) {
    if (!findTested(set, test.rule))
      yield {
        ruleId: 'detect/test-without-rule',
        path,
        at: { pointer: ['rule'] },
        subject: test.rule,
        message: `no rule has the id ${test.rule}`,
      };
  }
  for (const { rule, path, results } of runs) {
    for (const [index, { name, problem }] of results.entries()) {
      if (problem !== undefined)
        yield {
          ruleId: 'detect/failing-test',
          path,
          at: { pointer: ['cases', index, 'name'] },
          subject: `${rule}: ${name}`,
          message: `"${name}" ${problem}`,
        };
    }
  }
  const byRule = new Map(tests.map(({ test }) => [test.rule, test]));
  for (const { id, place, written } of alertingRules(set)) {
    const test = byRule.get(id);
    if (!test) {
      yield draftAt(
        'detect/untested',
        place,
        ['title'],
        titleOf(written),
        'no test shows that it matches what it should',
      );
      continue;
    }
    for (const [expect, least] of [
      ['match', wanted.match],
      ['no-match', wanted.noMatch],
    ] as const) {
      const count = test.cases.filter((each) => each.expect === expect).length;
      if (count < least)
        yield draftAt(
          'detect/too-few-cases',
          place,
          ['title'],
          titleOf(written),
          `has ${count} cases that expect ${expect}, and needs ${least}`,
          { matched: expect },
        );
    }
  }
}

interface Alerting {
  readonly id: string;
  readonly place: Place;
  readonly written: Readonly<Record<string, unknown>>;
}

/** Rules and correlations that alert by themselves: parts of correlations are tested through these. */
function alertingRules({ rules, correlations }: Ruleset): Alerting[] {
  const parts = new Set(
    correlations
      .filter(({ correlation }) => !correlation.generate)
      .flatMap(({ correlation }) => correlation.rules.map(({ reference }) => reference)),
  );
  const isPart = ({
    id,
    name,
    level,
  }: {
    readonly id: string;
    readonly name?: string;
    readonly level?: string;
  }): boolean => level === 'informational' && (parts.has(id) || (name !== undefined && parts.has(name)));
  return [
    ...rules.filter(({ rule }) => !isPart(rule)).map(({ rule, ...at }) => ({ id: rule.id, ...at })),
    ...correlations
      .filter(({ correlation }) => !isPart(correlation))
      .map(({ correlation, ...at }) => ({ id: correlation.id, ...at })),
  ];
}

export function testMetrics(set: Ruleset, runs: readonly TestRun[], options: Options): Metric[] {
  const alerting = alertingRules(set);
  const passing = new Set(runs.filter(({ results }) => results.every(({ passed }) => passed)).map(({ rule }) => rule));
  const proven = alerting.filter(({ id }) => passing.has(id)).length;
  const cases = runs.flatMap(({ results }) => results);
  const passed = cases.filter((each) => each.passed).length;
  const times = runs
    .flatMap(({ results }) => results.flatMap(({ detectionMs }) => detectionMs ?? []))
    .sort((a, b) => a - b);
  const median = times[Math.floor((times.length - 1) / 2)];
  return [
    {
      id: 'rules.proven',
      title: 'rules whose tests pass',
      ...shareOf(proven, alerting.length),
      ...(options.proven !== undefined && { threshold: { atLeast: options.proven } }),
    },
    { id: 'cases.passed', title: 'test cases that pass', ...shareOf(passed, cases.length) },
    ...(median === undefined
      ? []
      : [
          {
            id: 'detection.median',
            title: 'time to detect on the timelines of tests, median',
            value: median / 1000,
            unit: 's',
            threshold: { atMost: options.detectWithin },
          },
        ]),
  ];
}

function shareOf(hits: number, of: number): Pick<Metric, 'value' | 'unit' | 'sample'> {
  return { value: of === 0 ? 0 : (hits / of) * 100, unit: '%', sample: { hits, of } };
}
