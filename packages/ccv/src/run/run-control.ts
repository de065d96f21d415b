// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';
import { HeliosError, messageOf } from '@helios/core/error';
import type { ControlRun } from '@helios/core/record';
import type { LoadedControl } from '../control/load.ts';
import type { Intent } from '../journal/event.ts';
import { NoData } from '../probe/world.ts';
import { exercise } from './exercise.ts';
import { type Admitted, admit } from './guard.ts';
import { Halt, Refusal, type Runner } from './runner.ts';
import { oneLine, settle } from './settle.ts';
import { comparable, digestsOf, ignoredOf } from './state.ts';

/**
 * One run of one control, from the guardrails to the verified rollback. Where it is refused nothing has been touched; from
 * the journalled intent on it is rolled back whatever happens, here or by the next runner.
 */
export async function runControl(loaded: LoadedControl, runner: Runner, interrupt: AbortSignal): Promise<ControlRun> {
  const { control, path, sha256 } = loaded;
  const { world, journal, workspaces } = runner;
  const started = world.now().toISOString();
  const run = nameOf(control.id, started, runner.random());
  const workspace = join(workspaces, run);
  const places = { workspace, run, root: world.root, node: process.execPath };
  let admitted: Admitted;
  try {
    runner.say(control.id, 'guardrails');
    admitted = await admit(loaded, places, runner, interrupt);
  } catch (thrown) {
    return untouched(loaded, run, started, runner, thrown);
  }
  const { targets, before, undo } = admitted;
  const digests = digestsOf(comparable(before, ignoredOf(control)));
  const intent: Intent = {
    event: 'intent',
    run,
    at: started,
    control,
    path,
    sha256,
    workspace,
    targets: [...targets],
    before: digests,
    undo: [...undo],
  };
  journal.begin(intent, before);
  return settle(intent, before, await exercise(intent, before, runner, interrupt), runner);
}

/** `evidence-tamper-20261121T104200Z-4f2a`: sorted by time within a control, and unlike any other. */
function nameOf(id: string, started: string, chance: number): string {
  const suffix = Math.floor(chance * 0x1_0000_0000);
  return `${id}-${started.replaceAll(/[-:]|\.\d+/g, '')}-${suffix.toString(16).padStart(8, '0')}`;
}

/** The record of a run that did not begin. Not to know how things are is a failure; to be held back is none. */
function untouched(
  { control }: LoadedControl,
  run: string,
  started: string,
  { world }: Runner,
  thrown: unknown,
): ControlRun {
  const noData = thrown instanceof NoData;
  if (!noData && !(thrown instanceof Refusal || thrown instanceof Halt || thrown instanceof HeliosError)) throw thrown;
  return {
    schema: 'helios/control-run/v1',
    run,
    control: control.id,
    service: control.service,
    tier: control.tier,
    outcome: noData ? 'fail' : 'not-run',
    reason: oneLine(noData ? `nothing was done, for lack of data: ${messageOf(thrown)}` : messageOf(thrown)),
    started,
    finished: world.now().toISOString(),
  };
}
