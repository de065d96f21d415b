// SPDX-License-Identifier: Apache-2.0
import type { Io } from '@helios/core/cli';
import { Halt } from './runner.ts';

/**
 * Runs a task that Ctrl-C, SIGTERM and a terminal that is closed bring to its end by the signal, and not by dying: what
 * was begun is rolled back first, however often they come.
 */
export async function untilInterrupted<T>(io: Io, task: (interrupt: AbortSignal) => Promise<T>): Promise<T> {
  const interrupt = new AbortController();
  const unhear = io.onInterrupt?.(() => {
    io.stderr.write(interrupt.signal.aborted ? 'still rolling back\n' : 'interrupted: rolling back what was begun\n');
    interrupt.abort(new Halt('interrupted'));
  });
  try {
    return await task(interrupt.signal);
  } finally {
    unhear?.();
  }
}
