// SPDX-License-Identifier: Apache-2.0
import type { Io } from '@helios/core/cli';
import { loadInputs, writeOutput } from '@helios/core/cli/actions';
import { fail } from '@helios/core/error';
import { EXIT, type ExitCode } from '@helios/core/gate';
import { visible } from '@helios/core/report';
import { gate } from '../gate.ts';
import type { Ruleset } from '../ruleset.ts';
import { junitOf } from './junit.ts';
import { recordOf } from './record.ts';
import { runsWithoutRule, runTests, type TestRun } from './run.ts';

export interface TestFlags {
  readonly config?: string;
  readonly format: string;
  readonly record?: string;
}

const FORMATS: Readonly<Record<string, (runs: readonly TestRun[], titles: ReadonlyMap<string, string>) => string>> = {
  text: draw,
  json: (runs) => `${JSON.stringify(runs, null, 2)}\n`,
  junit: junitOf,
};

/** `sec-detect test` */
export async function testRules(wanted: readonly string[], flags: TestFlags, io: Io): Promise<ExitCode> {
  const format = Object.hasOwn(FORMATS, flags.format) ? FORMATS[flags.format] : undefined;
  if (!format)
    fail('usage', `unknown format "${flags.format}"`, { hint: `Known formats: ${Object.keys(FORMATS).join(', ')}.` });
  const { inputs } = await loadInputs(gate, flags, io);
  const [broken] = inputs.brokenTests;
  if (broken)
    fail('config', broken.message, {
      path: broken.path,
      line: broken.line ?? 1,
      hint: broken.remedy ?? 'Correct the test.',
    });
  const titles = titlesOf(inputs.set);
  const chosen = inputs.tests.filter(({ test }) => isWanted(test.rule, titles.get(test.rule) ?? '', wanted));
  const detections = { set: inputs.set, falco: inputs.falco.ruleset };
  const runs = [...runTests(detections, chosen), ...runsWithoutRule(detections, chosen)];
  io.stdout.write(format(runs, titles));
  if (flags.record !== undefined) await writeOutput(recordOf(runs, inputs.digests), flags.record, 'the record', io);
  if (runs.length === 0) return EXIT.nothingChecked;
  return runs.every(({ results }) => results.every(({ passed }) => passed)) ? EXIT.pass : EXIT.fail;
}

function isWanted(id: string, title: string, wanted: readonly string[]): boolean {
  if (wanted.length === 0) return true;
  return wanted.some((each) => id === each || title.toLowerCase().includes(each.toLowerCase()));
}

function titlesOf({ rules, correlations }: Ruleset): Map<string, string> {
  return new Map([
    ...rules.map(({ rule }) => [rule.id, rule.title] as const),
    ...correlations.map(({ correlation }) => [correlation.id, correlation.title] as const),
  ]);
}

function draw(runs: readonly TestRun[], titles: ReadonlyMap<string, string>): string {
  const lines: string[] = [];
  for (const { rule, results } of runs) {
    const failed = results.filter(({ passed }) => !passed);
    lines.push(
      `${failed.length === 0 ? '✔' : '✖'} ${titles.get(rule) ?? rule}  ${results.length - failed.length} of ${results.length}`,
    );
    for (const { name, problem } of failed) lines.push(`    "${name}" ${problem}`);
  }
  const cases = runs.flatMap(({ results }) => results);
  const passed = cases.filter((each) => each.passed).length;
  lines.push(`${passed} of ${cases.length} cases of ${runs.length} rules pass`);
  return lines.map((line) => `${visible(line)}\n`).join('');
}
