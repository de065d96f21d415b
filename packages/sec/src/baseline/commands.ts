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
  isInEffect,
  pruneBaseline,
  type Terms,
  termsSchema,
} from '@helios/core/finding';
import { withLock, writeFileAtomic } from '@helios/core/fs';
import { EXIT, type ExitCode, type Report } from '@helios/core/gate';
import { readSource } from '@helios/core/input';
import { allGates } from '../all-gates.ts';

const LOCK_TIMEOUT_MS = 10_000;
const DEFAULT_PATH = 'helios.baseline.json';

/** `sec baseline accept`: every open finding, with who answers for it and until when. */
export async function acceptBaseline(ids: readonly string[], raw: RawFlags & Terms, io: Io): Promise<ExitCode> {
  const terms = parseTerms(raw, parseCheckFlags([], raw).asOf ?? io.now());
  await createWhereMissing(raw, io);
  const { project, report } = await judgeAll(ids, raw, io);
  const findings = report.gates.flatMap((gate) => gate.findings);
  return update(project, (before) => acceptFindings(before, findings, terms), io);
}

/** `sec baseline prune`: only ever removes. */
export async function prune(raw: RawFlags, io: Io): Promise<ExitCode> {
  const { project, report } = await judgeAll([], raw, io);
  const found = report.gates.flatMap((gate) => [...gate.findings, ...gate.waived]);
  return update(project, (before) => pruneBaseline(before, found), io);
}

/** Whatever is written is read by every run after: terms that those would refuse are refused here. */
function parseTerms({ owner, reason, expires }: Terms, asOf: Date): Terms {
  const { data, error } = termsSchema.safeParse({ owner, reason, expires });
  if (data === undefined) {
    const [issue] = error.issues;
    return fail('usage', `--${issue?.path.join('.')}: ${issue?.message}`, {
      hint: 'Say who and why in words, and until when as 2026-12-31.',
    });
  }
  if (!isInEffect(data, asOf)) {
    fail('usage', `--expires ${data.expires} lies in the past`, {
      hint: 'Name a day until which the findings may stay.',
    });
  }
  return data;
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
  const [before, after] = await locked(file, async () => {
    const held = await readBaseline(project);
    const changed = change(held);
    await writeFileAtomic(file, format(changed));
    return [held.entries, changed.entries];
  });
  io.stdout.write(`${path}: ${after.length} entries\n${differenceOf(before, after)}\n`);
  if (project.config.baseline === undefined)
    io.stdout.write(`Add to helios.yaml, so that it counts: baseline: ${path}\n`);
  return EXIT.pass;
}

/** `2 added, 1 renewed`; entries that stay are the very same. */
function differenceOf(before: Baseline['entries'], after: Baseline['entries']): string {
  const known = new Set(before.map(({ fingerprint }) => fingerprint));
  const written = after.filter((entry) => !before.includes(entry));
  const renewed = written.filter(({ fingerprint }) => known.has(fingerprint)).length;
  const added = written.length - renewed;
  const counts = { added, renewed, removed: before.length + added - after.length };
  const said = Object.entries(counts).flatMap(([what, count]) => (count === 0 ? [] : [`${count} ${what}`]));
  return said.join(', ') || 'nothing to change';
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
