// SPDX-License-Identifier: Apache-2.0
import type { LogEvent } from '../events/event.ts';
import { type FalcoRule, makeFalcoJudge, outputOf, type Priority } from '../falco/index.ts';
import { createEngine } from '../sigma/engine.ts';
import type { SigmaRule } from '../sigma/rule.ts';
import type { Detections } from '../testing/run.ts';
import type { Hit } from './hunt.ts';

/** An event that rules match. */
export interface Found {
  readonly event: LogEvent;
  readonly rules: readonly SigmaRule[];
  readonly falco: readonly Hit[];
}

/** Asks all rules about an event, each event for itself. Undefined where nothing matches. */
export function createJudge({ set, falco }: Detections): (event: LogEvent) => Found | undefined {
  const engine = createEngine(set.rules.map(({ rule }) => rule));
  const falcoRules = makeFalcoJudge(falco);
  return (event) => {
    const rules = engine.match(event);
    const hits = isFalcos(event) ? falcoRules(event).map((rule) => falcoHit(rule, event)) : [];
    return rules.length + hits.length === 0 ? undefined : { event, rules, falco: hits };
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
