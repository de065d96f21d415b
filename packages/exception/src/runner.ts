// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';
import type { Io } from '@helios/core/cli';
import { leaveRecord, loadInputs, type RecordFlags, signerOf, stateDirectory } from '@helios/core/cli/actions';
import { loadProject, type Project } from '@helios/core/config';
import { fail } from '@helios/core/error';
import { redact } from '@helios/core/finding';
import { withLock, writeFileAtomic } from '@helios/core/fs';
import { sha256Hex } from '@helios/core/hash';
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
  return { project, options, inputs, surveyed: surveyRegister(inputs.register, inputs.history, options, now), now };
}

const LOCK_TIMEOUT_MS = 10_000;

/**
 * Runs what a runner does. One that may change or send anything is alone on this machine until it ends: what one has said
 * the next one reads, and does not say again. Throws HeliosError, of another runner's lock `io`.
 */
export async function takeTurn<T>(flags: RunnerFlags, io: Io, task: (situation: Situation) => Promise<T>): Promise<T> {
  if (!flags.apply) return task(await openSituation(flags, io));
  const project = await loadProject({ cwd: io.cwd, ...flags });
  // A key that cannot sign is told of before anything is done.
  signerOf(flags, project, io);
  const turn = async (): Promise<T> => task(await openSituation(flags, io));
  return withLock(join(stateDirectory(io.env, project.root), 'exception', 'runner.lock'), turn, {
    timeoutMs: LOCK_TIMEOUT_MS,
  });
}

/** Edits a register under a lock, from what it holds by then. Returns its new sha256. */
export async function editRegister(root: string, path: string, edit: (text: string) => string): Promise<string> {
  const file = join(root, path);
  return withLock(
    `${file}.lock`,
    async () => {
      const text = edit(readSource(root, path).text);
      await writeFileAtomic(file, text);
      return sha256Hex(text);
    },
    { timeoutMs: LOCK_TIMEOUT_MS },
  );
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
      subject: [...subject].map(([path, sha256]) => ({ name: path, digest: { sha256 } })),
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
  readonly subject: ReadonlyMap<string, string>;
  readonly predicate: Readonly<Record<string, unknown>>;
}

/** The registers as they are, by sha256. */
export function registerDigests({ project, inputs }: Situation): Map<string, string> {
  return new Map(inputs.register.files.map((path) => [path, readSource(project.root, path).sha256]));
}

export function say(io: Io, line: string): void {
  io.stdout.write(`${visible(redact(line))}\n`);
}
