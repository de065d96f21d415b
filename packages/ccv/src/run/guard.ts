// SPDX-License-Identifier: Apache-2.0
import { HeliosError } from '@helios/core/error';
import { endOf } from '@helios/core/finding';
import { prepare } from '../action/prepare.ts';
import { millisecondsOf } from '../control/duration.ts';
import { expand } from '../control/expand.ts';
import { isList, valueAt } from '../control/json.ts';
import type { LoadedControl } from '../control/load.ts';
import type { Places } from '../control/placeholders.ts';
import { type Step, stepSchema } from '../control/step.ts';
import { judgeProbe } from '../probe/judge.ts';
import { observe } from '../probe/observe.ts';
import { NoData, type World } from '../probe/world.ts';
import { Refusal, type Runner } from './runner.ts';
import { observeState, type State } from './state.ts';

/** A run that may begin: what it will touch, and how things are before. */
export interface Admitted {
  readonly targets: readonly string[];
  readonly before: State;
  readonly undo: readonly Step[];
}

/**
 * All that is asked before the first side effect, in the order of what it costs. Throws Refusal where the run must not
 * begin, and NoData where the state before cannot be seen.
 */
export async function admit(
  { control }: LoadedControl,
  places: Places,
  runner: Runner,
  signal: AbortSignal,
): Promise<Admitted> {
  checkStanding(control, runner);
  const targets = await chooseTargets(control, runner, signal);
  if (targets.length > control.limits.blastRadius) {
    const { blastRadius } = control.limits;
    throw new Refusal(`it would touch ${targets.length} targets, and its blast radius is ${blastRadius}`);
  }
  for (const probe of expand(control.health?.probes ?? [], targets, places)) {
    const { held, name, problem } = await judgeProbe(probe, runner.world, signal);
    if (!held) throw new Refusal(`it is not healthy: ${name}: ${problem}`);
  }
  const before = await observeState(expand(control.state, targets, places), runner.world, signal);
  const filled = { ...places, state: before };
  const undo = expand(control.rollback ?? [], targets, filled);
  // A rollback that could not even be begun is told of while there is nothing to roll back.
  for (const step of [...expand(control.action, targets, filled), ...undo]) await check(step, runner.world, signal);
  return { targets, before, undo };
}

function checkStanding({ id, expires, limits: { rate } }: LoadedControl['control'], { journal, world }: Runner): void {
  const now = world.now();
  if (endOf(expires) < now) throw new Refusal(`the control expired on ${expires}`);
  const pending = journal.unsettled().find(({ intent }) => intent.control.id === id);
  if (pending) throw new Refusal(`the rollback of its run ${pending.intent.run} is still pending`);
  const begun = journal.begunSince(id, new Date(now.getTime() - millisecondsOf(rate.per)));
  if (begun >= rate.runs) throw new Refusal(`it has run ${begun} times within ${rate.per}; ${rate.runs} are allowed`);
}

/** The canaries: a share of the cohort, by chance, at least one; sorted. */
async function chooseTargets(
  { cohort }: LoadedControl['control'],
  { world, random }: Runner,
  signal: AbortSignal,
): Promise<string[]> {
  if (!cohort) return [];
  const { targets, discover, at, share } = cohort;
  const all = [...(targets ?? (discover ? textsOf(valueAt(await observe(discover, world, signal), at)) : []))].sort();
  if (all.length === 0) throw new Refusal('there is no target');
  const count = Math.max(1, Math.floor((all.length * share) / 100));
  const chosen = Array.from({ length: count }, () => all.splice(Math.floor(random() * all.length), 1));
  return chosen.flat().sort();
}

function textsOf(value: ReturnType<typeof valueAt>): string[] {
  const texts = isList(value) ? value.filter((item) => typeof item === 'string' && item !== '') : [];
  if (!isList(value) || texts.length !== value.length) throw new NoData('the targets are no list of texts');
  return [...new Set(texts as string[])];
}

async function check(step: Step, world: World, signal: AbortSignal): Promise<void> {
  // A placeholder may have become a number where a text must be.
  const { error } = stepSchema.safeParse(step);
  if (error) throw new Refusal(`"${step.name}" cannot be done as it is filled: ${error.issues[0]?.message ?? ''}`);
  try {
    await prepare(step, world, signal);
  } catch (cause) {
    if (!(cause instanceof HeliosError)) throw cause;
    throw new Refusal(`"${step.name}" cannot be done: ${cause.message}`, { cause });
  }
}
