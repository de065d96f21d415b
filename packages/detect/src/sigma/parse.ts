// SPDX-License-Identifier: Apache-2.0
import type { Pointer } from '@helios/core/finding';
import type { Logsource } from '../events/event.ts';
import { resolveCondition } from './condition.ts';
import { and, type Expression, type Leaf, not, or } from './expression.ts';
import { applyModifiers, type Scalar } from './modifiers.ts';
import { type Problem, refuse, RuleProblem } from './problem.ts';
import type { SigmaRule } from './rule.ts';

type Fields = Readonly<Record<string, unknown>>;

export interface ParseSettings {
  /** What the placeholders of `expand` stand for. */
  readonly placeholders?: ReadonlyMap<string, readonly string[]>;
}

/** The selections of a detection by name, in their order. JSON. */
export type Selections = readonly (readonly [name: string, selection: Expression])[];

/** A rule, or what is wrong with it: never both. */
export type Parsed = { readonly rule: SigmaRule } | { readonly problem: Problem };

/**
 * Reads one rule out of its document (Sigma rules specification 2.1.0). `selections` are what an earlier reading made of
 * the same document with the same settings.
 */
export function parseRule(document: unknown, settings: ParseSettings = {}, selections?: Selections): Parsed {
  try {
    return { rule: ruleOf(document, settings.placeholders ?? new Map(), selections) };
  } catch (thrown) {
    if (thrown instanceof RuleProblem) return { problem: thrown.problem };
    throw thrown;
  }
}

function ruleOf(
  document: unknown,
  placeholders: ReadonlyMap<string, readonly string[]>,
  known: Selections | undefined,
): SigmaRule {
  const fields = fieldsOf(document, []);
  const { logsource, detection } = fields;
  const parsed = parseSelections({ logsource, detection, at: ['detection'], placeholders, ...(known && { known }) });
  const title = textOf(fields['title']) ?? '';
  const [id, name, level, status] = ['id', 'name', 'level', 'status'].map((key) => textOf(fields[key]));
  return {
    id: id ?? name ?? title,
    title,
    ...(name !== undefined && { name }),
    ...(level !== undefined && { level }),
    ...(status !== undefined && { status }),
    ...parsed,
  };
}

interface Written {
  readonly logsource: unknown;
  /** Selections by name, and the condition. */
  readonly detection: unknown;
  /** Where the detection stands. */
  readonly at: Pointer;
  readonly placeholders?: ReadonlyMap<string, readonly string[]>;
  /** Its selections, where they have been read before. */
  readonly known?: Selections;
}

/** What a rule or a filter asks. Throws RuleProblem. */
export function parseSelections({
  logsource,
  detection: written,
  at,
  placeholders = new Map(),
  known: remembered,
}: Written): Pick<SigmaRule, 'logsource' | 'expressions' | 'selections' | 'unused' | 'conditions'> {
  const detection = fieldsOf(written, at, 'the rule has no detection');
  const { condition, timeframe, ...named } = detection;
  if (timeframe !== undefined)
    refuse('unsupported', '`timeframe` was replaced by correlation rules', [...at, 'timeframe']);
  const selections = new Map<string, Expression>(
    remembered ??
      Object.entries(named).map(([name, each]) => [name, selectionOf(each, [...at, name], placeholders)] as const),
  );
  if (selections.size === 0) refuse('structure', 'the detection has no selection', at);
  const conditions = conditionsOf(condition, at);
  const known = {
    names: [...selections.keys()],
    expressionOf: (name: string): Expression => selections.get(name) ?? refuse('condition', `no ${name}`, at),
  };
  const resolved = conditions.map(({ text, at: place }) => resolveCondition(text, known, place));
  return {
    logsource: logsourceOf(logsource),
    expressions: resolved.map(({ expression }) => expression),
    selections,
    unused: known.names.filter((each) => !resolved.some(({ used }) => used.has(each))),
    conditions,
  };
}

function conditionsOf(condition: unknown, detection: Pointer): { text: string; at: Pointer }[] {
  const at = [...detection, 'condition'];
  const all = Array.isArray(condition) ? (condition as unknown[]) : [condition];
  if (condition === undefined || all.length === 0)
    refuse('structure', 'the detection has no condition', detection, 'Add one that names the selections.');
  return all.map((text, index) => {
    const here = Array.isArray(condition) ? [...at, index] : at;
    return typeof text === 'string' ? { text, at: here } : refuse('structure', 'a condition is text', here);
  });
}

/** Map: all of them; list of maps: one of them; list of words: one of them anywhere in the event. */
function selectionOf(
  selection: unknown,
  at: Pointer,
  placeholders: ReadonlyMap<string, readonly string[]>,
): Expression {
  if (Array.isArray(selection)) {
    const items = selection as unknown[];
    if (items.length === 0) refuse('structure', 'the selection is empty', at);
    return or(
      items.map((item, index) => {
        const here = [...at, index];
        return isFields(item) ? mapOf(item, here, placeholders) : keywordOf(item, here, placeholders);
      }),
    );
  }
  if (isFields(selection)) return mapOf(selection, at, placeholders);
  return keywordOf(selection, at, placeholders);
}

/** Fields with their values, as a selection has them; all must be met. Throws RuleProblem. */
export function parseMap(map: Fields): Expression {
  return mapOf(map, [], new Map());
}

function mapOf(map: Fields, at: Pointer, placeholders: ReadonlyMap<string, readonly string[]>): Expression {
  const entries = Object.entries(map);
  if (entries.length === 0) refuse('structure', 'the selection is empty', at);
  return and(entries.map(([key, value]) => itemOf(key, value, [...at, key], placeholders)));
}

function keywordOf(value: unknown, at: Pointer, placeholders: ReadonlyMap<string, readonly string[]>): Expression {
  return itemOf('', value, at, placeholders);
}

/** `field|modifier|…: value`, the field left out for keywords. */
function itemOf(
  key: string,
  value: unknown,
  at: Pointer,
  placeholders: ReadonlyMap<string, readonly string[]>,
): Expression {
  const [field = '', ...modifiers] = key.split('|');
  const list = Array.isArray(value);
  const values = list ? (value as unknown[]) : [value];
  if (values.length === 0) refuse('value', 'the list of values is empty', at, 'List a value, or leave the field out.');
  const place = (index: number): Pointer => (list ? [...at, index] : at);
  const scalars = values.map((each, index) => scalarOf(each, place(index)));
  const keyword = field === '';
  if (keyword && scalars.includes(null)) refuse('value', 'null is no keyword', at);
  const { tests, all, negated } = applyModifiers({ modifiers, values: scalars, at: place, keyword, placeholders });
  const parts = tests.map((ways, index) =>
    or(ways.map((test): Leaf => ({ kind: 'leaf', ...(keyword ? {} : { field }), test, at: place(index) }))),
  );
  const expression = all ? and(parts) : or(parts);
  if (!negated) return expression;
  if (keyword) refuse('modifier', '`neq` needs a field', at);
  return and([{ kind: 'leaf', field, test: { is: 'exists', present: true }, at }, not(expression)]);
}

function scalarOf(value: unknown, at: Pointer): Scalar {
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return value;
  return refuse('value', 'a value is text, a number, true, false or null', at);
}

function logsourceOf(value: unknown): Logsource {
  const fields = fieldsOf(value, ['logsource'], 'the rule has no logsource');
  const told = ['product', 'category', 'service'].flatMap((part) => {
    const named = fields[part];
    if (named === undefined || named === null || named === '') return [];
    // Left out, it would make the rule one about every log of the product.
    return [[part, textOf(named) ?? refuse('structure', `the ${part} is no text`, ['logsource', part])] as const];
  });
  if (told.length === 0) refuse('structure', 'the logsource names no product, category or service', ['logsource']);
  return Object.fromEntries(told);
}

function fieldsOf(value: unknown, at: Pointer, missing = 'the document is no rule'): Fields {
  return isFields(value) ? value : refuse('structure', missing, at);
}

function isFields(value: unknown): value is Fields {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
