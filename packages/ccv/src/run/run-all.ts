// SPDX-License-Identifier: Apache-2.0
import type { ControlRun } from '@helios/core/record';
import type { LoadedControl } from '../control/load.ts';
import { pause } from '../probe/deadline.ts';
import { runControl } from './run-control.ts';
import type { Runner } from './runner.ts';

export interface Pace {
  /** Services that are worked on at once. */
  readonly concurrency: number;
  /** The longest random pause before the start of a control. */
  readonly jitterMs: (loaded: LoadedControl) => number;
}

/**
 * Runs controls, never two on the same service at once: each would see what the other does. `done` is called for each as it
 * ends, and its own end is waited for. Once interrupted, what has not begun is refused.
 */
export async function runAll(
  controls: readonly LoadedControl[],
  runner: Runner,
  { concurrency, jitterMs }: Pace,
  interrupt: AbortSignal,
  done: (loaded: LoadedControl, record: ControlRun) => Promise<void>,
): Promise<void> {
  const services = Map.groupBy(controls, ({ control }) => control.service).values();
  const work = async (): Promise<void> => {
    // All workers take from the same iterator: each service goes to one of them.
    for (const group of services) {
      for (const loaded of group) {
        await pause(Math.floor(runner.random() * jitterMs(loaded)), interrupt).catch(() => undefined);
        await done(loaded, await runControl(loaded, runner, interrupt));
      }
    }
  };
  // A defect in one run ends all only once the others have rolled back.
  const ended = await Promise.allSettled(Array.from({ length: concurrency }, work));
  const failed = ended.find((each) => each.status === 'rejected');
  if (failed) throw failed.reason;
}
