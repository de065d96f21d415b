// SPDX-License-Identifier: Apache-2.0
import { type Correlator, createCorrelator } from '../correlation/correlate.ts';
import type { LogEvent } from '../events/event.ts';
import { type FalcoRule, makeFalcoJudge, outputOf, type Priority } from '../falco/index.ts';
import type { Detections } from '../testing/run.ts';
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
  /** Only of a Falco rule: its output. */
  readonly output?: string;
}

export interface Hunt {
  push(event: LogEvent): Hit[];
  end(): Hit[];
  readonly correlator: Pick<Correlator, 'undated' | 'late'>;
}

/** Runs all rules and correlations over events. Rules that a correlation counts are not told on their own. */
export function createHunt({ set: { rules, correlations }, falco }: Detections): Hunt {
  const engine = createEngine(rules.map(({ rule }) => rule));
  const all = correlations.map(({ correlation }) => correlation);
  const correlator = createCorrelator(all);
  const falcoRules = makeFalcoJudge(falco);
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
      const hits: Hit[] = isFalcos(event) ? falcoRules(event).map((rule) => falcoHit(rule, event)) : [];
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

/** Falco judges its own events, and the audit log of Kubernetes. */
function isFalcos({ logsources }: LogEvent): boolean {
  return logsources.some(
    ({ product, service }) => product === 'falco' || (product === 'kubernetes' && service === 'audit'),
  );
}

/** Falco's priorities in the levels of Sigma. */
const LEVEL_OF: Readonly<Record<Priority, string>> = {
  EMERGENCY: 'critical',
  ALERT: 'critical',
  CRITICAL: 'critical',
  ERROR: 'high',
  WARNING: 'medium',
  NOTICE: 'low',
  INFORMATIONAL: 'informational',
  DEBUG: 'informational',
};

function falcoHit(rule: FalcoRule, event: LogEvent): Hit {
  const { name, priority } = rule;
  const { time, at } = event;
  const when = time === undefined ? {} : { time: new Date(time).toISOString() };
  return { id: name, title: name, level: LEVEL_OF[priority], ...when, ...at, output: outputOf(rule, event) };
}
