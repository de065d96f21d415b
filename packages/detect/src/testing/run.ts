// SPDX-License-Identifier: Apache-2.0
import { type Correlation, isCalled } from '../correlation/correlation.ts';
import { createCorrelator } from '../correlation/correlate.ts';
import type { LogEvent } from '../events/event.ts';
import { timeIn } from '../events/time.ts';
import { type FalcoRule, matchesRule, type Ruleset as FalcoRuleset } from '../falco/index.ts';
import type { Ruleset } from '../ruleset.ts';
import { or } from '../sigma/expression.ts';
import { compileMatcher } from '../sigma/match.ts';
import type { SigmaRule } from '../sigma/rule.ts';
import { EventView } from '../sigma/view.ts';
import type { LoadedTest, TestCase } from './case.ts';

/** How one case went. */
interface CaseResult {
  readonly name: string;
  readonly passed: boolean;
  /** Events that matched, or alerts. */
  readonly matches: number;
  /** What was expected and did not happen; for a person. */
  readonly problem?: string;
  /** From the first event of the case to the first alert, in milliseconds; absent without an alert or without times. */
  readonly detectionMs?: number;
}

/** What a test can be about. */
type Tested = { readonly rule: SigmaRule } | { readonly correlation: Correlation } | { readonly falco: FalcoRule };

/** All that can be tested. */
export interface Detections {
  readonly set: Ruleset;
  readonly falco: FalcoRuleset;
}

/** What has this id, or this name of a Falco rule, and the file that it stands in. */
export function findTested(
  { set: { rules, correlations }, falco }: Detections,
  id: string,
): (Tested & { readonly place: { readonly path: string } }) | undefined {
  const named = falco.rules.find(({ name }) => name === id);
  return (
    rules.find(({ rule }) => rule.id === id) ??
    correlations.find(({ correlation }) => correlation.id === id) ??
    (named && { falco: named, place: named.place })
  );
}

/** How the tests of one rule went. */
export interface TestRun {
  readonly rule: string;
  readonly file: string;
  /** Of the tests. */
  readonly path: string;
  readonly results: readonly CaseResult[];
}

/** Runs all tests whose rule is there. */
export function runTests(detections: Detections, tests: readonly LoadedTest[]): TestRun[] {
  return tests.flatMap(({ path, test }) => {
    const tested = findTested(detections, test.rule);
    if (!tested) return [];
    return [
      {
        rule: test.rule,
        file: test.file,
        path,
        results: test.cases.map((each) => runCase(tested, detections.set, each)),
      },
    ];
  });
}

/** Tests that nothing can be asked about: each case fails, as a test that is not run proves nothing. */
export function runsWithoutRule(detections: Detections, tests: readonly LoadedTest[]): TestRun[] {
  return tests
    .filter(({ test }) => !findTested(detections, test.rule))
    .map(({ path, test: { rule, file, cases } }) => {
      const broken = detections.set.problems.find(({ written }) => written['id'] === rule)?.problem.message;
      const problem = `was not run: ${broken === undefined ? 'no rule has this id' : `the rule is broken, ${broken}`}`;
      return { rule, file, path, results: cases.map(({ name }) => ({ name, passed: false, matches: 0, problem })) };
    });
}

/** The runs of each rule, which may have several files of tests. */
export function runsByRule(runs: readonly TestRun[]): ReadonlyMap<string, readonly TestRun[]> {
  return Map.groupBy(runs, ({ rule }) => rule);
}

/** Whether all cases pass, and one of them shows a match: a rule that never matches passes each test for silence. */
export function isProven(runs: readonly TestRun[]): boolean {
  const results = runs.flatMap((run) => run.results);
  return results.every(({ passed }) => passed) && results.some(({ matches }) => matches > 0);
}

/** Where the events of tests keep their time, in the log sources' own names. */
const TIME_FIELDS = [
  '@timestamp',
  'timestamp',
  'UtcTime',
  'eventTime',
  'requestReceivedTimestamp',
  'published',
  'created_at',
  'evt.time',
  'time',
];

/** Runs one case from nothing: no state of another is left. Events of a test are taken to be of the rule's log source. */
function runCase(tested: Tested, set: Ruleset, { name, expect, count, within, events }: TestCase): CaseResult {
  const logEvents = events.map((fields, index): LogEvent => {
    const time = timeIn(fields, TIME_FIELDS);
    return { fields, logsources: [], at: { file: name, record: index + 1 }, ...(time !== undefined && { time }) };
  });
  const alerts = alertsIn(tested, set, logEvents);
  const [first] = alerts;
  const start = logEvents[0]?.time;
  const detectionMs = first?.time !== undefined && start !== undefined ? Math.max(0, first.time - start) : undefined;
  const problem = problemOf(expect, count, alerts.length, within, detectionMs);
  return {
    name,
    passed: problem === undefined,
    matches: alerts.length,
    ...(problem !== undefined && { problem }),
    ...(detectionMs !== undefined && { detectionMs }),
  };
}

function problemOf(
  expect: TestCase['expect'],
  count: number | undefined,
  matches: number,
  within: string | undefined,
  detectionMs: number | undefined,
): string | undefined {
  if (expect === 'no-match') return matches === 0 ? undefined : `should not match, and ${matches} of its events do`;
  if (matches === 0) return 'should match, and does not';
  if (count !== undefined && count !== matches) return `should match ${count} times, and does ${matches} times`;
  if (within === undefined) return undefined;
  if (detectionMs === undefined) return `should alert within ${within}, and its events have no time`;
  return detectionMs <= durationOf(within)
    ? undefined
    : `should alert within ${within}, and takes ${detectionMs / 1000} s`;
}

/** Milliseconds of an ISO 8601 duration of hours, minutes and seconds. */
function durationOf(text: string): number {
  const [, hours = '0', minutes = '0', seconds = '0'] = /^PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?$/.exec(text) ?? [];
  return ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000;
}

interface Alert {
  readonly time?: number;
}

function alertsIn(tested: Tested, set: Ruleset, events: readonly LogEvent[]): readonly Alert[] {
  if ('rule' in tested) return matchesOf(tested.rule, events);
  if ('correlation' in tested) return alertsOf(tested.correlation, set, events);
  return events.filter((event) => matchesRule(tested.falco, event));
}

function matchesOf(rule: SigmaRule, events: readonly LogEvent[]): Alert[] {
  const matches = compileMatcher(or(rule.expressions));
  return events.filter((event) => matches(new EventView(event)));
}

function alertsOf(correlation: Correlation, set: Ruleset, events: readonly LogEvent[]): Alert[] {
  const { correlations, rules } = involved(correlation, set);
  const matchers = rules.map((rule) => ({ rule, matches: compileMatcher(or(rule.expressions)) }));
  const correlator = createCorrelator(correlations);
  const found = [];
  for (const event of events) {
    const view = new EventView(event);
    for (const { rule, matches } of matchers) if (matches(view)) found.push(...correlator.push(event, rule));
  }
  found.push(...correlator.end());
  return found.filter((match) => match.correlation.id === correlation.id).map(({ to }) => ({ time: to }));
}

/** A correlation with all that it is made of, down to the rules. */
function involved(
  outer: Correlation,
  { rules, correlations }: Ruleset,
): { correlations: Correlation[]; rules: SigmaRule[] } {
  const all = new Set([outer]);
  const used = new Set<SigmaRule>();
  for (const correlation of all) {
    for (const { reference } of correlation.rules) {
      for (const each of correlations) if (isCalled(each.correlation, reference)) all.add(each.correlation);
      for (const each of rules) if (isCalled(each.rule, reference)) used.add(each.rule);
    }
  }
  return { correlations: [...all], rules: [...used] };
}
