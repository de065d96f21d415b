// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { parseRule } from '../../src/sigma/parse.ts';
import { problemOf, ruleDocument, ruleOf } from './event.ts';

describe('a rule that means nothing is refused, with the reason', () => {
  it.each([
    ['{condition: s}', 'structure: the detection has no selection'],
    ['{s: {a: 1}}', 'structure: the detection has no condition'],
    ['{s: {}, condition: s}', 'structure: the selection is empty'],
    ['{s: [], condition: s}', 'structure: the selection is empty'],
    ['{s: {a: []}, condition: s}', 'value: the list of values is empty'],
    ['{s: {a: {b: 1}}, condition: s}', 'value: a value is text, a number, true, false or null'],
    ['{s: [null], condition: s}', 'value: null is no keyword'],
    ['{s: {a: 1}, condition: t}', 'condition: there is no selection "t"'],
    ['{s: {a: 1}, condition: s and}', 'condition: the condition has the end where a selection is expected'],
    ['{s: {a: 1}, condition: (s}', 'condition: the condition has the end where ")" is expected'],
    [
      '{s: {a: 1}, condition: s s}',
      'condition: the condition has "s" at character 3 where "and", "or" or the end is expected',
    ],
    ['{s: {a: 1}, condition: "s; t"}', 'condition: ";" at character 2 has no meaning in a condition'],
    ['{s: {a: 1}, condition: 1 of x_*}', 'condition: no selection is called like "x_*"'],
    ['{s: {a: 1}, condition: 2 of s*}', 'unsupported: "2 of" is not known'],
    [
      '{s: {a: 1}, condition: s | count() > 5}',
      'unsupported: aggregations behind "|" were replaced by correlation rules',
    ],
    ['{s: {a: 1}, timeframe: 5m, condition: s}', 'unsupported: `timeframe` was replaced by correlation rules'],
    ['{s: {a|contain: x}, condition: s}', 'modifier: there is no modifier "contain"'],
    ['{s: {a|contains|all: x}, condition: s}', 'modifier: `all` asks for all of one value'],
    ['{s: {a|contains: null}, condition: s}', 'modifier: `contains` cannot be applied to null'],
    ["{s: {a|base64: 'x*'}, condition: s}", 'modifier: `base64` cannot encode wildcards'],
    ["{s: {a|re: '(', b: 1}, condition: s}", 'value: is no regular expression that can be run'],
    ["{s: {a|re: 'a(?=b)'}, condition: s}", 'value: is no regular expression that can be run'],
    ['{s: {a|re: 5}, condition: s}', 'modifier: a regular expression must be text'],
    ['{s: {a|re|cidr: x}, condition: s}', 'modifier: `re` cannot be combined with `cidr`'],
    ['{s: {a|cidr|cased: 10.0.0.0/8}, condition: s}', 'modifier: `cidr` cannot be combined with `cased`'],
    ['{s: {a|contains|exists: true}, condition: s}', 'modifier: `exists` cannot be combined with `contains`'],
    ['{s: {a|gt|lt: 5}, condition: s}', 'modifier: `lt` cannot be combined with `gt`'],
    ['{s: {a|day|hour: 5}, condition: s}', 'modifier: `hour` cannot be combined with `day`'],
    ['{s: {a|fieldref|windash: b}, condition: s}', 'modifier: `fieldref` cannot be combined with `windash`'],
    ['{s: {a|cidr: 10.0.0.0/33}, condition: s}', 'value: "10.0.0.0/33" is no network'],
    ['{s: {a|exists: "yes"}, condition: s}', 'value: `exists` is either true or false'],
    ['{s: {a|gt: x}, condition: s}', 'value: `gt` compares with numbers, not "x"'],
    ['{s: {a: 9007199254740993}, condition: s}', 'value: a number of so many digits is not kept as it is written'],
    ["{s: {a|expand: '%admins%'}, condition: s}", 'placeholder: nothing says what %admins% stands for'],
    ["{s: {a|windash: '-a -b -c -d -e -f'}, condition: s}", 'value: `windash` would make 15625 values of this one'],
  ])('%s: %s', (detection, problem) => {
    expect(problemOf(detection)).toContain(problem);
  });

  it('without a log source, or one that says nothing', () => {
    for (const logsource of [undefined, {}, { definition: 'x' }, 'windows'])
      expect(parseRule(ruleDocument('{s: {a: 1}, condition: s}', { logsource }))).toMatchObject({
        problem: { kind: 'structure' },
      });
    const widened = { product: 'windows', category: ['process_creation'] };
    expect(parseRule(ruleDocument('{s: {a: 1}, condition: s}', { logsource: widened }))).toMatchObject({
      problem: { message: 'the category is no text', at: ['logsource', 'category'] },
    });
    for (const document of [undefined, null, 5, [], 'x', {}]) expect(parseRule(document)).toHaveProperty('problem');
  });

  it('nested too deep, at once', () => {
    const deep = `${'('.repeat(100_000)}s${')'.repeat(100_000)}`;
    expect(problemOf(`{s: {a: 1}, condition: '${deep}'}`)).toBe(
      'condition: the condition is nested more than 100 deep',
    );
    expect(ruleOf(`{s: {a: 1}, condition: '${'not '.repeat(100_000)}s'}`).expressions).toHaveLength(1);
  });
});

it('a placeholder stands for each of its values, and an escaped percent sign for itself', () => {
  const placeholders = new Map([['admins', ['adm_*', 'root']]]);
  const { expressions } = ruleOf("{s: {a|expand: 'x\\%%admins%'}, condition: s}", { placeholders });
  expect(JSON.stringify(expressions)).toContain('x%adm_');
  expect(JSON.stringify(expressions)).toContain('x%root');
});

it('selections that no condition uses are told', () => {
  expect(ruleOf('{s: {a: 1}, t: {b: 1}, condition: s}').unused).toEqual(['t']);
});
