// SPDX-License-Identifier: Apache-2.0
import type { Finding } from '../finding/finding.ts';
import type { GateResult } from '../gate/result.ts';
import { demandOf, sampleOf, valueOf } from './metric.ts';
import type { Reporter } from './reporter.ts';
import { visible, xmlAttribute, xmlText } from './sanitize.ts';
import { blocking, coverageOf, levelsOf, placeOf } from './tally.ts';

type Outcome = 'passed' | 'failure' | 'skipped' | 'error';

interface Case {
  readonly name: string;
  readonly outcome: Outcome;
  /** Elements within the test case. */
  readonly body: readonly string[];
}

interface Suite {
  readonly gate: GateResult;
  readonly cases: readonly Case[];
}

/** JUnit XML as GitLab, Jenkins and others read it: a suite per gate, a case per rule that ran. */
export const junit: Reporter = (report) => {
  const suites = report.gates.map((gate) => ({ gate, cases: casesOf(gate) }));
  const counts = countsOf(suites.flatMap((suite) => suite.cases));
  const lines = suites.flatMap((suite) => suiteLines(suite, report.asOf));
  return `<?xml version="1.0" encoding="UTF-8"?>\n${['<testsuites name="Helios"' + counts + '>', ...lines, '</testsuites>'].join('\n')}\n`;
};

function suiteLines({ gate, cases }: Suite, asOf: string): string[] {
  const name = xmlAttribute(gate.gate);
  // The format's timestamp has no zone and no fraction.
  const timestamp = xmlAttribute(asOf.slice(0, 19));
  return [
    `  <testsuite name="${name}"${countsOf(cases)} timestamp="${timestamp}">`,
    ...propertyLines(gate),
    ...cases.flatMap((test) => caseLines(test, name)),
    '  </testsuite>',
  ];
}

function propertyLines(gate: GateResult): string[] {
  const properties = [
    ['verdict', gate.verdict],
    ['checked', coverageOf(gate)],
    ...gate.metrics.map(
      (metric) =>
        [metric.id, [valueOf(metric), sampleOf(metric), demandOf(metric)].filter(Boolean).join('; ')] as const,
    ),
  ] as const;
  return [
    '    <properties>',
    ...properties.map(
      ([name, value]) => `      <property name="${xmlAttribute(name)}" value="${xmlAttribute(value)}"/>`,
    ),
    '    </properties>',
  ];
}

function caseLines({ name, body }: Case, suite: string): string[] {
  const open = `    <testcase classname="${suite}" name="${xmlAttribute(name)}"`;
  return body.length === 0
    ? [`${open}/>`]
    : [`${open}>`, ...body.map((element) => `      ${element}`), '    </testcase>'];
}

function casesOf(gate: GateResult): Case[] {
  const failing = new Set(blocking(gate));
  const others = [...gate.findings.filter((finding) => !failing.has(finding)), ...gate.waived];
  const failuresOf = Map.groupBy(failing, (finding) => finding.ruleId);
  const othersOf = Map.groupBy(others, (finding) => finding.ruleId);
  const ids = new Set([...gate.rules.map((rule) => rule.id), ...failuresOf.keys(), ...othersOf.keys()]);
  const cases = [...ids].map((id) => caseOf(gate, id, failuresOf.get(id) ?? [], othersOf.get(id) ?? []));
  return gate.verdict === 'error' ? [...cases, crashCase(gate)] : cases;
}

/** `others` (notes, warnings that did not matter, waived findings) are told without failing the case. */
function caseOf(gate: GateResult, name: string, failures: readonly Finding[], others: readonly Finding[]): Case {
  const output = others.length > 0 ? [`<system-out>${lineOfEach(others)}</system-out>`] : [];
  if (failures.length > 0) {
    const message = levelsOf(failures);
    return {
      name,
      outcome: 'failure',
      body: [`<failure message="${message}">${lineOfEach(failures)}</failure>`, ...output],
    };
  }
  if (gate.verdict === 'nothing-checked') {
    const message = xmlAttribute(`no ${gate.unit} to check`);
    return { name, outcome: 'skipped', body: [`<skipped message="${message}"/>`, ...output] };
  }
  return { name, outcome: 'passed', body: output };
}

function crashCase(gate: GateResult): Case {
  const error = gate.error ?? 'no reason was recorded';
  return {
    name: gate.gate,
    outcome: 'error',
    body: [`<error message="the gate could not finish">${xmlText(error)}</error>`],
  };
}

/** One line for each finding, so that its own line feeds must not start another. */
function lineOfEach(findings: readonly Finding[]): string {
  return findings.map((finding) => `\n${xmlText(visible(lineOf(finding)))}`).join('') + '\n      ';
}

function lineOf({ location, level, message, remedy, suppression }: Finding): string {
  const status = suppression ? `${suppression.kind} by ${suppression.by}` : level;
  return `${placeOf(location)}: ${status}: ${message} → ${remedy}`;
}

function countsOf(cases: readonly Case[]): string {
  const count = (outcome: Outcome): number => cases.filter((test) => test.outcome === outcome).length;
  return ` tests="${cases.length}" failures="${count('failure')}" errors="${count('error')}" skipped="${count('skipped')}"`;
}
