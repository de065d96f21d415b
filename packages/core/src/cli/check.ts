// SPDX-License-Identifier: Apache-2.0
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { type GateSettings, gateSettings, loadProject, type Project, withinRoot } from '../config/index.ts';
import { HeliosError, messageOf } from '../error.ts';
import type { AnyGate } from '../gate/gate.ts';
import type { Changes } from '../git/changed-lines.ts';
import { literalGlob } from '../input/index.ts';
import { reportOf } from '../gate/report.ts';
import { EXIT, type GateResult, type Report } from '../gate/result.ts';
import { crashedGate, runGate, type RunSettings } from '../gate/run.ts';
import { cacheDirectory } from './directories.ts';
import { describeError } from './errors.ts';
import { describeFixes, fixInRounds } from './fixes.ts';
import type { CheckFlags } from './parse-flags.ts';
import type { Io } from './io.ts';
import { createProgress } from './progress.ts';
import { writeReports } from './write-reports.ts';

export interface CheckRequest {
  /** Which gates to run, once the configuration is known. */
  readonly gates: (project: Project) => Promise<readonly AnyGate[]>;
  readonly tool: Report['tool'];
  readonly flags: CheckFlags;
  /** Many gates: one that cannot run is a row of the report instead of the end of the run. */
  readonly many: boolean;
  /** How a gate is run; in this process unless said otherwise. */
  readonly execute?: (gate: AnyGate, options: unknown, settings: RunSettings) => Promise<GateResult>;
}

/** A fix that undoes another would go on for ever; real chains are two or three long. */
const FIX_ROUNDS = 5;

/** Runs gates, writes the reports, leaves the proof; answers with the exit code. */
export async function check(request: CheckRequest, io: Io): Promise<number> {
  const started = io.now();
  const project = await openProject(request, io);
  // A key that cannot sign is told of before anything is judged.
  const proof = request.flags.evidence ? await import('./proof.ts') : undefined;
  const signer = proof?.signerOf(request.flags, project, io);
  const report = await judgeProject(request, project, io);
  await writeReports(report, request.flags, project, io);
  await proof?.leaveEvidence(report, request.flags, project, signer, started, io);
  return request.flags.exitZero && report.exit === EXIT.fail ? EXIT.pass : report.exit;
}

/** The verdict alone, after fixes where they were asked for. */
export async function judge(request: CheckRequest, io: Io): Promise<{ project: Project; report: Report }> {
  const project = await openProject(request, io);
  return { project, report: await judgeProject(request, project, io) };
}

function openProject({ flags }: CheckRequest, io: Io): Promise<Project> {
  return loadProject({ cwd: io.cwd, paths: flags.paths, ...(flags.config && { config: flags.config }) });
}

async function judgeProject(request: CheckRequest, project: Project, io: Io): Promise<Report> {
  const { flags } = request;
  const asOf = flags.asOf ?? io.now();
  const changes =
    flags.changedSince === undefined
      ? undefined
      : (await import('../git/index.ts')).changesSince(project.root, flags.changedSince);
  const plan: Planned[] = [];
  for (const gate of await request.gates(project))
    plan.push({ gate, ...(await planGate(gate, project, flags, asOf, changes, io)) });

  const progress = createProgress(io, flags.quiet);
  const runAll = (): Promise<GateResult[]> => {
    progress.say(`judging: ${plan.map(({ gate }) => gate.id).join(', ')}`);
    return Promise.all(plan.map((planned) => runPlanned(planned, request)));
  };
  const fixed = await fixInRounds(project.root, runAll, flags.fix ? FIX_ROUNDS : 0).finally(() => progress.clear());
  if (flags.fix && !flags.quiet) io.stderr.write(describeFixes(fixed));
  return reportOf(fixed.results, asOf, request.tool);
}

interface Planned {
  readonly gate: AnyGate;
  readonly own: GateSettings;
  readonly settings: RunSettings;
}

async function planGate(
  gate: AnyGate,
  project: Project,
  flags: CheckFlags,
  asOf: Date,
  changes: Changes | undefined,
  io: Io,
): Promise<Omit<Planned, 'gate'>> {
  const own = await gateSettings(project, gate);
  const baseline = flags.baseline === undefined ? project.config.baseline : withinRoot(project, io.cwd, flags.baseline);
  const cache = flags.cache ? cacheDirectory(io.env, project.root) : undefined;
  const settings: RunSettings = {
    root: project.root,
    asOf,
    ...(project.file && { config: project.file }),
    failOn: flags.failOn ?? own.failOn,
    levels: own.levels,
    waivers: { exceptions: project.config.exceptions, ...(baseline !== undefined && { baseline }) },
    partial: flags.paths.length > 0,
    ...(changes && { changes }),
    ...(cache !== undefined && { cache }),
  };
  return { own: { ...own, options: narrowed(gate, own.options, project, flags, io) }, settings };
}

/** Paths of the command line take the place of the configured `include`. */
function narrowed(gate: AnyGate, options: unknown, project: Project, flags: CheckFlags, io: Io): unknown {
  if (flags.paths.length === 0 || gate.glob === undefined) return options;
  const include = flags.paths.map((given) => {
    const path = withinRoot(project, io.cwd, given);
    const literal = literalGlob(path);
    if (!statSync(join(project.root, path)).isDirectory()) return literal;
    return path === '' ? gate.glob : `${literal}/${gate.glob}`;
  });
  return { ...(options as object), include };
}

async function runPlanned({ gate, own, settings }: Planned, request: CheckRequest): Promise<GateResult> {
  const execute = request.execute ?? runGate;
  try {
    const result = await execute(gate, own.options, settings);
    return own.optional && result.verdict === 'nothing-checked' ? { ...result, exit: EXIT.pass } : result;
  } catch (thrown) {
    if (!request.many) throw thrown;
    return thrown instanceof HeliosError
      ? crashedGate(gate, describeError(thrown), EXIT.usage)
      : crashedGate(gate, messageOf(thrown), EXIT.internal);
  }
}
