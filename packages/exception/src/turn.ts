// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';
import type { Io } from '@helios/core/cli';
import { signerOf } from '@helios/core/cli/actions';
import { loadProject } from '@helios/core/config';
import { fail } from '@helios/core/error';
import { withLock } from '@helios/core/fs';
import { settleOwed } from './register/change.ts';
import { openSituation, type RunnerFlags, type Situation, stateOf } from './runner.ts';

/** Pagers take their time, and a cron job has it. */
const LOCK_TIMEOUT_MS = 60_000;

/** To be asked before each thing that is begun. Throws HeliosError `io` once somebody wants the run to end. */
export type GoOn = () => void;

/**
 * Runs what a runner does. One that may change or send anything is alone on this machine until it ends: what one has said
 * the next one reads, and does not say again. What a run owes that was killed comes first. Ctrl-C lets it end what it has
 * begun: what was said and not remembered would be said twice. Throws HeliosError, of another runner's lock `io`.
 */
export async function takeTurn<T>(
  flags: RunnerFlags,
  io: Io,
  task: (situation: Situation, goOn: GoOn) => Promise<T>,
): Promise<T> {
  if (!flags.apply) return task(await openSituation(flags, io), () => undefined);
  const project = await loadProject({ cwd: io.cwd, ...flags });
  // A key that cannot sign is told of before anything is done.
  signerOf(flags, project, io);
  const turn = (): Promise<T> =>
    untilInterrupted(io, async (goOn) => {
      const situation = await openSituation(flags, io);
      await settleOwed(flags, situation, io);
      return task(situation, goOn);
    });
  return withLock(join(stateOf(project, io), 'runner.lock'), turn, { timeoutMs: LOCK_TIMEOUT_MS });
}

async function untilInterrupted<T>(io: Io, task: (goOn: GoOn) => Promise<T>): Promise<T> {
  let interrupted = false;
  const unhear = io.onInterrupt?.(() => {
    interrupted = true;
    io.stderr.write('interrupted: it ends after what it has begun; once more, and it ends at once\n');
    unhear?.();
  });
  const goOn = (): void => {
    if (interrupted) fail('io', 'interrupted', { hint: 'What is left is for the next run.' });
  };
  try {
    return await task(goOn);
  } finally {
    unhear?.();
  }
}
