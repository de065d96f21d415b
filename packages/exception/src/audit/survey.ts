// SPDX-License-Identifier: Apache-2.0
import { beginOf, endOf, type Exception, isApprovedByAnother } from '@helios/core/finding';
import { type History, type Usage, usageOf } from '../history/history.ts';
import { type ById, isInEffect, type State, stateAt } from '../lifecycle/state.ts';
import type { Options } from '../options.ts';
import { byId, type Entry, type Register } from '../register/register.ts';

/** What is known of an entry at an instant. */
export interface Surveyed {
  readonly entry: Entry;
  readonly state: State;
  readonly usage: Usage;
  /**
   * Beside the state: nothing matches an exception in effect any more (`unused`), for so long that it should be gone
   * (`stale`), or it is in effect to no effect (`ineffective`): its finding counts, or its rule is run by nobody.
   */
  readonly flaw?: 'unused' | 'stale' | 'ineffective';
  /** Set on an expired entry that another one continues. */
  readonly successor?: string;
}

export function surveyRegister(
  { entries }: Register,
  history: History,
  options: Pick<Options, 'warnHours' | 'staleAfter' | 'closeAfter'>,
  asOf: Date,
): Surveyed[] {
  const register = byId(entries);
  const successors = successorsOf(register);
  return entries.map((entry) => {
    const state = stateAt(entry.exception, register, asOf, options.warnHours);
    const usage = usageOf(entry.exception, history, asOf);
    const flaw = isInEffect(state) ? flawOf(entry.exception, usage, history, options) : undefined;
    const successor = successors.get(entry.exception.id);
    return { entry, state, usage, ...(flaw && { flaw }), ...(successor !== undefined && { successor }) };
  });
}

/** Who was approved to continue whom. One that was closed since has continued it all the same. */
function successorsOf(register: ById): Map<string, string> {
  const approved = [...register.values()].filter(
    (one) => one.state !== 'draft' && one.approved !== undefined && isApprovedByAnother(one),
  );
  return new Map(approved.flatMap(({ id, previous }) => (previous === undefined ? [] : [[previous, id]])));
}

function flawOf(
  exception: Exception,
  { green, last }: Usage,
  history: History,
  { staleAfter, closeAfter }: Pick<Options, 'staleAfter' | 'closeAfter'>,
): Surveyed['flaw'] {
  if (last === 'counted' || (last === undefined && isNeverRun(exception, history, staleAfter))) return 'ineffective';
  // It is not stale before the runner had a run to close it.
  if (green.length >= Math.max(staleAfter, (exception.close?.runs ?? closeAfter) + 1)) return 'stale';
  return green.length > 0 ? 'unused' : undefined;
}

/** Whether gates ran often enough since the approval, and none of them had the rule: renamed, turned off, or misspelt. */
function isNeverRun({ approved, scope: { rule } }: Exception, { runs }: History, often: number): boolean {
  if (rule === undefined || approved === undefined) return false;
  const from = beginOf(approved).getTime();
  const since = runs.filter(({ at, gates }) => at.getTime() >= from && gates.length > 0);
  return since.length >= often && since.every(({ gates }) => gates.every(({ rules }) => !rules.has(rule)));
}

/** Whether an end has come that nobody has drawn a consequence from. */
export function isUnsettled({ state, successor }: Surveyed): boolean {
  return state === 'expired' && successor === undefined;
}

/** The instants between which an entry was in effect; undefined for one that never was. */
export function inEffect({ approved, expires, end, state }: Exception): { from: Date; to: Date } | undefined {
  if (approved === undefined || state === 'draft') return undefined;
  const ends = [endOf(expires).getTime(), ...(end ? [beginOf(end.at).getTime()] : [])];
  return { from: beginOf(approved), to: new Date(Math.min(...ends)) };
}
