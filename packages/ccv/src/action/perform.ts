// SPDX-License-Identifier: Apache-2.0
import { setTimeout as sleep } from 'node:timers/promises';
import { millisecondsOf } from '../control/duration.ts';
import { fill } from '../control/placeholders.ts';
import type { Step } from '../control/step.ts';
import { within } from '../probe/deadline.ts';
import type { World } from '../probe/world.ts';

/** What is missing while something is undone is done. */
export type Phase = 'action' | 'rollback';

/**
 * Does one step, within its own timeout; secrets are filled in here and nowhere before. `spawned` hears of the program that it starts. Throws where it was not done,
 * or where nobody knows.
 */
export async function perform(
  step: Step,
  phase: Phase,
  world: World,
  signal: AbortSignal,
  spawned?: (pid: number) => void,
): Promise<void> {
  await within(millisecondsOf(step.timeout), signal, (inner) =>
    act(fill(step, { env: world.env }), phase, world, inner, spawned),
  );
}

async function act(
  step: Step,
  phase: Phase,
  world: World,
  signal: AbortSignal,
  spawned?: (pid: number) => void,
): Promise<void> {
  switch (step.kind) {
    case 'http':
      return (await import('./http.ts')).performHttp(step, phase, world, signal);
    case 'exec':
      return (await import('./exec.ts')).performExec(step, world, signal, spawned);
    case 'kubernetes':
      return (await import('./kubernetes.ts')).performKubernetes(step, phase, world, signal);
    case 'sql':
      await (await import('../probe/sql.ts')).performSql(step, world, signal);
      return;
    case 'wait':
      return sleep(millisecondsOf(step.for), undefined, { signal });
    default:
      return (await import('./file.ts')).performFile(step, phase, world);
  }
}
