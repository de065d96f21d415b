// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';
import type { Io } from '@helios/core/cli';
import { signerOf } from '@helios/core/cli/actions';
import { loadProject } from '@helios/core/config';
import { withLock } from '@helios/core/fs';
import { settleOwed } from './register/change.ts';
import { openSituation, type RunnerFlags, type Situation, stateOf } from './runner.ts';

const LOCK_TIMEOUT_MS = 10_000;

/**
 * Runs what a runner does. One that may change or send anything is alone on this machine until it ends: what one has said
 * the next one reads, and does not say again. What a run owes that was killed comes first. Throws HeliosError, of another
 * runner's lock `io`.
 */
export async function takeTurn<T>(flags: RunnerFlags, io: Io, task: (situation: Situation) => Promise<T>): Promise<T> {
  if (!flags.apply) return task(await openSituation(flags, io));
  const project = await loadProject({ cwd: io.cwd, ...flags });
  // A key that cannot sign is told of before anything is done.
  signerOf(flags, project, io);
  const turn = async (): Promise<T> => {
    const situation = await openSituation(flags, io);
    await settleOwed(flags, situation, io);
    return task(situation);
  };
  return withLock(join(stateOf(project, io), 'runner.lock'), turn, { timeoutMs: LOCK_TIMEOUT_MS });
}
