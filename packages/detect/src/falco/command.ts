// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import type { Io } from '@helios/core/cli';
import { writeOutput } from '@helios/core/cli/actions';
import { parseConfigFile } from '@helios/core/config';
import { fail, messageOf } from '@helios/core/error';
import { redact } from '@helios/core/finding';
import { EXIT, type ExitCode } from '@helios/core/gate';
import { sha256Hex } from '@helios/core/hash';
import { visible } from '@helios/core/report';
import { readEvents } from '../events/index.ts';
import { openLog } from '../hunt/log.ts';
import { createEgressLearner, egressBaselineSchema, judgeEgress } from './index.ts';
import { compareRulesets, loadRuleset, parseRulesFile, type Ruleset } from './index.ts';

/** `sec-detect falco compare`: what a change of a rules file means to who relies on it. */
export async function compareFalco(before: string, after: string, io: Io): Promise<ExitCode> {
  const { grade, changes } = compareRulesets(await openRuleset(before, io), await openRuleset(after, io));
  for (const change of changes) io.stdout.write(`${change.grade.padEnd(5)}  ${visible(redact(change.reason))}\n`);
  io.stdout.write(`${grade === 'none' ? 'no change' : `a ${grade} change`}\n`);
  return EXIT.pass;
}

async function openRuleset(file: string, io: Io): Promise<Ruleset> {
  const { ruleset, issues } = loadRuleset([await parseRulesFile(file, readText(file, io))]);
  const error = issues.find(({ level }) => level === 'error');
  if (error)
    fail('input', `${error.code}: ${error.message}`, {
      path: file,
      ...(error.line !== undefined && { line: error.line }),
      hint: 'Mend it first: sec-detect check tells all that is wrong.',
    });
  return ruleset;
}

function readText(file: string, io: Io): string {
  try {
    return readFileSync(resolve(io.cwd, file), 'utf8');
  } catch (cause) {
    return fail('usage', `${file} cannot be read: ${messageOf(cause)}`, { cause, hint: 'Check the path.' });
  }
}

/** `sec-detect egress learn`: where each workload connects to, as a record that a person reviews. */
export async function learnFrom(logs: readonly string[], output: string | undefined, io: Io): Promise<ExitCode> {
  const learner = createEgressLearner();
  for (const log of logs) for await (const event of readEvents(openLog(log, io))) learner.learn(event);
  const baseline = learner.baseline();
  if (baseline.undated > 0) io.stderr.write(`${baseline.undated} connections have no time, and were left out\n`);
  await writeOutput(`${JSON.stringify(baseline, null, 2)}\n`, output, 'the baseline', io);
  return baseline.connections === 0 ? EXIT.nothingChecked : EXIT.pass;
}

export interface EgressFlags {
  readonly baseline: string;
  readonly days: string;
  readonly asn: boolean;
}

/** `sec-detect egress judge`: connections to where a workload has not been before; exit 1 if there are any. */
export async function judgeLogs(
  logs: readonly string[],
  { baseline, days, asn }: EgressFlags,
  io: Io,
): Promise<ExitCode> {
  if (!/^[1-9]\d{0,3}$/.test(days)) fail('usage', `"${days}" is no number of days`, { hint: 'Write 1 or more.' });
  const text = readText(baseline, io);
  const source = { path: basename(baseline), text, sha256: sha256Hex(text) };
  const known = await parseConfigFile(source, egressBaselineSchema);
  const told = { connections: 0, rare: 0 };
  for (const log of logs) {
    for await (const event of readEvents(openLog(log, io))) {
      const { verdict, destination, reason } = judgeEgress(event, known, { days: Number(days), trustAsn: asn });
      if (verdict !== 'no-egress') told.connections++;
      if (verdict !== 'rare') continue;
      told.rare++;
      io.stdout.write(`${visible(redact(`${event.at.file}:${event.at.record}  ${destination}  ${reason}`))}\n`);
    }
  }
  io.stdout.write(`${told.rare} of ${told.connections} connections are rare\n`);
  if (told.connections === 0) return EXIT.nothingChecked;
  return told.rare === 0 ? EXIT.pass : EXIT.fail;
}
