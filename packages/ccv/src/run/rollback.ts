// SPDX-License-Identifier: Apache-2.0
import { rm } from 'node:fs/promises';
import { messageOf } from '@helios/core/error';
import { perform } from '../action/perform.ts';
import type { Step } from '../control/step.ts';
import type { Intent } from '../journal/event.ts';
import type { World } from '../probe/world.ts';
import type { Runner } from './runner.ts';

/** A rollback is worth more than one try: what it speaks to has just been disturbed on purpose. */
const PAUSES_MS = [0, 250, 1000];

/**
 * Undoes a run, each step whether or not the one before it worked, and says which did not. Nothing breaks it off but the
 * timeouts of its steps: not Ctrl-C, not the timeout of the control, not what the action came to.
 */
export async function rollBack({ control, run, undo, workspace }: Intent, runner: Runner): Promise<string[]> {
  const problems: string[] = [];
  for (const step of undo) {
    runner.say(control.id, `rollback: ${step.name}`);
    const problem = await undoStep(run, step, runner);
    if (problem !== undefined) problems.push(`"${step.name}": ${problem}`);
  }
  await rm(workspace, { recursive: true, force: true }).catch((thrown: unknown) =>
    problems.push(`the workspace: ${messageOf(thrown)}`),
  );
  return problems;
}

async function undoStep(run: string, step: Step, { journal, world, wait }: Runner): Promise<string | undefined> {
  let unwritten = '';
  // A journal that cannot be written (a full disk) does not keep the world from being put right; it is told of instead.
  const note = (status: 'begun' | 'done' | 'failed'): void => {
    try {
      const at = world.now().toISOString();
      journal.append({ event: 'step', run, at, phase: 'rollback', name: step.name, status });
    } catch (thrown) {
      unwritten = `the journal: ${messageOf(thrown)}`;
    }
  };
  note('begun');
  const problem = await tryRepeatedly(step, world, wait);
  note(problem === '' ? 'done' : 'failed');
  return problem || unwritten || undefined;
}

/** Why it was not done, at last; '' when it was. */
async function tryRepeatedly(step: Step, world: World, wait: Runner['wait']): Promise<string> {
  let problem = '';
  for (const pause of PAUSES_MS) {
    if (pause > 0) await wait(pause);
    try {
      await perform(step, 'rollback', world, new AbortController().signal);
      return '';
    } catch (thrown) {
      problem = messageOf(thrown);
    }
  }
  return problem;
}
