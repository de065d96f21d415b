// SPDX-License-Identifier: Apache-2.0
import type { LogEvent } from '../events/event.ts';
import { EventView } from '../sigma/view.ts';
import type { Correlation } from './correlation.ts';
import { type Entry, mayTurn, type Question, questionOf } from './window.ts';

/** What can be referred to: a rule or a correlation. */
interface Referable {
  readonly id: string;
  readonly name?: string;
}

/** An alert: a correlation whose condition holds for one group. */
interface CorrelationMatch {
  readonly correlation: Correlation;
  /** Values of the group, by the names in `groupBy`. */
  readonly group: Readonly<Record<string, string>>;
  /** Of the first and the last event of the window, in milliseconds since 1970. */
  readonly from: number;
  readonly to: number;
  /** Matches in the window. */
  readonly entries: number;
}

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
  const states = order(correlations).map((correlation) => new State(correlation));
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

export function isCalled({ id, name }: Referable, reference: string): boolean {
  return id === reference || name === reference;
}

/** What an outer correlation sees of an inner one: its group. */
function eventOf({ group, to }: CorrelationMatch): LogEvent {
  return { fields: group, logsources: [], time: to, at: { file: '', record: 0 } };
}

interface Group {
  readonly values: Readonly<Record<string, string>>;
  entries: Entry[];
  /** Whether the condition held when it was last asked. */
  holds: boolean;
}

/** How many groups may be quiet before those that are over are looked for. */
const SWEEP = 1024;

class State {
  readonly #correlation: Correlation;
  readonly #question: Question;
  readonly #waits: boolean;
  readonly #groups = new Map<string, Group>();
  late = 0;

  constructor(correlation: Correlation) {
    this.#correlation = correlation;
    this.#question = questionOf(correlation);
    this.#waits = mayTurn(correlation);
  }

  push(event: LogEvent, rule: Referable, time: number): CorrelationMatch[] {
    const index = this.#correlation.rules.findIndex(({ reference }) => isCalled(rule, reference));
    const late = this.#waits ? this.#over(time) : [];
    if (index < 0) return late;
    const view = new EventView(event);
    const values = this.#groupOf(view, rule);
    if (!values) return late;
    const entry = { time, rule: index, values: this.#correlation.fields.map((field) => view.texts(field).join('\n')) };
    if (this.#correlation.fields.length > 0 && entry.values.every((value) => value === '')) return late;
    const key = JSON.stringify(Object.values(values));
    const group = this.#groups.get(key) ?? { values, entries: [], holds: false };
    this.#groups.set(key, group);
    const newest = Math.max(time, group.entries.at(-1)?.time ?? time);
    const oldest = newest - this.#correlation.timespanMs;
    if (!this.#waits && time < oldest) {
      this.late++;
      return late;
    }
    insert(group.entries, entry);
    if (this.#waits) return late;
    dropBefore(group.entries, oldest);
    if (this.#groups.size % SWEEP === 0) this.#forget(time);
    // Where all others are over, it did not hold in between, whether or not anybody asked then.
    const held = group.holds && group.entries.length > 1;
    group.holds = this.#question(group.entries);
    return group.holds && !held ? [this.#matchOf(group)] : [];
  }

  end(): CorrelationMatch[] {
    return this.#waits ? this.#over(Infinity) : [];
  }

  /** Windows that began more than a timespan ago are whole: now it can be said how much was in them. */
  #over(time: number): CorrelationMatch[] {
    const found: CorrelationMatch[] = [];
    for (const [key, group] of this.#groups) {
      for (
        let first = group.entries[0];
        first && first.time + this.#correlation.timespanMs < time;
        first = group.entries[0]
      ) {
        const end = first.time + this.#correlation.timespanMs;
        const within = group.entries.filter((each) => each.time <= end);
        if (this.#question(within)) found.push(this.#matchOf({ ...group, entries: within }));
        group.entries = group.entries.filter((each) => each.time > end);
      }
      if (group.entries.length === 0) this.#groups.delete(key);
    }
    return found;
  }

  #forget(time: number): void {
    for (const [key, { entries }] of this.#groups)
      if ((entries.at(-1)?.time ?? 0) < time - this.#correlation.timespanMs) this.#groups.delete(key);
  }

  /** Undefined where a field of the group is missing: the event belongs to no group. */
  #groupOf(view: EventView, { id, name = '' }: Referable): Record<string, string> | undefined {
    const values: Record<string, string> = {};
    for (const field of this.#correlation.groupBy) {
      const alias = this.#correlation.aliases.get(field);
      const texts = view.texts(alias?.get(name) ?? alias?.get(id) ?? field);
      if (texts.length === 0) return undefined;
      values[field] = texts.join('\n');
    }
    return values;
  }

  #matchOf({ values, entries }: Group): CorrelationMatch {
    return {
      correlation: this.#correlation,
      group: values,
      from: entries[0]?.time ?? 0,
      to: entries.at(-1)?.time ?? 0,
      entries: entries.length,
    };
  }
}

/** In the order of time; of the same instant in the order of arrival. */
function insert(entries: Entry[], entry: Entry): void {
  let at = entries.length;
  while (at > 0 && (entries[at - 1]?.time ?? 0) > entry.time) at--;
  entries.splice(at, 0, entry);
}

/** What is older than the window. Mostly it is none or one, so nothing is copied. */
function dropBefore(entries: Entry[], oldest: number): void {
  const first = entries.findIndex(({ time }) => time >= oldest);
  if (first > 0) entries.splice(0, first);
}
