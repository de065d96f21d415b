// SPDX-License-Identifier: Apache-2.0
import { applies } from '../events/applies.ts';
import type { LogEvent } from '../events/event.ts';
import type { Ruleset } from '../ruleset.ts';
import { createEngine } from '../sigma/engine.ts';

/** How often one rule matched harmless events. */
export interface Noise {
  readonly rule: string;
  readonly matches: number;
  /** Events of its log source: what it could have matched. */
  readonly events: number;
  /** The first match, to look at. */
  readonly example?: LogEvent['at'];
}

/** Runs every rule over events in which nothing is to be found. Rules whose log source has no events have none. */
export function measureNoise({ rules }: Ruleset, events: readonly LogEvent[]): Noise[] {
  const engine = createEngine(rules.map(({ rule }) => rule));
  const matches = new Map<string, { count: number; example: LogEvent['at'] }>();
  const kinds = new Map<LogEvent['logsources'], number>();
  for (const event of events) {
    kinds.set(event.logsources, (kinds.get(event.logsources) ?? 0) + 1);
    for (const { id } of engine.match(event)) {
      const held = matches.get(id);
      if (held) held.count++;
      else matches.set(id, { count: 1, example: event.at });
    }
  }
  return rules.flatMap(({ rule }) => {
    const asked = [...kinds].filter(([logsources]) => applies(rule.logsource, { logsources }));
    const total = asked.reduce((sum, [, count]) => sum + count, 0);
    const { count = 0, example } = matches.get(rule.id) ?? {};
    return total === 0 ? [] : [{ rule: rule.id, matches: count, events: total, ...(example && { example }) }];
  });
}

/** 95 % of the time the true rate lies below. */
const Z = 1.6448536269514722;

/** The upper end of the one-sided Wilson score interval: how large the rate behind `matches` of `events` may be. */
export function upperBound(matches: number, events: number): number {
  if (events === 0) return 1;
  const rate = matches / events;
  const spread = Z * Math.sqrt((rate * (1 - rate)) / events + Z ** 2 / (4 * events ** 2));
  return Math.min(1, (rate + Z ** 2 / (2 * events) + spread) / (1 + Z ** 2 / events));
}
