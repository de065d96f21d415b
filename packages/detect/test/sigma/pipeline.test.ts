// SPDX-License-Identifier: Apache-2.0
import { parseYaml } from '@helios/core/input';
import { describe, expect, it } from 'vitest';
import { or } from '../../src/sigma/expression.ts';
import { compileMatcher } from '../../src/sigma/match.ts';
import { applyPipelines, type Pipeline, pipelineSchema, placeholdersOf } from '../../src/sigma/pipeline.ts';
import { EventView } from '../../src/sigma/view.ts';
import { judge, sigma } from '../stage.ts';
import { eventOf, ruleOf } from './event.ts';

const pipeline = (text: string): Pipeline => pipelineSchema.parse(parseYaml('test', text)[0]);

function matches(detection: string, transformations: string, fields: Readonly<Record<string, unknown>>): boolean {
  const rule = applyPipelines(ruleOf(detection), [pipeline(`{transformations: ${transformations}}`)]);
  return compileMatcher(or(rule.expressions))(new EventView(eventOf(fields)));
}

describe('a pipeline', () => {
  it.each<readonly [string, string, Readonly<Record<string, unknown>>, boolean]>([
    ['{s: {a: x}, condition: s}', '[{type: field_name_mapping, mapping: {a: b}}]', { b: 'x' }, true],
    ['{s: {a: x}, condition: s}', '[{type: field_name_mapping, mapping: {a: b}}]', { a: 'x' }, false],
    ['{s: {a: x}, condition: s}', '[{type: field_name_mapping, mapping: {a: [b, c]}}]', { c: 'x' }, true],
    ['{s: {a: x}, condition: not s}', '[{type: field_name_mapping, mapping: {a: [b, c]}}]', { c: 'x' }, false],
    [
      '{s: {a|fieldref: d}, condition: s}',
      '[{type: field_name_mapping, mapping: {a: b, d: e}}]',
      { b: 'x', e: 'x' },
      true,
    ],
    [
      '{s: {constructor: x}, condition: s}',
      '[{type: field_name_mapping, mapping: {a: b}}]',
      { constructor: 'x' },
      true,
    ],
    ['{s: {a: x}, condition: s}', '[{type: add_condition, conditions: {p: q}}]', { a: 'x' }, false],
    ['{s: {a: x}, condition: s}', '[{type: add_condition, conditions: {p: [q, r]}}]', { a: 'x', p: 'r' }, true],
    [
      '{s: {a: x}, condition: s}',
      '[{type: add_condition, conditions: {p: q}, negated: true}]',
      { a: 'x', p: 'q' },
      false,
    ],
    [
      '{s: {a: x, b: y}, condition: s}',
      '[{type: drop_detection_item, field_name_conditions: [{type: include_fields, fields: [b]}]}]',
      { a: 'x' },
      true,
    ],
    [
      '{s: {a: x, b: null}, condition: s}',
      '[{type: drop_detection_item, detection_item_conditions: [{type: is_null}]}]',
      { a: 'x', b: 'z' },
      true,
    ],
    [
      '{s: {a: x}, t: {b: y}, condition: s and not t}',
      '[{type: drop_detection_item, field_name_conditions: [{type: exclude_fields, fields: [a]}]}]',
      { a: 'x', b: 'y' },
      true,
    ],
    ['{s: {a: x}, condition: s}', '[{type: drop_detection_item}]', { a: 'x' }, false],
    [
      '{s: {a: x}, condition: s}',
      '[{type: field_name_mapping, mapping: {a: b}, rule_conditions: [{type: logsource, product: linux}]}]',
      { a: 'x' },
      true,
    ],
    [
      '{s: {a: x}, condition: s}',
      '[{type: field_name_mapping, mapping: {a: b}, rule_conditions: [{type: logsource, product: linux}], rule_cond_not: true}]',
      { b: 'x' },
      true,
    ],
    [
      '{s: {a: x}, condition: s}',
      '[{type: field_name_mapping, mapping: {a: b}, rule_conditions: [{type: logsource, product: linux}, {type: contains_field, field: a}], rule_cond_op: or}]',
      { b: 'x' },
      true,
    ],
    [
      '{s: {a: x}, condition: s}',
      '[{type: field_name_mapping, mapping: {a: b}}, {type: field_name_mapping, mapping: {b: c}}]',
      { c: 'x' },
      true,
    ],
  ])('of %s by %s', (detection, transformations, fields, expected) => {
    expect(matches(detection, transformations, fields)).toBe(expected);
  });

  it('of a higher priority comes later', () => {
    const late = pipeline('{priority: 20, transformations: [{type: field_name_mapping, mapping: {b: c}}]}');
    const early = pipeline('{priority: 10, transformations: [{type: field_name_mapping, mapping: {a: b}}]}');
    const rule = applyPipelines(ruleOf('{s: {a: x}, condition: s}'), [late, early]);
    expect(JSON.stringify(rule.expressions)).toContain('"field":"c"');
  });

  it('changes what log a rule is about', () => {
    const rule = applyPipelines(ruleOf('{s: {a: x}, condition: s}'), [
      pipeline('{transformations: [{type: change_logsource, product: windows, service: sysmon}]}'),
    ]);
    expect(rule.logsource).toEqual({ product: 'windows', service: 'sysmon' });
  });

  it('fills the placeholders that it is asked to', () => {
    const vars =
      '{vars: {admins: [root, adm], other: x}, transformations: [{type: value_placeholders, include: [admins]}]}';
    expect(placeholdersOf([pipeline(vars)])).toEqual(new Map([['admins', ['root', 'adm']]]));
    expect(placeholdersOf([pipeline('{vars: {a: b}}')])).toEqual(new Map());
  });

  it.each([
    '{transformations: [{type: replace_string, regex: a, replacement: b}]}',
    '{transformations: [{type: add_condition, conditions: {a: b}, template: true}]}',
    '{transformations: [{type: drop_detection_item, rule_conditions: [{type: tag, tag: x}]}]}',
    '{transformations: [{type: add_condition, conditions: {a|bogus: b}}]}',
    '{transformations: [{type: add_condition, conditions: {}}]}',
    '{transformations: [{type: change_logsource, product: x, field_name_conditions: []}]}',
    '{transformations: [{type: value_placeholders, rule_conditions: [{type: logsource, product: linux}]}]}',
    '{postprocessing: [{type: embed}]}',
    '{finalizers: [{type: concat}]}',
    '{transformations: [{type: drop_detection_item, detection_item_cond_not: true}]}',
  ])('that asks for more than is done is refused: %s', (text) => {
    expect(pipelineSchema.safeParse(parseYaml('test', text)[0]).success).toBe(false);
  });

  it('stands in the configuration, and counts in the tests of rules', async () => {
    const files = {
      'helios.yaml': 'version: 1\ngates: {detect: {include: [rules/*.yml], pipelines: [pipelines/*.yml]}}\n',
      'rules/rule.yml': sigma(),
      'pipelines/map.yml': 'name: map\ntransformations:\n  - {type: field_name_mapping, mapping: {a: b}}\n',
      'rule.test.yaml': `schema: helios/detection-test/v1\nrule: 6f0c8a1e-0000-4000-8000-000000000001\nfile: rules/rule.yml\ncases:\n  - {name: n, expect: match, events: [{b: x}]}\n  - {name: o, expect: no-match, events: [{a: x}]}\n`,
    };
    expect((await judge(files)).ids).toEqual([]);
    const bad = { ...files, 'pipelines/map.yml': 'transformations: [{type: nothing}]\n' };
    await expect(judge(bad)).rejects.toThrow('pipelines/map.yml');
  });
});
