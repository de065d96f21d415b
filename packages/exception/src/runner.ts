// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';
import type { Io } from '@helios/core/cli';
import { leaveRecord, loadInputs, type RecordFlags, stateDirectory } from '@helios/core/cli/actions';
import type { Project } from '@helios/core/config';
import { fail } from '@helios/core/error';
import { redact } from '@helios/core/finding';
import { readSource } from '@helios/core/input';
import { visible } from '@helios/core/report';
import { surveyRegister, type Surveyed } from './audit/survey.ts';
import { gate, type Inputs } from './gate.ts';
import type { Options } from './options.ts';

/** What the command lines of all runners take. */
export interface RunnerFlags extends RecordFlags {
  readonly config?: string;
  readonly apply?: boolean;
}

/** The register as it stands, and what is known of each entry now. */
export interface Situation {
  readonly project: Project;
  readonly options: Options;
  readonly inputs: Inputs;
  readonly surveyed: readonly Surveyed[];
  readonly now: Date;
  /** Absolute path of the folder of what runners remember beside the evidence; it need not be there. */
  readonly state: string;
}

/** Reads what a runner acts on. Throws HeliosError for registers that are broken: nobody acts on half of them. */
export async function openSituation(flags: RunnerFlags, io: Io): Promise<Situation> {
  const { project, options, inputs } = await loadInputs(gate, flags, io);
  const now = io.now();
  const [broken] = inputs.register.broken;
  if (broken)
    fail('config', broken.message, { path: broken.path, hint: 'sec-exception check says all that is wrong.' });
  const latest = inputs.history.runs.at(-1);
  // A clock that went back would bring expired entries to life, and send every notice again.
  if (latest && latest.at.getTime() > now.getTime()) {
    fail('usage', `the clock stands before the last recorded run (${latest.at.toISOString()})`, {
      path: latest.path,
      hint: 'Set the clock of this machine; or take away runs that were judged as of a later day.',
    });
  }
  const surveyed = surveyRegister(inputs.register, inputs.history, options, now);
  return { project, options, inputs, surveyed, now, state: stateOf(project, io) };
}

/** Leaves the proof of what was done about exceptions, and says where. */
export async function leaveProof(
  { name, kind, subject, predicate }: Proof,
  flags: RunnerFlags,
  { project }: Pick<Situation, 'project'>,
  io: Io,
): Promise<void> {
  await leaveRecord(
    {
      area: 'exceptions',
      name,
      predicateType: `urn:helios:record:${kind}/v1`,
      subject: Object.entries(subject).map(([path, sha256]) => ({ name: path, digest: { sha256 } })),
      predicate: withoutSecrets(predicate),
    },
    flags,
    project,
    io,
  );
}

/** What people wrote may hold a secret, and what is left or sent is read by others. */
export function withoutSecrets<T>(value: T): T {
  // Only strings are changed, and to strings.
  return JSON.parse(
    JSON.stringify(value, (_key, held: unknown) => (typeof held === 'string' ? redact(held.toWellFormed()) : held)),
  ) as T;
}

export interface Proof {
  /** First part of the file's name. */
  readonly name: string;
  readonly kind: string;
  /** sha256 by path. */
  readonly subject: Readonly<Record<string, string>>;
  readonly predicate: Readonly<Record<string, unknown>>;
}

/** The registers as they are, by sha256. */
export function registerDigests({ project, inputs }: Situation): Record<string, string> {
  return Object.fromEntries(inputs.register.files.map((path) => [path, readSource(project.root, path).sha256]));
}

export function stateOf({ root }: Project, io: Io): string {
  return join(stateDirectory(io.env, root), 'exception');
}

export function say(io: Io, line: string): void {
  io.stdout.write(`${visible(redact(line))}\n`);
}
