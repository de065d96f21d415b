// SPDX-License-Identifier: Apache-2.0
import { fail } from '@helios/core/error';
import type { StepOf } from '../control/step.ts';
import { execute } from '../probe/exec.ts';
import type { World } from '../probe/world.ts';

export async function performExec(
  step: StepOf<'exec'>,
  world: World,
  signal: AbortSignal,
  spawned?: (pid: number) => void,
): Promise<void> {
  const { exit, stderr } = await execute(step, world, signal, spawned);
  if (step.accept.includes(exit)) return;
  const [said = ''] = stderr.trim().split('\n');
  fail('io', `${step.command[0] ?? ''} exits with ${exit}${said === '' ? '' : `: ${said.slice(0, 200)}`}`);
}
