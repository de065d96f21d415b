// SPDX-License-Identifier: Apache-2.0
import { realpathSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import type { Io } from '@helios/core/cli';
import { createProgress, leaveRecord, type RecordFlags, stateDirectory } from '@helios/core/cli/actions';
import { loadProject, parseConfigFile, withinRoot } from '@helios/core/config';
import { fail } from '@helios/core/error';
import { readRecord } from '@helios/core/evidence';
import { withLock } from '@helios/core/fs';
import { EXIT, type ExitCode } from '@helios/core/gate';
import { canonicalJson, sha256Hex } from '@helios/core/hash';
import { readSource } from '@helios/core/input';
import { describePlan, describeVerdict } from './describe.ts';
import { type DrillStage, runDrill } from './drill.ts';
import { openJournal } from './journal.ts';
import { drillSchema } from './settings.ts';
import { openStage } from './stage.ts';
import { DRILL_TYPE, drillRecordSchema } from './timeline.ts';
import { judgeTimeline } from './verdict.ts';

export interface DrillFlags extends RecordFlags {
  readonly config?: string;
  readonly apply?: boolean;
  readonly state?: string;
  readonly quiet?: boolean;
}

const LOCK_TIMEOUT_MS = 10_000;

/** `sec-ccv identity drill`: 0 where all tokens were dead in time, 1 where not or where nothing was proven. */
export async function drillIdentity(file: string, flags: DrillFlags, io: Io): Promise<ExitCode> {
  const project = await loadProject({ cwd: io.cwd, ...flags });
  const source = readSource(project.root, withinRoot(project, io.cwd, file));
  const settings = await parseConfigFile(source, drillSchema);
  if (!flags.apply) {
    io.stdout.write(`${describePlan(settings)}nothing was done; --apply does it\n`);
    return EXIT.pass;
  }
  const folder = flags.state === undefined ? stateDirectory(io.env, project.root) : resolve(io.cwd, flags.state);
  const journal = join(folder, 'identity', `${settings.name}.json`);
  const progress = createProgress(io, flags.quiet === true);
  const tell = (line: string): void => progress.say(line);
  const stage = { ...openStage(settings, project, io), journal: openJournal(journal), tell };
  const drill = async () => {
    await endLeft(stage, journal, io);
    return runDrill(stage).finally(() => progress.clear());
  };
  const timeline = await withLock(`${journal}.lock`, drill, { timeoutMs: LOCK_TIMEOUT_MS });
  const verdict = judgeTimeline(timeline);
  const record = {
    area: 'identity',
    name: `drill-${settings.name}`,
    predicateType: DRILL_TYPE,
    subject: [{ name: source.path, digest: { sha256: source.sha256 } }],
    predicate: drillRecordSchema.parse({ schema: 'helios/identity-drill/v1', timeline, verdict }),
  } as const;
  const proof = await leaveRecord(record, flags, project, io);
  io.stdout.write(`${describeVerdict(verdict)}proof: ${relative(io.cwd, proof)}\n`);
  return verdict.outcome === 'pass' ? EXIT.pass : EXIT.fail;
}

/** Ends what a drill left open that was killed. */
async function endLeft({ settings, logout, journal }: DrillStage, file: string, io: Io): Promise<void> {
  const left = await journal.left();
  if (left === undefined) return;
  if (left !== settings.principal.id) {
    const hint = `Run the drill with that principal once more; or, if nothing of it is left, remove ${file}.`;
    fail('config', `a drill of ${left} was stopped, and its session may still be open`, { hint });
  }
  if (logout.global && !(await logout.end([]))) {
    const hint = 'See what the provider says about the logout, then run the drill again.';
    fail('io', 'an earlier drill was stopped, and its session cannot be ended', { hint });
  }
  const ended = logout.global ? 'is ended now' : 'lives until it runs out';
  io.stderr.write(`an earlier drill was stopped; its session ${ended}\n`);
}

/** `sec-ccv identity replay`: judges a recorded drill again; 4 where its verdict does not follow from what it saw. */
export async function replayDrill(file: string, io: Io): Promise<ExitCode> {
  const absolute = resolve(io.cwd, file);
  const source = readSource(realFolder(dirname(absolute), file), basename(absolute));
  const record = readRecord(source, DRILL_TYPE, drillRecordSchema);
  if (!record) return fail('usage', `${file} is no record of a drill`, { hint: 'Name a file of .evidence/identity.' });
  const verdict = judgeTimeline(record.timeline);
  const text = canonicalJson(verdict);
  if (text !== canonicalJson(record.verdict)) {
    const hint = `Judged again it is "${verdict.outcome}"; find out who wrote this record.`;
    fail('evidence', 'the recorded verdict does not follow from what was seen', { path: file, hint });
  }
  const events = record.timeline.events.length;
  io.stdout.write(
    `${describeVerdict(verdict)}it follows from the ${events} events; sha256 of the verdict ${sha256Hex(text)}\n`,
  );
  return verdict.outcome === 'pass' ? EXIT.pass : EXIT.fail;
}

function realFolder(folder: string, file: string): string {
  try {
    return realpathSync(folder);
  } catch (cause) {
    return fail('usage', `${file} is not there`, { cause, hint: 'Check the path.' });
  }
}
