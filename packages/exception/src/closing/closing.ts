// SPDX-License-Identifier: Apache-2.0
import { beginOf, type Exception } from '@helios/core/finding';
import type { Surveyed } from '../audit/survey.ts';
import { controlRuns, type History, isPass, type Witness, witnessOf } from '../history/history.ts';
import type { Options } from '../options.ts';
import type { Entry } from '../register/register.ts';

/** An exception whose condition is met, and by what. */
export interface Closing {
  readonly entry: Entry;
  readonly because: 'rule-green' | 'control-pass';
  /** The run that met the condition: with it the cause was gone. */
  readonly at: Date;
  /** The runs that it rests on, the latest first. */
  readonly proof: readonly string[];
}

/** Which exceptions are to be closed: those that were granted, and whose cause is shown to be gone. */
export function findClosings(
  surveyed: readonly Surveyed[],
  history: History,
  options: Pick<Options, 'closeAfter'>,
  asOf: Date,
): Closing[] {
  return surveyed.flatMap((one) => {
    const { entry, state } = one;
    if (state !== 'active' && state !== 'warned' && state !== 'expired') return [];
    const condition = conditionOf(entry.exception);
    const needed = condition.runs ?? (condition.when === 'rule-green' ? options.closeAfter : 1);
    const green =
      condition.when === 'rule-green' ? one.usage.green : passesOf(entry.exception, condition, history, asOf);
    // The first of them, and not the last: however long nobody acts on it, the same is proposed for the same reason.
    const [last, ...before] = green.slice(-needed);
    if (!last || green.length < needed) return [];
    const proof = [last, ...before].map(({ name }) => name);
    return [{ entry, because: condition.when, at: last.at, proof }];
  });
}

type Condition = NonNullable<Exception['close']>;

/** What an exception waits for where it does not say: its rule, or its control. */
function conditionOf({ close, scope }: Exception): Condition {
  if (close) return close;
  return scope.control === undefined
    ? { when: 'rule-green' }
    : { when: 'control-pass', control: scope.control, service: scope.service };
}

/** The last passes in a row since the approval. */
function passesOf(
  { approved }: Exception,
  { control, service }: Extract<Condition, { when: 'control-pass' }>,
  history: History,
  asOf: Date,
): Witness[] {
  if (approved === undefined) return [];
  const runs = controlRuns(history, control, service, beginOf(approved).getTime(), asOf.getTime());
  const failed = runs.findLastIndex((run) => !isPass(run));
  return runs
    .slice(failed + 1)
    .map(witnessOf)
    .reverse();
}
