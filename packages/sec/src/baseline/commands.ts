// SPDX-License-Identifier: Apache-2.0
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Io, RawFlags } from '@helios/core/cli';
import { judge, parseCheckFlags } from '@helios/core/cli/actions';
import { loadProject, parseConfigFile, type Project } from '@helios/core/config';
import { fail } from '@helios/core/error';
import {
  acceptFindings,
  type Baseline,
  baselineSchema,
  EMPTY_BASELINE,
  momentSchema,
  pruneBaseline,
} from '@helios/core/finding';
import { withLock, writeFileAtomic } from '@helios/core/fs';
import { EXIT, type ExitCode, type Report } from '@helios/core/gate';
import { readSource } from '@helios/core/input';
import { allGates } from '../all-gates.ts';

const LOCK_TIMEOUT_MS = 10_000;
const DEFAULT_PATH = 'helios.baseline.json';

export interface Terms {
  readonly owner: string;
  readonly reason: string;
  readonly expires: string;
}

/** `sec baseline accept`: every open finding, with who answers for it and until when. */
export async function acceptBaseline(ids: readonly string[], raw: RawFlags & Terms, io: Io): Promise<ExitCode> {
  const { owner, reason, expires } = raw;
  if (!momentSchema.safeParse(expires).success)
    fail('usage', `--expires ${expires}: not a UTC day`, { hint: 'Write 2026-12-31.' });
  await createWhereMissing(raw, io);
  const { project, report } = await judgeAll(ids, raw, io);
  const findings = report.gates.flatMap((gate) => gate.findings);
  return update(project, (before) => acceptFindings(before, findings, { owner, reason, expires }), io);
}

/** `sec baseline prune`: only ever removes. */
export async function prune(raw: RawFlags, io: Io): Promise<ExitCode> {
  const { project, report } = await judgeAll([], raw, io);
  const found = report.gates.flatMap((gate) => [...gate.findings, ...gate.waived]);
  return update(project, (before) => pruneBaseline(before, found), io);
}

/** A baseline that is configured and not there would stop the gates, and with them the first accept. */
async function createWhereMissing(raw: RawFlags, io: Io): Promise<void> {
  const { root, config } = await loadProject({ cwd: io.cwd, ...(raw.config !== undefined && { config: raw.config }) });
  if (config.baseline === undefined) return;
  const file = join(root, config.baseline);
  // Under the lock: another accept may have filled it since anybody looked.
  await locked(file, async () => {
    if (!existsSync(file)) await writeFileAtomic(file, format(EMPTY_BASELINE));
  });
}

async function judgeAll(ids: readonly string[], raw: RawFlags, io: Io): Promise<{ project: Project; report: Report }> {
  const judged = await judge(allGates(ids, parseCheckFlags([], raw)), io);
  const broken = judged.report.gates.find((gate) => gate.verdict === 'error');
  // What a crashed gate would have found is unknown: neither accepted nor gone.
  if (broken) {
    // What describeError made: the reason, and below it what to do.
    const [reason = '', advice = 'Mend that first.'] = (broken.error ?? '').split('\n  → ');
    fail('usage', `${broken.gate} could not judge: ${reason}`, { hint: `${advice} The baseline is unchanged.` });
  }
  return judged;
}

async function readBaseline(project: Project): Promise<Baseline> {
  const path = pathOf(project);
  return existsSync(join(project.root, path))
    ? parseConfigFile(readSource(project.root, path), baselineSchema)
    : EMPTY_BASELINE;
}

async function update(project: Project, change: (before: Baseline) => Baseline, io: Io): Promise<ExitCode> {
  const path = pathOf(project);
  const file = join(project.root, path);
  const added = await locked(file, async () => {
    const before = await readBaseline(project);
    const after = change(before);
    await writeFileAtomic(file, format(after));
    io.stdout.write(`${path}: ${after.entries.length} entries\n`);
    return after.entries.length - before.entries.length;
  });
  io.stdout.write(added >= 0 ? `${added} added\n` : `${-added} removed\n`);
  if (project.config.baseline === undefined)
    io.stdout.write(`Add to helios.yaml, so that it counts: baseline: ${path}\n`);
  return EXIT.pass;
}

function locked<T>(file: string, work: () => Promise<T>): Promise<T> {
  return withLock(`${file}.lock`, work, { timeoutMs: LOCK_TIMEOUT_MS });
}

function format(baseline: Baseline): string {
  return `${JSON.stringify(baseline, null, 2)}\n`;
}

function pathOf(project: Project): string {
  return project.config.baseline ?? DEFAULT_PATH;
}
