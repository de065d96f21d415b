// SPDX-License-Identifier: Apache-2.0
import { fail } from '@helios/core/error';
import type { Observation } from './observation.ts';
import type { Profile } from './profile.ts';
import { bounded, joinSummaries, type Summary } from './summary.ts';

/** The days of an entity while it was in one group. */
export interface Member {
  readonly entity: string;
  readonly group: string;
  /** By UTC day since 1970. */
  readonly days: Map<number, Summary>;
}

/** From which score on there is an alarm, and what that rests on. */
export interface Threshold {
  /** Alarms are above it. */
  readonly bits: number;
  /** Days of entities it was set by. */
  readonly sample: number;
  /** Per 1,000 of them. */
  readonly falseAlarms: number;
}

/**
 * What is known of everybody: days as they were, so that decay is reckoned when it is asked and never wears away.
 * The same events make the same state in any order and in any parts.
 */
export interface State {
  /** The last day of which anything is known. */
  newest: number | undefined;
  readonly members: Map<string, Member>;
  /** sha256 of each log that was learned, with its last day: learning one again changes nothing. */
  readonly logs: Map<string, number>;
  threshold: Threshold | undefined;
}

export function emptyState(): State {
  return { newest: undefined, members: new Map(), logs: new Map(), threshold: undefined };
}

export function learn(state: State, observation: Observation, profile: Profile): void {
  const { entity, group, day } = observation;
  if (state.newest === undefined || day > state.newest) advance(state, day, profile);
  if (isForgotten(day, state, profile)) return;
  const member = memberOf(state, entity, group);
  const parts = new Map(
    [...observation.parts].map(([name, part]) => [name, typeof part === 'number' ? part : bounded(part)]),
  );
  const known = member.days.get(day);
  member.days.set(day, known ? joinSummaries(known, parts, profile.features) : parts);
}

/** Adds what another has learned from other logs. Throws HeliosError `input` where both have learned the same. */
export function mergeState(state: State, other: State, profile: Profile): void {
  for (const sha256 of other.logs.keys())
    if (state.logs.has(sha256))
      fail('input', `both states have learned the log with sha256 ${sha256}`, {
        hint: 'Learn each log in one place, then merge.',
      });
  const isOlder = state.newest === undefined || (other.newest !== undefined && other.newest > state.newest);
  if (isOlder && other.newest !== undefined) advance(state, other.newest, profile);
  for (const { entity, group, days } of other.members.values()) {
    for (const [day, summary] of days) {
      if (isForgotten(day, state, profile)) continue;
      const member = memberOf(state, entity, group);
      const known = member.days.get(day);
      member.days.set(day, known ? joinSummaries(known, summary, profile.features) : summary);
    }
  }
  for (const [sha256, day] of other.logs) if (!isForgotten(day, state, profile)) state.logs.set(sha256, day);
}

function memberOf({ members }: State, entity: string, group: string): Member {
  const key = JSON.stringify([entity, group]);
  const known = members.get(key);
  if (known) return known;
  const member = { entity, group, days: new Map<number, Summary>() };
  members.set(key, member);
  return member;
}

/** A newer day: what falls out of the window is gone, whoever has not been seen since with it. */
function advance(state: State, day: number, profile: Profile): void {
  state.newest = day;
  for (const [key, { days }] of state.members) {
    for (const each of days.keys()) if (isForgotten(each, state, profile)) days.delete(each);
    if (days.size === 0) state.members.delete(key);
  }
  // All of such a log would be forgotten again, so it need not be known any more.
  for (const [sha256, last] of state.logs) if (isForgotten(last, state, profile)) state.logs.delete(sha256);
}

function isForgotten(day: number, { newest }: State, { windowDays }: Profile): boolean {
  return newest !== undefined && day <= newest - windowDays;
}
