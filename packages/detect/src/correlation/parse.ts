// SPDX-License-Identifier: Apache-2.0
import { nearestOf } from '@helios/core/config';
import type { Pointer } from '@helios/core/finding';
import { type Problem, refuse, RuleProblem } from '../sigma/problem.ts';
import { type Bound, type Correlation, CORRELATION_TYPES, type CorrelationType } from './correlation.ts';

type Fields = Readonly<Record<string, unknown>>;

const AT: Pointer = ['correlation'];
const KEYS: readonly string[] = ['type', 'rules', 'group-by', 'timespan', 'condition', 'aliases', 'generate'];
const OPERATORS: readonly string[] = ['gt', 'gte', 'lt', 'lte', 'eq', 'neq'];

/** Milliseconds; months and years as pySigma has them: a twelfth of a mean year, and a mean year. */
const UNITS: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
  M: 2_629_746_000,
  y: 31_556_952_000,
};

export function isCorrelation(document: unknown): boolean {
  return isFields(document) && 'correlation' in document;
}

/** Reads one correlation out of its document (Sigma correlation rules specification 2.1.0). */
export function parseCorrelation(document: unknown): { correlation: Correlation } | { problem: Problem } {
  try {
    return { correlation: correlationOf(document) };
  } catch (thrown) {
    if (thrown instanceof RuleProblem) return { problem: thrown.problem };
    throw thrown;
  }
}

function correlationOf(document: unknown): Correlation {
  const rule = isFields(document) ? document : refuse('structure', 'the document is no rule', []);
  const body = isFields(rule['correlation'])
    ? rule['correlation']
    : refuse('structure', 'the correlation is empty', AT);
  // A key that is passed over changes what is counted: without its group, everybody is one.
  for (const key of Object.keys(body)) {
    const meant = nearestOf(key, KEYS);
    if (!KEYS.includes(key))
      refuse('structure', `no correlation has "${key}"`, [...AT, key], meant && `Did you mean "${meant}"?`);
  }
  const type = typeOf(body['type']);
  const [id, name, title, level] = ['id', 'name', 'title', 'level'].map((key) => textOf(rule[key]));
  const condition = isFields(body['condition']) ? body['condition'] : {};
  if (body['condition'] !== undefined && !isFields(body['condition']))
    refuse(
      'unsupported',
      'a condition over the names of rules is not evaluated',
      [...AT, 'condition'],
      'Leave it out: all rules must be seen then.',
    );
  const bounds = boundsOf(condition);
  const fields = listOf(condition['field'], [...AT, 'condition', 'field']);
  const temporal = type.startsWith('temporal');
  if (type === 'temporal_ordered' && bounds.length > 0)
    refuse(
      'unsupported',
      'temporal_ordered waits for all of its rules, and takes no condition',
      [...AT, 'condition'],
      'Leave it out, or list only the rules that must be seen.',
    );
  if (!temporal && bounds.length === 0)
    refuse('structure', 'the condition has no bound', [...AT, 'condition'], 'Add one such as gte: 10.');
  if (type.startsWith('value_') && fields.length === 0)
    refuse('structure', `${type} counts the values of a field, and none is named`, [...AT, 'condition'], 'Add field.');
  if (type !== 'value_count' && fields.length > 1)
    refuse('structure', `${type} takes one field`, [...AT, 'condition', 'field']);
  const percentile = condition['percentile'];
  if (type === 'value_percentile' && !(typeof percentile === 'number' && percentile >= 0 && percentile <= 100))
    refuse('structure', 'the condition has no percentile from 0 to 100', [...AT, 'condition'], 'Add percentile.');
  return {
    id: id ?? name ?? title ?? '',
    title: title ?? '',
    ...(name !== undefined && { name }),
    ...(level !== undefined && { level }),
    type,
    rules: rulesOf(body['rules']),
    groupBy: listOf(body['group-by'], [...AT, 'group-by']),
    timespanMs: timespanOf(body['timespan']),
    bounds,
    fields,
    ...(type === 'value_percentile' && { percentile: percentile as number }),
    aliases: aliasesOf(body['aliases']),
    generate: generateOf(body['generate'], AT) || generateOf(rule['generate'], []),
  };
}

function generateOf(value: unknown, at: Pointer): boolean {
  if (value === undefined || typeof value === 'boolean') return value === true;
  return refuse('value', '`generate` is either true or false', [...at, 'generate'], 'Write it without quotes.');
}

function typeOf(type: unknown): CorrelationType {
  return (
    CORRELATION_TYPES.find((known) => known === type) ??
    refuse(
      'structure',
      `there is no correlation type ${JSON.stringify(type)}`,
      [...AT, 'type'],
      `Types: ${CORRELATION_TYPES.join(', ')}.`,
    )
  );
}

function rulesOf(value: unknown): { reference: string; at: Pointer }[] {
  const at = [...AT, 'rules'];
  const references = listOf(value, at);
  if (references.length === 0) refuse('structure', 'the correlation names no rules', at);
  return references.map((reference, index) => ({ reference, at: Array.isArray(value) ? [...at, index] : at }));
}

function boundsOf(condition: Fields): Bound[] {
  return Object.entries(condition).flatMap(([operator, value]): Bound[] => {
    if (operator === 'field' || operator === 'percentile') return [];
    const at = [...AT, 'condition', operator];
    if (!OPERATORS.includes(operator))
      refuse('structure', `there is no operator "${operator}"`, at, `Operators: ${OPERATORS.join(', ')}.`);
    if (typeof value !== 'number' || !Number.isFinite(value)) refuse('value', `${operator} needs a number`, at);
    return [{ operator: operator as Bound['operator'], value }];
  });
}

function timespanOf(value: unknown): number {
  const [, count, unit = ''] = (typeof value === 'string' && /^(\d{1,9})([smhdwMy])$/.exec(value)) || [];
  const scale = UNITS[unit];
  if (count === undefined || scale === undefined || Number(count) === 0)
    return refuse(
      'structure',
      `${JSON.stringify(value)} is no timespan`,
      [...AT, 'timespan'],
      'Write a number and one of s, m, h, d: 5m.',
    );
  return Number(count) * scale;
}

function aliasesOf(value: unknown): Map<string, Map<string, string>> {
  const aliases = new Map<string, Map<string, string>>();
  if (value !== undefined && !isFields(value))
    refuse('structure', 'aliases are names, each with a field for each rule', [...AT, 'aliases']);
  for (const [name, fields] of Object.entries(value ?? {})) {
    const at = [...AT, 'aliases', name];
    if (!isFields(fields)) refuse('structure', 'an alias names a field for each rule', at);
    const entries = Object.entries(fields).map(([reference, field]) => {
      if (typeof field !== 'string') refuse('structure', 'an alias names a field for each rule', [...at, reference]);
      return [reference, field] as const;
    });
    aliases.set(name, new Map(entries));
  }
  return aliases;
}

function listOf(value: unknown, at: Pointer): string[] {
  if (value === undefined) return [];
  const items = Array.isArray(value) ? (value as unknown[]) : [value];
  return items.map((item, index) =>
    typeof item === 'string' ? item : refuse('structure', 'a name is text', [...at, index]),
  );
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function isFields(value: unknown): value is Fields {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
