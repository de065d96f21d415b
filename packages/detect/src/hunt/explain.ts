// SPDX-License-Identifier: Apache-2.0
import { explainRule as explainFalcoRule, type Explanation, type FalcoRule } from '../falco/index.ts';
import type { LogEvent } from '../events/event.ts';
import type { Expression, Leaf, Test } from '../sigma/expression.ts';
import { compileMatcher } from '../sigma/match.ts';
import type { SigmaRule } from '../sigma/rule.ts';
import { formatText } from '../sigma/text.ts';
import type { EventView } from '../sigma/view.ts';

/** Why an event meets an expression or does not, part by part. */
export interface Explained {
  readonly met: boolean;
  /** The question, as a person would ask it. */
  readonly asks: string;
  /** Of a leaf: what the event has; absent where the field is missing. */
  readonly has?: readonly unknown[];
  readonly parts?: readonly Explained[];
}

/** One for each selection of a rule, by name, and for each condition. */
export interface ExplainedRule {
  readonly matched: boolean;
  readonly conditions: readonly { readonly text: string; readonly met: boolean }[];
  readonly selections: Readonly<Record<string, Explained>>;
}

export function explainRule(rule: SigmaRule, view: EventView): ExplainedRule {
  const conditions = rule.expressions.map((expression, index) => ({
    text: rule.conditions[index]?.text ?? '',
    met: compileMatcher(expression)(view),
  }));
  const selections = [...rule.selections].map(([name, selection]) => [name, explain(selection, view)] as const);
  return {
    matched: conditions.some(({ met }) => met),
    conditions,
    selections: Object.fromEntries(selections),
  };
}

/** The same of a Falco rule, whose only selection is its condition. */
export function explainFalco(rule: FalcoRule, event: LogEvent): ExplainedRule {
  const condition = explainedOf(explainFalcoRule(rule, event));
  return {
    matched: condition.met,
    conditions: [{ text: rule.text.trim(), met: condition.met }],
    selections: { condition },
  };
}

const WORDS = { and: 'all of', or: 'one of', not: 'not', macro: 'macro', check: '' } as const;

function explainedOf({ kind, text, result, value, parts }: Explanation): Explained {
  return {
    met: result === 'true',
    asks: [WORDS[kind], text].filter(Boolean).join(' '),
    ...(value !== undefined && { has: [value] }),
    ...(parts && { parts: parts.map(explainedOf) }),
  };
}

function explain(expression: Expression, view: EventView): Explained {
  const met = compileMatcher(expression)(view);
  switch (expression.kind) {
    case 'leaf': {
      const { field } = expression;
      const has = field === undefined ? view.words() : view.values(field);
      return { met, asks: questionOf(expression), ...(has.length > 0 && { has }) };
    }
    case 'not':
      return { met, asks: 'not', parts: [explain(expression.part, view)] };
    case 'and':
    case 'or':
      return {
        met,
        asks: expression.kind === 'and' ? 'all of' : 'one of',
        parts: expression.parts.map((part) => explain(part, view)),
      };
  }
}

function questionOf({ field = 'any field', test }: Leaf): string {
  return `${field} ${describeTest(test)}`;
}

function describeTest(test: Test): string {
  switch (test.is) {
    case 'text':
      return `is ${JSON.stringify(formatText(test.text))}${test.cased ? ', case counts' : ''}`;
    case 'regex':
      return `matches /${test.source}/${test.flags}`;
    case 'cidr':
      return `is in ${test.network}`;
    case 'compare':
      return `${SIGNS[test.operator]} ${test.value}`;
    case 'null':
      return 'is missing or null';
    case 'exists':
      return test.present ? 'is there' : 'is not there';
    case 'field':
      return `${test.part === 'whole' ? 'is' : test.part} the value of ${test.other}`;
    case 'time':
      return `has ${test.part} ${SIGNS[test.operator]} ${test.value}`;
  }
}

const SIGNS = { eq: '=', lt: '<', lte: '≤', gt: '>', gte: '≥' } as const;
