// SPDX-License-Identifier: Apache-2.0
import type { FindingDraft } from '@helios/core/finding';
import type { DetectionTestRecord } from '@helios/core/record';
import { draftAt } from '../lint/draft.ts';
import type { Options } from '../options.ts';
import { alertingRules } from './alerting.ts';
import type { LoadedTest } from './case.ts';
import { type Detections, findTested, type TestRun } from './run.ts';

/** Rules whose tests fail, are too few or are missing, and tests without a rule. */
export function* judgeTests(
  detections: Detections,
  tests: readonly LoadedTest[],
  runs: readonly TestRun[],
  wanted: Options['tests'],
): Generator<FindingDraft> {
  for (const { path, test } of tests) {
    const tested = findTested(detections, test.rule);
    const about = { ruleId: 'detect/test-without-rule', path, subject: test.rule };
    if (!tested) yield { ...about, at: { pointer: ['rule'] }, message: `no rule has the id ${test.rule}` };
    // Records name the file and its sha256: of another file they would prove nothing.
    else if (tested.place.path !== test.file)
      yield {
        ...about,
        at: { pointer: ['file'] },
        message: `the rule is not in ${test.file}, but in ${tested.place.path}`,
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
  const byRule = Map.groupBy(tests, ({ test }) => test.rule);
  for (const { id, title, place, at } of alertingRules(detections)) {
    const cases = byRule.get(id)?.flatMap(({ test }) => test.cases);
    if (!cases) {
      yield draftAt('detect/untested', place, at, title, 'no test shows that it matches what it should');
      continue;
    }
    for (const [expect, least] of [
      ['match', wanted.match],
      ['no-match', wanted.noMatch],
    ] as const) {
      const count = cases.filter((each) => each.expect === expect).length;
      if (count < least)
        yield draftAt(
          'detect/too-few-cases',
          place,
          at,
          title,
          `has ${count} cases that expect ${expect}, and needs ${least}`,
          { matched: expect },
        );
    }
  }
}

/** Cases that alert later than they did: the same events, so that the rule has changed. */
export function* judgeTimes(
  runs: readonly TestRun[],
  before: DetectionTestRecord | undefined,
): Generator<FindingDraft> {
  const recorded = new Map(before?.results.map(({ rule, detectionMs }) => [rule, detectionMs]));
  for (const { rule, path, results } of runs) {
    for (const [index, { name, detectionMs }] of results.entries()) {
      const old = recorded.get(rule)?.[name];
      if (old === undefined || detectionMs === undefined || detectionMs <= old) continue;
      yield {
        ruleId: 'detect/slower-detection',
        path,
        at: { pointer: ['cases', index, 'name'] },
        subject: `${rule}: ${name}`,
        matched: name,
        message: `"${name}" alerts after ${detectionMs / 1000} s, and did so after ${old / 1000} s`,
      };
    }
  }
}
