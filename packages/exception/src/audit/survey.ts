// SPDX-License-Identifier: Apache-2.0
import { beginOf, endOf, type Exception } from '@helios/core/finding';
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
   * (`stale`), or it is in effect and the finding counts all the same (`ineffective`).
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
    const flaw = flawOf(entry.exception, state, usage, options);
    const successor = successors.get(entry.exception.id);
    return { entry, state, usage, ...(flaw && { flaw }), ...(successor !== undefined && { successor }) };
  });
}

/** Who was approved to continue whom. */
function successorsOf(register: ById): Map<string, string> {
  const approved = [...register.values()].filter(({ state }) => state === 'approved');
  return new Map(approved.flatMap(({ id, previous }) => (previous === undefined ? [] : [[previous, id]])));
}

function flawOf(
  { close }: Exception,
  state: State,
  { green, last }: Usage,
  { staleAfter, closeAfter }: Pick<Options, 'staleAfter' | 'closeAfter'>,
): Surveyed['flaw'] {
  if (!isInEffect(state)) return undefined;
  if (last === 'counted') return 'ineffective';
  // It is not stale before the runner had a run to close it.
  if (green.length >= Math.max(staleAfter, (close?.runs ?? closeAfter) + 1)) return 'stale';
  return green.length > 0 ? 'unused' : undefined;
}

/** The instants between which an entry was in effect; undefined for one that never was. */
export function inEffect({ approved, expires, end, state }: Exception): { from: Date; to: Date } | undefined {
  if (approved === undefined || state === 'draft') return undefined;
  const ends = [endOf(expires).getTime(), ...(end ? [beginOf(end.at).getTime()] : [])];
  return { from: beginOf(approved), to: new Date(Math.min(...ends)) };
}
