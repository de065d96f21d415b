// SPDX-License-Identifier: Apache-2.0
import type { LogEvent } from '../events/event.ts';
import { put } from '../events/fields.ts';
import { numberOf } from '../sigma/match.ts';
import { EventView } from '../sigma/view.ts';
import { Agenda } from './agenda.ts';
import { type Correlation, isCalled, type Referable } from './correlation.ts';
import { Timeline } from './timeline.ts';
import { createTally, type Entry, mayTurn, type Tally } from './window.ts';

/** An alert: a correlation whose condition holds for one group. */
export interface CorrelationMatch {
  readonly correlation: Correlation;
  /** Values of the group, by the names in `groupBy`. */
  readonly group: Readonly<Record<string, string>>;
  /** Of the first and the last event of the window, in milliseconds since 1970. */
  readonly from: number;
  readonly to: number;
  /** Matches in the window. */
  readonly entries: number;
}

interface Group {
  readonly key: string;
  readonly values: Readonly<Record<string, string>>;
  readonly tally: Tally;
  readonly timeline: Timeline;
  /** Whether the condition held when it was last asked. */
  holds: boolean;
}

/** How many groups may be quiet before those that are over are looked for. */
const SWEEP = 1024;

/** What one correlation knows of its groups. */
export class CorrelationState {
  readonly #correlation: Correlation;
  readonly #waits: boolean;
  readonly #groups = new Map<string, Group>();
  /** Groups by when their first window is over, where that is waited for. */
  readonly #agenda = new Agenda<Group>();
  #sweepAt = SWEEP;
  late = 0;

  constructor(correlation: Correlation) {
    this.#correlation = correlation;
    this.#waits = mayTurn(correlation);
  }

  push(event: LogEvent, rule: Referable, time: number): CorrelationMatch[] {
    const index = this.#correlation.rules.findIndex(({ reference }) => isCalled(rule, reference));
    const late = this.#waits ? this.#over(time) : [];
    if (index < 0) return late;
    const view = new EventView(event);
    const values = this.#groupOf(view, rule);
    const entry = this.#entryOf(view, time, index);
    if (!values || !entry) return late;
    const group = this.#enter(values);
    const { tally, timeline } = group;
    const span = this.#correlation.timespanMs;
    if (this.#waits) {
      timeline.insert(entry);
      if (timeline.first === entry) this.#agenda.put(time + span, group);
      return late;
    }
    const oldest = Math.max(time, timeline.last?.time ?? time) - span;
    if (time < oldest) {
      this.late++;
      return late;
    }
    timeline.insert(entry);
    tally.add(entry);
    for (const gone of timeline.takeWhile((at) => at < oldest)) tally.remove(gone);
    if (this.#groups.size >= this.#sweepAt) this.#forget(time);
    // Where all others are over, it did not hold in between, whether or not anybody asked then.
    const held = group.holds && timeline.length > 1;
    group.holds = tally.holds(() => timeline.all());
    return group.holds && !held ? [this.#matchOf(group, timeline)] : [];
  }

  end(): CorrelationMatch[] {
    return this.#waits ? this.#over(Infinity) : [];
  }

  /** Undefined where no field of the condition has a value: there is nothing to count. */
  #entryOf(view: EventView, time: number, rule: number): Entry | undefined {
    const { fields } = this.#correlation;
    const values = fields.map((field) => view.texts(field).join('\n'));
    if (fields.length > 0 && values.every((value) => value === '')) return undefined;
    return { time, rule, value: JSON.stringify(values), number: numberOf(values[0] ?? '') };
  }

  #enter(values: Readonly<Record<string, string>>): Group {
    const key = JSON.stringify(Object.values(values));
    const known = this.#groups.get(key);
    if (known) return known;
    const group = { key, values, tally: createTally(this.#correlation), timeline: new Timeline(), holds: false };
    this.#groups.set(key, group);
    return group;
  }

  /** Windows that began more than a timespan ago are whole: now it can be said how much was in them. */
  #over(time: number): CorrelationMatch[] {
    const found: CorrelationMatch[] = [];
    const span = this.#correlation.timespanMs;
    for (let due = this.#agenda.takeBefore(time); due; due = this.#agenda.takeBefore(time)) {
      const { time: end, item: group } = due;
      const { key, values, timeline } = group;
      // Of a group that an earlier event has come to since, or whose window was over before.
      if (!timeline.first || timeline.first.time + span !== end) continue;
      const within = timeline.takeWhile((at) => at <= end);
      const tally = createTally(this.#correlation);
      for (const entry of within) tally.add(entry);
      const window = { first: within[0], last: within.at(-1), length: within.length };
      if (tally.holds(() => within)) found.push(this.#matchOf({ values }, window));
      if (timeline.first) this.#agenda.put(timeline.first.time + span, group);
      else this.#groups.delete(key);
    }
    return found;
  }

  #forget(time: number): void {
    for (const [key, { timeline }] of this.#groups)
      if ((timeline.last?.time ?? 0) < time - this.#correlation.timespanMs) this.#groups.delete(key);
    this.#sweepAt = this.#groups.size + Math.max(SWEEP, this.#groups.size);
  }

  /** Undefined where a field of the group is missing: the event belongs to no group. */
  #groupOf(view: EventView, { id, name = '' }: Referable): Record<string, string> | undefined {
    const values: Record<string, string> = {};
    for (const field of this.#correlation.groupBy) {
      const alias = this.#correlation.aliases.get(field);
      const texts = view.texts(alias?.get(name) ?? alias?.get(id) ?? field);
      if (texts.length === 0) return undefined;
      put(values, field, texts.join('\n'));
    }
    return values;
  }

  #matchOf(
    { values }: Pick<Group, 'values'>,
    { first, last, length }: Pick<Timeline, 'first' | 'last' | 'length'>,
  ): CorrelationMatch {
    return {
      correlation: this.#correlation,
      group: values,
      from: first?.time ?? 0,
      to: last?.time ?? 0,
      entries: length,
    };
  }
}
