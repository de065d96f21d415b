// SPDX-License-Identifier: Apache-2.0
import { beginOf, endOf, type Exception, isApprovedByAnother } from '@helios/core/finding';

/** In the order of a life, with two ends; `warned` is still in effect, `approved` is not yet. */
export type State = 'draft' | 'approved' | 'active' | 'warned' | 'expired' | 'closed' | 'revoked' | 'invalid';

const HOUR = 3_600_000;

/** Entries by id. */
export type ById = ReadonlyMap<string, Exception>;

/**
 * The state of an entry at an instant, out of the register alone: it holds the dates of all that has happened. Of a past
 * instant it says what was the case then. What is not soundly approved is `invalid`, and so not in effect.
 */
export function stateAt(entry: Exception, register: ById, at: Date, warnHours: number): State {
  const { state, expires } = entry;
  if (state === 'draft') return 'draft';
  if ((state === 'closed' || state === 'revoked') && hasEnded(entry, at)) return state;
  if (entry.approved === undefined || !isApprovedByAnother(entry)) return 'invalid';
  if (at.getTime() < beginOf(entry.approved).getTime()) return 'draft';
  if (isOver(entry, at)) return 'expired';
  const before = entry.previous === undefined ? undefined : register.get(entry.previous);
  if (before && isRunning(before, at)) return 'approved';
  return at.getTime() >= warningOf(expires, warnHours).getTime() ? 'warned' : 'active';
}

export function isInEffect(state: State): boolean {
  return state === 'active' || state === 'warned';
}

/** When to warn of an end. */
export function warningOf(expires: string, warnHours: number): Date {
  return new Date(endOf(expires).getTime() - warnHours * HOUR);
}

/** Approved, begun, and neither over nor ended; an extension of it waits. */
function isRunning(entry: Exception, at: Date): boolean {
  if (entry.state === 'draft' || entry.approved === undefined || !isApprovedByAnother(entry)) return false;
  return beginOf(entry.approved).getTime() <= at.getTime() && !hasEnded(entry, at) && !isOver(entry, at);
}

/** An entry that does not say when it was closed is taken to have been closed all the time. */
function hasEnded({ state, end }: Exception, at: Date): boolean {
  if (end === undefined) return state === 'closed' || state === 'revoked';
  return at.getTime() >= beginOf(end.at).getTime();
}

function isOver({ expires }: Exception, at: Date): boolean {
  return at.getTime() > endOf(expires).getTime();
}
