// SPDX-License-Identifier: Apache-2.0
import type { LogEvent } from '../events/event.ts';
import { type Correlation, isCalled, type Referable } from './correlation.ts';
import { type CorrelationMatch, CorrelationState } from './state.ts';

export interface Correlator {
  /** An event that a rule matched, in the order of time. Events without a time are counted in `undated` and left out. */
  push(event: LogEvent, rule: Referable): CorrelationMatch[];
  /** No more events: windows that had to be waited for are over. */
  end(): CorrelationMatch[];
  readonly undated: number;
  /** Matches that came more than a timespan after later ones of their group, and are left out. */
  readonly late: number;
}

/**
 * Slides a window over the event times of each group; no clock of the machine is asked. A condition that holds is said once,
 * and again only after it did not hold. Correlations may build on correlations (`order` puts those first that others need).
 */
export function createCorrelator(correlations: readonly Correlation[]): Correlator {
  const states = order(correlations).map((correlation) => new CorrelationState(correlation));
  let undated = 0;
  const pass = (event: LogEvent, rule: Referable, time: number): CorrelationMatch[] => {
    const found: CorrelationMatch[] = [];
    for (const state of states) {
      for (const match of state.push(event, rule, time))
        found.push(match, ...pass(eventOf(match), match.correlation, match.to));
    }
    return found;
  };
  return {
    push(event, rule) {
      if (event.time !== undefined) return pass(event, rule, event.time);
      undated++;
      return [];
    },
    end: () =>
      states.flatMap((state) =>
        state.end().flatMap((match) => [match, ...pass(eventOf(match), match.correlation, match.to)]),
      ),
    get undated() {
      return undated;
    },
    get late() {
      return states.reduce((sum, state) => sum + state.late, 0);
    },
  };
}

/** The correlations that a correlation is made of come before it. A cycle never gets an alert, so it is left out. */
export function order(correlations: readonly Correlation[]): Correlation[] {
  const sorted: Correlation[] = [];
  const state = new Map<Correlation, 'open' | 'done' | 'cyclic'>();
  const visit = (correlation: Correlation): boolean => {
    const known = state.get(correlation);
    if (known !== undefined) return known === 'done';
    state.set(correlation, 'open');
    const sound = correlation.rules.every(({ reference }) => {
      const inner = correlations.find((each) => isCalled(each, reference));
      return inner === undefined || visit(inner);
    });
    state.set(correlation, sound ? 'done' : 'cyclic');
    if (sound) sorted.push(correlation);
    return sound;
  };
  for (const correlation of correlations) visit(correlation);
  return sorted;
}

/** What an outer correlation sees of an inner one: its group. */
function eventOf({ group, to }: CorrelationMatch): LogEvent {
  return { fields: group, logsources: [], time: to, at: { file: '', record: 0 } };
}
