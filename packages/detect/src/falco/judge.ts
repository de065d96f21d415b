// SPDX-License-Identifier: Apache-2.0
import type { LogEvent } from '../events/event.ts';
import { type Explanation, explainCondition } from './evaluate/explain.ts';
import { type Fields, readerOf } from './evaluate/field.ts';
import { formatOutput } from './output.ts';
import type { FalcoRule, Ruleset } from './ruleset.ts';

export type FalcoJudge = (event: LogEvent) => readonly FalcoRule[];

const eventType = readerOf('evt.type');

/**
 * Which source an event is of: a Kubernetes audit event, or what its `source` says (as in Falco's JSON output), or a
 * system call.
 */
function sourceOf(fields: Fields): string {
  if (typeof fields['auditID'] === 'string' || fields['ka.verb'] !== undefined) return 'k8s_audit';
  const named = fields['evt.source'] ?? fields['source'];
  return typeof named === 'string' && named !== '' ? named : 'syscall';
}

/**
 * Makes the enabled rules of a ruleset ready to be asked. The judge returns those that match an event, in the order
 * of the ruleset. Rules are looked up by evt.type first; the result is the same as asking every one.
 */
export function makeFalcoJudge(ruleset: Ruleset): FalcoJudge {
  const bySource = new Map<string, ByType>();
  for (const rule of ruleset.rules) {
    if (!rule.enabled) continue;
    const known: ByType = bySource.get(rule.source) ?? { rules: [], ofType: new Map() };
    known.rules.push(rule);
    bySource.set(rule.source, known);
  }
  return ({ fields }) => {
    const candidates = bySource.get(sourceOf(fields));
    if (!candidates) return [];
    const type = eventType(fields);
    // Without a type even a rule for certain types may match, where it asks by negation.
    const rules = typeof type === 'string' ? rulesOfType(candidates, type) : candidates.rules;
    return rules.filter(({ condition }) => condition.holds(fields));
  };
}

/** Whether one rule matches, enabled or not. */
export function matchesRule({ condition }: FalcoRule, { fields }: LogEvent): boolean {
  return condition.holds(fields);
}

/** Why a rule matches an event or not. */
export function explainRule({ condition }: FalcoRule, { fields }: LogEvent): Explanation {
  return explainCondition(condition, fields);
}

/** What Falco would print for a match: one line, absent fields `<NA>`, nothing hidden in it. */
export function outputOf({ format }: FalcoRule, { fields }: LogEvent): string {
  return formatOutput(format, fields);
}

interface ByType {
  readonly rules: FalcoRule[];
  readonly ofType: Map<string, readonly FalcoRule[]>;
}

/** Types come out of events: what is remembered of them has a limit. */
const MOST_TYPES = 2_000;

function rulesOfType({ rules, ofType }: ByType, type: string): readonly FalcoRule[] {
  const known = ofType.get(type);
  if (known) return known;
  const found = rules.filter(({ eventTypes: { names, except } }) => names.has(type) !== except);
  if (ofType.size < MOST_TYPES) ofType.set(type, found);
  return found;
}
