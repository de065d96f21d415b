// SPDX-License-Identifier: Apache-2.0
import type { Metric } from '@helios/core/gate';
import type { Options } from '../options.ts';
import { alertingRules } from './alerting.ts';
import { type Detections, isProven, runsByRule, type TestRun } from './run.ts';

/** How much of the rules tests prove, and how quickly they alert. */
export function testMetrics(detections: Detections, runs: readonly TestRun[], options: Options): Metric[] {
  const alerting = alertingRules(detections);
  const byRule = runsByRule(runs);
  const proven = alerting.filter(({ id }) => isProven(byRule.get(id) ?? [])).length;
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
