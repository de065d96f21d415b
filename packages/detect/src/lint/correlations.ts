// SPDX-License-Identifier: Apache-2.0
import type { FindingDraft, Pointer } from '@helios/core/finding';
import type { Bound, Correlation } from '../correlation/correlation.ts';
import type { Ruleset } from '../ruleset.ts';
import { draftAt } from './draft.ts';

/** Correlations that can never alert, alert on each event or on those of anybody, and aliases that lead nowhere. */
export function* judgeCorrelations({ correlations }: Ruleset): Generator<FindingDraft> {
  for (const { correlation, place } of correlations) {
    for (const { ruleId, at, message } of problemsOf(correlation))
      yield draftAt(ruleId, place, ['correlation', ...at], correlation.title, message, { matched: at.join('.') });
  }
}

interface CorrelationProblem {
  readonly ruleId: string;
  /** Below `correlation`. */
  readonly at: Pointer;
  readonly message: string;
}

function* problemsOf(correlation: Correlation): Generator<CorrelationProblem> {
  yield* repeatedRules(correlation);
  yield* emptyBounds(correlation);
  yield* looseAliases(correlation);
  if (correlation.groupBy.length === 0)
    yield {
      ruleId: 'detect/correlation-without-group',
      at: ['type'],
      message: `${correlation.type} of all events, whoever and wherever they are of`,
    };
}

/** A match belongs to the first rule of its name, so a second place for it is never filled. */
function* repeatedRules({ type, rules }: Correlation): Generator<CorrelationProblem> {
  const references = rules.map(({ reference }) => reference);
  for (const [index, { reference, at }] of rules.entries()) {
    if (references.indexOf(reference) === index) continue;
    const message =
      type === 'temporal_ordered' ? 'waits twice for one rule, which is counted once' : 'names one rule twice';
    yield { ruleId: 'detect/correlation-never-alerts', at: at.slice(1), message: `${message}: ${reference}` };
  }
  if (type.startsWith('temporal') && rules.length === 1)
    yield {
      ruleId: 'detect/correlation-always-alerts',
      at: ['rules'],
      message: `${type} of a single rule is that rule`,
    };
}

/** The least and the most that a count can be; numbers of fields may be anything. */
function rangeOf({ type, rules }: Correlation): readonly [number, number] | undefined {
  // A window begins with a match: there is no count of nothing.
  if (type === 'event_count' || type === 'value_count') return [1, Infinity];
  return type.startsWith('temporal') ? [1, rules.length] : undefined;
}

function* emptyBounds(correlation: Correlation): Generator<CorrelationProblem> {
  const range = rangeOf(correlation);
  const { bounds } = correlation;
  const at = ['condition'];
  const [least, most] = range ?? [-Infinity, Infinity];
  const low = Math.max(least, ...bounds.map((bound) => lowOf(bound, range !== undefined)));
  const high = Math.min(most, ...bounds.map((bound) => highOf(bound, range !== undefined)));
  if (low > high)
    yield {
      ruleId: 'detect/correlation-never-alerts',
      at,
      message: `asks for a number that there cannot be: ${drawn(bounds)}`,
    };
  else if (
    range &&
    bounds.length > 0 &&
    !bounds.some(({ operator }) => operator === 'neq') &&
    low <= least &&
    high >= most
  )
    yield { ruleId: 'detect/correlation-always-alerts', at, message: `is met by each event alone: ${drawn(bounds)}` };
}

function lowOf({ operator, value }: Bound, whole: boolean): number {
  if (operator === 'gte' || operator === 'eq') return whole ? Math.ceil(value) : value;
  if (operator === 'gt') return whole ? Math.floor(value) + 1 : value + Number.EPSILON * Math.max(1, Math.abs(value));
  return -Infinity;
}

function highOf({ operator, value }: Bound, whole: boolean): number {
  if (operator === 'lte' || operator === 'eq') return whole ? Math.floor(value) : value;
  if (operator === 'lt') return whole ? Math.ceil(value) - 1 : value - Number.EPSILON * Math.max(1, Math.abs(value));
  return Infinity;
}

function drawn(bounds: readonly Bound[]): string {
  return bounds.map(({ operator, value }) => `${operator} ${value}`).join(' and ');
}

function* looseAliases({ aliases, groupBy, rules }: Correlation): Generator<CorrelationProblem> {
  const references = rules.map(({ reference }) => reference);
  for (const [alias, fields] of aliases) {
    const ruleId = 'detect/loose-alias';
    if (!groupBy.includes(alias)) yield { ruleId, at: ['aliases', alias], message: `nothing is grouped by "${alias}"` };
    for (const rule of fields.keys())
      if (!references.includes(rule))
        yield { ruleId, at: ['aliases', alias, rule], message: `"${rule}" is not among the rules` };
    for (const reference of references)
      if (!fields.has(reference))
        yield { ruleId, at: ['aliases', alias], message: `does not say which field "${alias}" is in ${reference}` };
  }
}
