// SPDX-License-Identifier: Apache-2.0
import type { LogEvent } from '../../src/events/event.ts';
import { historiesOf } from '../../src/behaviour/history.ts';
import { type JudgedDay, judgeOf } from '../../src/behaviour/judge.ts';
import { observerOf } from '../../src/behaviour/observation.ts';
import type { Profile } from '../../src/behaviour/profile.ts';
import { pseudonymsOf } from '../../src/behaviour/pseudonym.ts';
import { emptyState, learn, type State } from '../../src/behaviour/state.ts';
import { thresholdFor } from '../../src/behaviour/threshold.ts';
import { type Company, type Plot, PLOTS } from './simulation.ts';

const LEARNED = 90;
const HELD_OUT = 60;
const JUDGED = 60;

export interface Outcome {
  readonly harmless: number;
  readonly falseAlarms: number;
  readonly found: Readonly<Record<Plot, number>>;
  /** Days of each plot. */
  readonly planted: number;
}

export function stateOf(events: readonly LogEvent[], profile: Profile): State {
  const observe = observerOf(profile, pseudonymsOf(profile.id, KEY));
  const state = emptyState();
  for (const event of events) {
    const observation = observe(event);
    if (typeof observation !== 'string') learn(state, observation, profile);
  }
  return state;
}

export const KEY = 'a key of a simulation that nobody has to guess';

/** Learns, calibrates and judges a company into which each plot was planted. */
export function campaign(company: Company, profile: Profile, planted: number): Outcome {
  const span = (from: number, count: number): LogEvent[] =>
    Array.from({ length: count }, (_, index) =>
      company.people.flatMap((person) => company.day(person, from + index)),
    ).flat();
  const judge = judgeOf(historiesOf(stateOf(span(0, LEARNED), profile), profile), profile);
  const judged = (events: readonly LogEvent[]): JudgedDay[] =>
    [...stateOf(events, { ...profile, windowDays: Infinity }).members.values()].flatMap((member) =>
      [...member.days.keys()].map((day) => judge(member, day)),
    );
  const { bits } = thresholdFor(judged(span(LEARNED, HELD_OUT)), profile);
  const alarms = (days: readonly JudgedDay[]): number =>
    days.filter(({ enough, score }) => enough && score > bits).length;
  const harmless = judged(span(LEARNED + HELD_OUT, JUDGED));
  const found = Object.fromEntries(
    PLOTS.map((plot) => {
      const days = Array.from({ length: planted }, (_, index) => {
        const person = company.people[(index * 7) % company.people.length];
        const day = LEARNED + HELD_OUT + (index % 4);
        return person ? judged([...company.day(person, day), ...company.plot(plot, person, day)]) : [];
      });
      return [plot, alarms(days.flat())];
    }),
  ) as Record<Plot, number>;
  return { harmless: harmless.length, falseAlarms: alarms(harmless), found, planted };
}
