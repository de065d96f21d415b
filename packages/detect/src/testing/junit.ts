// SPDX-License-Identifier: Apache-2.0
import { xmlAttribute, xmlText } from '@helios/core/report';
import type { TestRun } from './run.ts';

/** JUnit XML: a suite for each rule, a case for each case. */
export function junitOf(runs: readonly TestRun[], titles: ReadonlyMap<string, string>): string {
  const suites = runs.map(({ rule, path, results }) => {
    const failures = results.filter(({ passed }) => !passed).length;
    const cases = results.map(({ name, problem }) => {
      const head = `    <testcase name="${xmlAttribute(name)}" classname="${xmlAttribute(rule)}" file="${xmlAttribute(path)}"`;
      return problem === undefined
        ? `${head}/>`
        : `${head}><failure message="${xmlAttribute(problem)}">${xmlText(problem)}</failure></testcase>`;
    });
    const title = xmlAttribute(titles.get(rule) ?? rule);
    return `  <testsuite name="${title}" tests="${results.length}" failures="${failures}">\n${cases.join('\n')}\n  </testsuite>`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n${suites.join('\n')}\n</testsuites>\n`;
}
