// SPDX-License-Identifier: Apache-2.0
import { mkdir } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '@helios/core/error';
import { startOf } from '@helios/core/fs';
import type { ControlRun } from '@helios/core/record';
import { perform } from '../action/perform.ts';
import { millisecondsOf } from '../control/duration.ts';
import { expand } from '../control/expand.ts';
import type { Places } from '../control/placeholders.ts';
import type { Intent } from '../journal/event.ts';
import { type Judged, judgeProbe } from '../probe/judge.ts';
import type { World } from '../probe/world.ts';
import { Halt, type Runner } from './runner.ts';
import type { State } from './state.ts';

/** What the run came to before its rollback, which may still make it worse and never better. */
export interface Exercised {
  readonly outcome: Exclude<ControlRun['outcome'], 'not-run'>;
  readonly reason: string;
  readonly detectedAfter?: number;
}

/**
 * Steady state, action, verification: ended early by a breach of health, the control's timeout or an interrupt. Whatever
 * happens in here becomes an outcome: nothing that is thrown may keep the rollback from its turn (chaostoolkit #258).
 */
export async function exercise(
  intent: Intent,
  before: State,
  runner: Runner,
  interrupt: AbortSignal,
): Promise<Exercised> {
  const { control, targets, workspace, run } = intent;
  const stop = new AbortController();
  const broken = (): void => stop.abort(interrupt.reason);
  interrupt.addEventListener('abort', broken, { once: true });
  const { timeout } = control.limits;
  const timer = setTimeout(() => stop.abort(new Halt(`it took longer than ${timeout}`)), millisecondsOf(timeout));
  const places = { workspace, run, root: runner.world.root, node: process.execPath, state: before };
  const watch = watchHealth(intent, places, runner.world, stop);
  try {
    interrupt.throwIfAborted();
    const exercised = await experiment(intent, targets, places, runner, stop.signal);
    // An action may be over before its health was asked for: it is asked for once more while the effect lasts.
    await watch.once();
    return exercised;
  } catch (thrown) {
    const why = stop.signal.aborted ? messageOf(stop.signal.reason) : `the runner failed: ${messageOf(thrown)}`;
    return { outcome: 'inconclusive', reason: why };
  } finally {
    clearTimeout(timer);
    interrupt.removeEventListener('abort', broken);
    stop.abort();
    await watch.ended;
  }
}

async function experiment(
  intent: Intent,
  targets: readonly string[],
  places: Places,
  runner: Runner,
  signal: AbortSignal,
): Promise<Exercised> {
  const { control } = intent;
  const { world, say } = runner;
  say(control.id, 'steady state');
  const unsteady = foremost(await judgeAll(expand(control.steady, targets, places), world, signal));
  if (unsteady) return deviation('the steady state did not hold before the action', unsteady, 'inconclusive');
  if (places.workspace !== undefined) await mkdir(places.workspace, { recursive: true, mode: 0o700 });

  for (const step of expand(control.action, targets, places)) {
    say(control.id, `action: ${step.name}`);
    const problem = await act(intent.run, step, runner, signal);
    if (problem !== undefined)
      return { outcome: 'inconclusive', reason: `the action "${step.name}" failed: ${problem}` };
  }
  say(control.id, 'verification');
  const began = performance.now();
  const unverified = foremost(await judgeAll(expand(control.verify, targets, places), world, signal));
  if (unverified) return deviation('the control did not do what it should', unverified, 'fail');
  const detectedAfter = Math.round(performance.now() - began) / 1000;
  return {
    outcome: 'pass',
    reason: 'the control did what it should, and the steady state held again',
    ...(control.action.length > 0 && { detectedAfter }),
  };
}

/** One step of the action, journalled before and after; says why it was not done. */
async function act(
  run: string,
  step: Parameters<typeof perform>[0],
  { journal, world }: Runner,
  signal: AbortSignal,
): Promise<string | undefined> {
  const note = (status: 'begun' | 'done' | 'failed'): void =>
    journal.append({ event: 'step', run, at: world.now().toISOString(), phase: 'action', name: step.name, status });
  // A program may outlive a runner that is killed: the next one must find it, before it undoes what is still being done.
  const spawned = (pid: number): void => {
    const start = startOf(pid);
    if (start !== null) journal.append({ event: 'spawned', run, at: world.now().toISOString(), pid, start });
  };
  signal.throwIfAborted();
  note('begun');
  try {
    await perform(step, 'action', world, signal, spawned);
    note('done');
    return undefined;
  } catch (thrown) {
    note('failed');
    signal.throwIfAborted();
    return messageOf(thrown);
  }
}

export function judgeAll(
  probes: readonly Parameters<typeof judgeProbe>[0][],
  world: World,
  signal: AbortSignal,
): Promise<Judged[]> {
  return Promise.all(probes.map((probe) => judgeProbe(probe, world, signal)));
}

/** What decides: where nothing could be seen before what deviates. */
export function foremost(judged: readonly Judged[]): Judged | undefined {
  return judged.find(({ noData }) => noData) ?? judged.find(({ held }) => !held);
}

/** No data is a failure wherever it is met: it must never look better than a value that is wrong (Argo Rollouts #1905). */
function deviation(what: string, { name, problem, noData }: Judged, outcome: 'fail' | 'inconclusive'): Exercised {
  return { outcome: noData ? 'fail' : outcome, reason: `${what}: ${name}: ${problem}` };
}

/** Asks for the health at intervals until it is stopped, and stops all where it is not as it should be. */
function watchHealth(
  { control, targets }: Intent,
  places: Places,
  world: World,
  stop: AbortController,
): { readonly once: () => Promise<void>; readonly ended: Promise<void> } {
  const { health } = control;
  const once = async (): Promise<void> => {
    const breach = foremost(await judgeAll(expand(health?.probes ?? [], targets, places), world, stop.signal));
    if (breach) stop.abort(new Halt(`broken off, since it was not healthy: ${breach.name}: ${breach.problem}`));
    stop.signal.throwIfAborted();
  };
  const repeat = async (): Promise<void> => {
    if (!health) return;
    for (;;) {
      await sleep(millisecondsOf(health.every), undefined, { signal: stop.signal });
      await once();
    }
  };
  const ended = repeat().catch((thrown: unknown) => {
    // Its own defects end the run, too: an unwatched action is none.
    if (!stop.signal.aborted) stop.abort(new Halt(`its health could not be watched: ${messageOf(thrown)}`));
  });
  return { once, ended };
}
