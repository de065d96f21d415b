// SPDX-License-Identifier: Apache-2.0
import { messageOf } from '@helios/core/error';
import { z } from 'zod';
import type { Logsource } from '../events/event.ts';
import { tells } from '../events/applies.ts';
import { and, type Expression, type Leaf, leavesOf, not, or } from './expression.ts';
import { parseMap } from './parse.ts';
import type { SigmaRule } from './rule.ts';

// The subset of pySigma's processing pipelines that changes rules and not queries. Whatever else a pipeline says is an
// unknown key or type, and refused by the schema: a transformation that is left out changes what a rule means.

const logsource = { category: z.string().optional(), product: z.string().optional(), service: z.string().optional() };
const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);

const ruleCondition = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('logsource'), ...logsource }),
  z.strictObject({ type: z.literal('contains_field'), field: z.string() }),
]);
const fieldCondition = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('include_fields'), fields: z.array(z.string()) }),
  z.strictObject({ type: z.literal('exclude_fields'), fields: z.array(z.string()) }),
]);
const itemCondition = z.strictObject({ type: z.literal('is_null') });

const joined = z.enum(['and', 'or']).optional();
const id = z.string().optional();
const ofRules = {
  id,
  rule_conditions: z.array(ruleCondition).default([]),
  rule_cond_op: joined,
  rule_cond_not: z.boolean().default(false),
};
const ofItems = {
  ...ofRules,
  field_name_conditions: z.array(fieldCondition).default([]),
  field_name_cond_op: joined,
  field_name_cond_not: z.boolean().default(false),
  detection_item_conditions: z.array(itemCondition).default([]),
};

const transformation = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('field_name_mapping'),
    mapping: z.record(z.string(), z.union([z.string(), z.array(z.string()).min(1)])),
    ...ofItems,
  }),
  z.strictObject({
    type: z.literal('add_condition'),
    conditions: z.record(z.string(), z.union([scalar, z.array(scalar).min(1)])).superRefine((map, context) => {
      try {
        parseMap(map);
      } catch (thrown) {
        context.addIssue({ code: 'custom', message: messageOf(thrown) });
      }
    }),
    negated: z.boolean().default(false),
    ...ofRules,
  }),
  z.strictObject({ type: z.literal('change_logsource'), ...logsource, ...ofRules }),
  z.strictObject({
    type: z.literal('value_placeholders'),
    include: z.array(z.string()).optional(),
    exclude: z.array(z.string()).optional(),
    // Placeholders are filled as rules are read, for all of them: a condition would be passed over.
    id,
  }),
  z.strictObject({ type: z.literal('drop_detection_item'), ...ofItems }),
]);
type Transformation = z.infer<typeof transformation>;
/** Those that change rules, under conditions on them; and of these the ones that change their items. */
type Change = Extract<Transformation, { rule_conditions: unknown }>;
type ItemChange = Extract<Change, { field_name_conditions: unknown }>;

/** A processing pipeline as pySigma 1.x reads it, without post-processing and finalizers, which are about queries. */
export const pipelineSchema = z.strictObject({
  name: z.string().optional(),
  priority: z.number().default(0),
  vars: z.record(z.string(), z.union([z.string(), z.array(z.string())])).default({}),
  transformations: z.array(transformation).default([]),
});
export type Pipeline = Readonly<z.infer<typeof pipelineSchema>>;

/** Lower priorities first; of the same the one that was named first. */
function ordered(pipelines: readonly Pipeline[]): Pipeline[] {
  return pipelines.toSorted((a, b) => a.priority - b.priority);
}

/** What placeholders stand for, where a pipeline fills them. */
export function placeholdersOf(pipelines: readonly Pipeline[]): Map<string, readonly string[]> {
  const values = new Map<string, readonly string[]>();
  for (const { vars, transformations } of ordered(pipelines)) {
    for (const each of transformations) {
      if (each.type !== 'value_placeholders') continue;
      for (const [name, value] of Object.entries(vars)) {
        const wanted = each.include?.includes(name) ?? !each.exclude?.includes(name);
        if (wanted) values.set(name, typeof value === 'string' ? [value] : value);
      }
    }
  }
  return values;
}

/** The rule as the pipelines leave it. A rule of which nothing is left asks for nothing that can be met. */
export function applyPipelines(rule: SigmaRule, pipelines: readonly Pipeline[]): SigmaRule {
  const all = ordered(pipelines).flatMap(({ transformations }) => transformations);
  const changes = all.filter((each) => each.type !== 'value_placeholders');
  return changes.reduce((before, each) => (isAbout(each, before) ? applyOne(each, before) : before), rule);
}

function isAbout(
  { rule_conditions: conditions, rule_cond_op: op, rule_cond_not: negated }: Change,
  rule: SigmaRule,
): boolean {
  if (conditions.length === 0) return true;
  const holds = (condition: z.infer<typeof ruleCondition>): boolean =>
    condition.type === 'logsource'
      ? tells(rule.logsource, logsourceOf(condition))
      : rule.expressions.some((each) => leavesOf(each).some(({ field }) => field === condition.field));
  return (op === 'or' ? conditions.some(holds) : conditions.every(holds)) !== negated;
}

function applyOne(each: Change, rule: SigmaRule): SigmaRule {
  switch (each.type) {
    case 'change_logsource':
      return { ...rule, logsource: logsourceOf(each) };
    case 'add_condition': {
      const added = parseMap(each.conditions);
      return { ...rule, expressions: rule.expressions.map((old) => and([each.negated ? not(added) : added, old])) };
    }
    case 'field_name_mapping':
      return changed(rule, (leaf) => (concerns(each, leaf) ? renamed(leaf, each.mapping) : leaf));
    case 'drop_detection_item':
      return changed(rule, (leaf) => (concerns(each, leaf) ? undefined : leaf));
  }
}

function logsourceOf({ category, product, service }: { [Key in keyof Logsource]: string | undefined }): Logsource {
  return { ...(category && { category }), ...(product && { product }), ...(service && { service }) };
}

function concerns(
  {
    field_name_conditions: fields,
    field_name_cond_op: op,
    field_name_cond_not: negated,
    detection_item_conditions: items,
  }: ItemChange,
  { field, test }: Leaf,
): boolean {
  if (!items.every(() => test.is === 'null')) return false;
  if (fields.length === 0) return true;
  const holds = (condition: z.infer<typeof fieldCondition>): boolean =>
    condition.fields.includes(field ?? '') === (condition.type === 'include_fields');
  return (op === 'or' ? fields.some(holds) : fields.every(holds)) !== negated;
}

/** A field that becomes several is met by one of them. */
function renamed(leaf: Leaf, mapping: Readonly<Record<string, string | readonly string[]>>): Expression {
  const { field, test } = leaf;
  // Any text may be a field's name, `constructor` too.
  const mapped = (name: string): string | readonly string[] | undefined =>
    Object.hasOwn(mapping, name) ? mapping[name] : undefined;
  const other = test.is === 'field' ? mapped(test.other) : undefined;
  const named: Leaf = test.is === 'field' && typeof other === 'string' ? { ...leaf, test: { ...test, other } } : leaf;
  const names = field === undefined ? undefined : mapped(field);
  if (names === undefined) return named;
  return or([names].flat().map((name) => ({ ...named, field: name })));
}

function changed(rule: SigmaRule, change: (leaf: Leaf) => Expression | undefined): SigmaRule {
  const expressions = rule.expressions.flatMap((each) => replaced(each, change) ?? []);
  const selections = [...rule.selections].flatMap(([name, each]) => {
    const left = replaced(each, change);
    return left ? [[name, left] as const] : [];
  });
  return { ...rule, expressions, selections: new Map(selections) };
}

/** What is left of an expression; an item that is dropped leaves its neighbours, and nothing of an empty selection. */
function replaced(expression: Expression, change: (leaf: Leaf) => Expression | undefined): Expression | undefined {
  if (expression.kind === 'leaf') return change(expression);
  if (expression.kind === 'not') {
    const part = replaced(expression.part, change);
    return part && not(part);
  }
  const parts = expression.parts.flatMap((part) => replaced(part, change) ?? []);
  if (parts.length === 0) return undefined;
  return expression.kind === 'and' ? and(parts) : or(parts);
}
