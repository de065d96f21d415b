// SPDX-License-Identifier: Apache-2.0
import type { FindingDraft } from '@helios/core/finding';
import type { ControlRun } from '@helios/core/record';
import type { Model } from '../netpol/model/model.ts';
import { namePolicy } from '../netpol/model/policy.ts';
import { draftAt } from './draft.ts';
import type { Options } from './options.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * A policy is text until a network plugin enforces it, and many do not (FerroEHR #2092 shipped such policies). Only a
 * control that tried a forbidden connection and saw it fail proves that they hold.
 */
export function* judgeEnforcement(
  { policies, clusterPolicies }: Model,
  runs: readonly ControlRun[],
  { enforcement: { control, within } }: Options,
  asOf: Date,
): Generator<FindingDraft> {
  const [first] = [...policies, ...clusterPolicies];
  if (!first) return;
  const why = control === undefined ? 'no control is named that would show it' : doubtOf(runs, control, within, asOf);
  if (why === undefined) return;
  const message = `nothing proves that the cluster enforces these policies: ${why}`;
  yield draftAt('unproven-enforcement', first.place, namePolicy(first), message, { matched: control ?? '' });
}

function doubtOf(runs: readonly ControlRun[], control: string, within: number, asOf: Date): string | undefined {
  const own = runs.filter((run) => run.control === control && new Date(run.finished) <= asOf);
  const last = own.toSorted((a, b) => (a.finished < b.finished ? 1 : -1))[0];
  if (!last) return `control "${control}" has left no record`;
  if (last.outcome !== 'pass') return `control "${control}" came to "${last.outcome}" at ${last.finished}`;
  const days = (asOf.getTime() - new Date(last.finished).getTime()) / DAY_MS;
  return days > within ? `control "${control}" last ran at ${last.finished}, more than ${within} days ago` : undefined;
}
