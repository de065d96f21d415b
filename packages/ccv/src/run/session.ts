// SPDX-License-Identifier: Apache-2.0
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Io } from '@helios/core/cli';
import { createProgress, leaveRecord, type RecordFlags, signerOf, stateDirectory } from '@helios/core/cli/actions';
import { gateSettings, loadProject, type Project } from '@helios/core/config';
import { withLock } from '@helios/core/fs';
import { readAuthorities } from '@helios/core/net';
import { CONTROL_RUN_TYPE, type ControlRun } from '@helios/core/record';
import { gate } from '../gate.ts';
import { Journal, type PendingRecord } from '../journal/journal.ts';
import type { Options } from '../options.ts';
import type { World } from '../probe/world.ts';
import { recover } from './recover.ts';
import type { Runner } from './runner.ts';

/** Flags of every command that runs controls. */
export interface SessionFlags extends RecordFlags {
  readonly config?: string;
  /** Folder of the journal. */
  readonly state?: string;
  readonly quiet?: boolean;
}

/** Where controls are run from. */
export interface Place {
  readonly project: Project;
  readonly options: Options;
  readonly world: World;
  /** Absolute path of the folder of the journal, the lock and the workspaces. */
  readonly state: string;
}

/** The one process that may run controls here, once what others left behind is put right. */
export interface Session {
  readonly runner: Runner;
  /** Records of rollbacks that were made up for. */
  readonly recovered: readonly ControlRun[];
  /** Tries the rollbacks once more that are still pending; answers with the records of that, which it has left. */
  readonly makeUp: () => Promise<readonly ControlRun[]>;
  /** Leaves a record with the evidence. */
  readonly leave: (pending: PendingRecord) => Promise<void>;
  readonly clearProgress: () => void;
}

/** A run of another process is likely to end within this; a scheduler's is not. */
const LOCK_TIMEOUT_MS = 10_000;

/** Throws HeliosError. */
export async function openPlace(flags: SessionFlags, io: Io): Promise<Place> {
  const project = await loadProject({ cwd: io.cwd, ...(flags.config !== undefined && { config: flags.config }) });
  // gateSettings has parsed them with the gate's own schema.
  const options = (await gateSettings(project, gate)).options as Options;
  const { root, config } = project;
  const { ca } = config.network;
  const world: World = {
    root,
    evidence: join(root, config.evidence.directory),
    network: config.network,
    env: io.env,
    now: () => io.now(),
    ...(ca !== undefined && { ca: readAuthorities(resolve(root, ca)) }),
  };
  const state = flags.state === undefined ? join(stateDirectory(io.env, root), 'ccv') : resolve(io.cwd, flags.state);
  return { project, options, world, state };
}

/**
 * Becomes the one runner of a state folder for as long as a task lasts. Pending rollbacks come first, before anything that
 * the task may do. Throws HeliosError `io` where another process is the runner.
 */
export async function withSession<T>(
  { project, world, state }: Place,
  flags: SessionFlags,
  io: Io,
  task: (session: Session) => Promise<T>,
  lockTimeoutMs: number = LOCK_TIMEOUT_MS,
): Promise<T> {
  // A key that cannot sign is told of before anything is done.
  signerOf(flags, project, io);
  return withLock(
    join(state, 'runner.lock'),
    async () => {
      const journal = await Journal.open(join(state, 'journal.sqlite'));
      const progress = createProgress(io, flags.quiet ?? false);
      const leave = async (pending: PendingRecord): Promise<void> => {
        await leaveRecord(runnerRecord(pending), flags, project, io);
        if (journal.unleft().some(({ run }) => run === pending.run))
          journal.append({ event: 'left', run: pending.run, at: io.now().toISOString() });
      };
      try {
        const runner: Runner = {
          world,
          journal,
          workspaces: join(state, 'work'),
          random: io.random ?? Math.random,
          wait: (ms) => sleep(ms),
          say: (control, what) => progress.say(`${control}: ${what}`),
        };
        const makeUp = async (): Promise<readonly ControlRun[]> => {
          const records = await recover(runner);
          for (const pending of journal.unleft()) await leave(pending);
          return records;
        };
        const recovered = await makeUp();
        return await task({ runner, recovered, makeUp, leave, clearProgress: () => progress.clear() });
      } finally {
        progress.clear();
        journal.end();
      }
    },
    { timeoutMs: lockTimeoutMs },
  );
}

function runnerRecord({ record, path, sha256 }: PendingRecord): Parameters<typeof leaveRecord>[0] {
  return {
    area: 'ccv',
    name: record.control,
    predicateType: CONTROL_RUN_TYPE,
    subject: [{ name: path, digest: { sha256 } }],
    predicate: record,
  };
}
