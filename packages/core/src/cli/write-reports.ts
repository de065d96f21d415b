// SPDX-License-Identifier: Apache-2.0
import { appendFileSync } from 'node:fs';
import { relative, sep } from 'node:path';
import type { Project } from '../config/index.ts';
import { fail, messageOf } from '../error.ts';
import type { Report } from '../gate/result.ts';
import { githubSummary, REPORTERS, verdictLine, type View } from '../report/index.ts';
import type { CheckFlags } from './parse-flags.ts';
import type { Io } from './io.ts';
import { writeOutput } from './write-output.ts';

/** Findings of one rule that a person is shown; machines get all. */
const PER_RULE = 10;

/** Draws every report that was asked for; stdout last, so that a failing file is told of first. */
export async function writeReports(report: Report, flags: CheckFlags, project: Project, io: Io): Promise<void> {
  const toFiles = flags.targets.filter((target) => target.file !== undefined);
  for (const { format, file } of toFiles) {
    const view = { ...viewOf(flags, project, io), color: false, width: Infinity };
    await writeOutput(REPORTERS[format](report, view), file, `the ${format} report`, io);
  }
  for (const { format, file } of flags.targets) {
    if (file === undefined) io.stdout.write(REPORTERS[format](report, viewOf(flags, project, io)));
  }
  // Whoever exits with an error says so, also where every report went to a file.
  const silent = toFiles.length === flags.targets.length && report.verdict !== 'pass';
  if (silent) io.stderr.write(`${verdictLine(report)}\n  → See ${toFiles.map(({ file }) => file).join(', ')}\n`);
  const summary = io.env['GITHUB_STEP_SUMMARY'];
  if (summary && flags.targets.some(({ format }) => format === 'github')) appendSummary(summary, report);
}

function appendSummary(file: string, report: Report): void {
  try {
    appendFileSync(file, githubSummary(report));
  } catch (cause) {
    fail('usage', `the job summary cannot be written to ${file}: ${messageOf(cause)}`, {
      cause,
      hint: 'Correct GITHUB_STEP_SUMMARY, or unset it.',
    });
  }
}

function viewOf(flags: CheckFlags, project: Project, io: Io): View {
  const toRoot = relative(io.cwd, project.root).split(sep).join('/');
  return {
    color: wantsColor(flags, io),
    width: io.stdout.isTTY ? io.stdout.columns : Infinity,
    pathPrefix: toRoot === '' ? '' : `${toRoot}/`,
    quiet: flags.quiet,
    perRule: PER_RULE,
  };
}

/** The flag, then NO_COLOR, then FORCE_COLOR, then the terminal. */
function wantsColor(flags: CheckFlags, io: Io): boolean {
  if (flags.color !== undefined) return flags.color;
  if (io.env['NO_COLOR']) return false;
  const forced = io.env['FORCE_COLOR'];
  if (forced !== undefined) return forced !== '0' && forced !== 'false';
  return io.stdout.isTTY && io.env['TERM'] !== 'dumb';
}
