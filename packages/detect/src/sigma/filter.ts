// SPDX-License-Identifier: Apache-2.0
import { tells } from '../events/applies.ts';
import type { Logsource } from '../events/event.ts';
import { and, type Expression } from './expression.ts';
import { parseSelections } from './parse.ts';
import { type Problem, refuse, RuleProblem } from './problem.ts';
import type { SigmaRule } from './rule.ts';

/** What some rules ask besides (Sigma filters specification 2.1.0). */
export interface SigmaFilter {
  readonly id: string;
  readonly title: string;
  readonly logsource: Logsource;
  /** Ids or names of rules; absent for `any`. */
  readonly rules?: readonly string[];
  /** What must hold together with the rule. Nothing is negated that the author did not negate. */
  readonly expression: Expression;
}

export function isFilter(document: unknown): boolean {
  return document !== null && typeof document === 'object' && 'filter' in document && !('detection' in document);
}

export function parseFilter(document: unknown): { filter: SigmaFilter } | { problem: Problem } {
  try {
    return { filter: filterOf(document as Readonly<Record<string, unknown>>) };
  } catch (thrown) {
    if (thrown instanceof RuleProblem) return { problem: thrown.problem };
    throw thrown;
  }
}

function filterOf(document: Readonly<Record<string, unknown>>): SigmaFilter {
  const body = document['filter'];
  if (body === null || typeof body !== 'object' || Array.isArray(body))
    refuse('structure', 'the filter is empty', ['filter']);
  const { rules, ...detection } = body as Readonly<Record<string, unknown>>;
  const { expressions, logsource } = parseSelections({ logsource: document['logsource'], detection, at: ['filter'] });
  const title = typeof document['title'] === 'string' ? document['title'] : '';
  return {
    id: typeof document['id'] === 'string' ? document['id'] : title,
    title,
    logsource,
    ...(rules !== 'any' && { rules: referencesOf(rules) }),
    expression: and(expressions),
  };
}

/** A filter that names none is not one for all: a misspelt `rules` would silence every rule of the log source. */
function referencesOf(rules: unknown): string[] {
  const all = Array.isArray(rules) ? (rules as unknown[]) : rules === undefined ? [] : [rules];
  if (all.length === 0)
    refuse(
      'structure',
      'the filter names no rules',
      ['filter'],
      'List ids or names under `rules`, or write `rules: any`.',
    );
  return all.map((rule, index) =>
    typeof rule === 'string' ? rule : refuse('structure', 'a rule is named by text', ['filter', 'rules', index]),
  );
}

/** The rule with every filter that is about it: (rule) and (filter), as pySigma has it. */
export function applyFilters(rule: SigmaRule, filters: readonly SigmaFilter[]): SigmaRule {
  const own = filters.filter(
    ({ logsource, rules }) =>
      tells(rule.logsource, logsource) &&
      (rules === undefined || rules.includes(rule.id) || (rule.name !== undefined && rules.includes(rule.name))),
  );
  if (own.length === 0) return rule;
  const conditions = own.map(({ expression }) => expression);
  return { ...rule, expressions: rule.expressions.map((expression) => and([expression, ...conditions])) };
}
