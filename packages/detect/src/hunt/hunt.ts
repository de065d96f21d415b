// SPDX-License-Identifier: Apache-2.0
import { type Correlator, createCorrelator } from '../correlation/correlate.ts';
import type { Correlation } from '../correlation/correlation.ts';
import type { LogEvent } from '../events/event.ts';
import type { Ruleset } from '../ruleset.ts';
import type { Found } from './judge.ts';

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
  /** Only of a Falco rule: its output. */
  readonly output?: string;
}

export interface Hunt {
  /** What an event that rules match comes to; in the order of the log. */
  push(found: Found): Hit[];
  end(): Hit[];
  readonly correlator: Pick<Correlator, 'undated' | 'late'>;
}

/** Makes hits of what rules match, and counts them for correlations. Rules that one counts are not told on their own. */
export function createHunt({ correlations }: Pick<Ruleset, 'correlations'>): Hunt {
  const all = correlations.map(({ correlation }) => correlation);
  const correlator = createCorrelator(all);
  const isPart = silentParts(all);
  const alertHit = (match: ReturnType<Correlator['end']>[number], at: LogEvent['at']): Hit[] => {
    const { correlation, group, entries, to } = match;
    if (isPart(correlation)) return [];
    const { id, title, level = 'none' } = correlation;
    return [{ id, title, level, time: new Date(to).toISOString(), ...at, group, matches: entries }];
  };
  return {
    push({ event, rules, falco }) {
      const hits: Hit[] = [...falco];
      for (const rule of rules) {
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

/** Says of a rule or correlation whether one counts it that does not let it alert on its own. */
export function silentParts(
  correlations: readonly Correlation[],
): (each: { readonly id: string; readonly name?: string }) => boolean {
  const parts = new Set(
    correlations.filter(({ generate }) => !generate).flatMap(({ rules }) => rules.map(({ reference }) => reference)),
  );
  return ({ id, name = '' }) => parts.has(id) || parts.has(name);
}
