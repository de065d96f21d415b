// SPDX-License-Identifier: Apache-2.0
import { type Correlator, createCorrelator } from '../correlation/correlate.ts';
import type { LogEvent } from '../events/event.ts';
import type { Ruleset } from '../ruleset.ts';
import { createEngine } from '../sigma/engine.ts';

/** Something that was found in a log: an event that a rule matches, or a window that a correlation does. */
export interface Hit {
  readonly id: string;
  readonly title: string;
  readonly level: string;
  /** Of the event, or of the last one of the window; RFC 3339, UTC. */
  readonly time?: string;
  /** The event; of a correlation the one that raised it. */
  readonly file: string;
  readonly record: number;
  /** Only of a correlation: its group, and how many matches were in its window. */
  readonly group?: Readonly<Record<string, string>>;
  readonly matches?: number;
}

export interface Hunt {
  push(event: LogEvent): Hit[];
  end(): Hit[];
  readonly correlator: Pick<Correlator, 'undated' | 'late'>;
}

/** Runs all rules and correlations over events. Rules that a correlation counts are not told on their own. */
export function createHunt({ rules, correlations }: Ruleset): Hunt {
  const engine = createEngine(rules.map(({ rule }) => rule));
  const all = correlations.map(({ correlation }) => correlation);
  const correlator = createCorrelator(all);
  const parts = new Set(
    all.filter(({ generate }) => !generate).flatMap((each) => each.rules.map(({ reference }) => reference)),
  );
  const isPart = ({ id, name = '' }: { readonly id: string; readonly name?: string }): boolean =>
    parts.has(id) || parts.has(name);
  const alertHit = (match: ReturnType<Correlator['end']>[number], at: LogEvent['at']): Hit[] => {
    const { correlation, group, entries, to } = match;
    if (isPart(correlation)) return [];
    const { id, title, level = 'none' } = correlation;
    return [{ id, title, level, time: new Date(to).toISOString(), ...at, group, matches: entries }];
  };
  return {
    push(event) {
      const hits: Hit[] = [];
      for (const rule of engine.match(event)) {
        const { id, title, level = 'none' } = rule;
        const time = event.time === undefined ? {} : { time: new Date(event.time).toISOString() };
        if (!isPart(rule)) hits.push({ id, title, level, ...time, ...event.at });
        if (all.length > 0) for (const match of correlator.push(event, rule)) hits.push(...alertHit(match, event.at));
      }
      return hits;
    },
    end: () => correlator.end().flatMap((match) => alertHit(match, { file: '', record: 0 })),
    correlator,
  };
}
