// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import type { Expression } from '../../src/falco/condition/expression.ts';
import { parseCondition } from '../../src/falco/index.ts';
import { holds, refusal } from './stage.ts';

/** A condition of macros with all of its parentheses. */
function shapeOf(expression: Expression): string {
  switch (expression.kind) {
    case 'and':
    case 'or':
      return `(${expression.operands.map(shapeOf).join(` ${expression.kind} `)})`;
    case 'not':
      return `!${shapeOf(expression.operand)}`;
    case 'macro':
      return expression.name;
    case 'check':
      return `[${expression.left.name} ${expression.operator}]`;
  }
}

describe('precedence', () => {
  it.each([
    ['a or b and c', '(a or (b and c))'],
    ['a and b or c and d', '((a and b) or (c and d))'],
    ['not a and b', '(!a and b)'],
    ['not (a and b)', '!(a and b)'],
    ['not not a', 'a'],
    ['not not not a', '!a'],
    ['not(a)', '!a'],
    ['not not(a)', 'a'],
    ['a and(b or c)', '(a and (b or c))'],
    ['(a)and(b)', '(a and b)'],
    ['a and not b or not c', '((a and !b) or !c)'],
    ['a and (b and c)', '(a and (b and c))'],
    ['a and b and c', '(a and b and c)'],
    [' a\n\tor\n b ', '(a or b)'],
    ['notify and android or origin', '((notify and android) or origin)'],
    ['proc.name=a and evt.type in(x)', '([proc.name =] and [evt.type in])'],
    ['proc.name exists and a', '([proc.name exists] and a)'],
  ])('%s is %s', (text, shape) => {
    expect(shapeOf(parseCondition(text))).toBe(shape);
  });
});

describe('escapes within quotes', () => {
  it.each([
    [String.raw`"a\"b"`, 'a"b'],
    [String.raw`'a\'b'`, "a'b"],
    [String.raw`"a'b"`, "a'b"],
    [String.raw`"a\\b"`, String.raw`a\b`],
    [String.raw`"a\nb\tc\rd\be\f"`, 'a\nb\tc\rd\be\f'],
    [String.raw`"a\/b"`, 'a/b'],
    // For old rules Falco reads an escaped blank as a backslash.
    [String.raw`"a\ b"`, String.raw`a\b`],
    ['"(a, b) = c"', '(a, b) = c'],
  ])('%s is %j', async (written, value) => {
    expect(await holds(`proc.cmdline = ${written}`, { 'proc.cmdline': value })).toBe(true);
  });

  it('do not work without quotes', async () => {
    expect(await holds(String.raw`proc.cmdline = a\n`, { 'proc.cmdline': String.raw`a\n` })).toBe(true);
  });
});

describe('a condition that is wrong says where, and what was expected', () => {
  it.each([
    ['', 0, "'(', 'not', a field or the name of a macro"],
    ['proc.name = a and', 17, "'(', 'not', a field or the name of a macro"],
    ['proc.name = a proc.pname = b', 14, "'and', 'or' or the end"],
    ['(proc.name = a', 14, "')', 'and' or 'or'"],
    ['proc.name = a)', 13, "'and', 'or' or the end"],
    ['proc.name is a', 10, 'an operator: = !='],
    ['proc.name', 9, 'an operator: = !='],
    ['proc.name = ', 12, 'a word, a quoted string, val()'],
    ['fd.num > many', 9, 'a number, val()'],
    ['proc.name in a b', 15, "'and', 'or' or the end"],
    ['proc.name in (a b)', 16, "',' or ')'"],
    ['proc.name in (a,)', 16, 'a word or a quoted string'],
    ['proc.name in "a"', 13, "'(', val()"],
    ['proc.name = "a', 12, '" (a quote after a backslash does not end a string)'],
    [String.raw`proc.name = "a\\"`, 12, '" (a quote after a backslash does not end a string)'],
    [String.raw`proc.name = "a\x41"`, 14, 'one of \\b'],
    [String.raw`proc.name = 'a\"'`, 14, 'one of \\b'],
    ['proc.aname[] = a', 11, 'a word or a quoted string'],
    ['proc.aname[1 = a', 12, "']'"],
    ['lower(proc.name) = a', 0, 'a field, tolower()'],
    ['tolower(lower(proc.name)) = a', 8, 'a field, tolower()'],
    ['tolower(proc.name = a', 18, "')'"],
    ['tolower(a) = a', 8, 'a field, tolower()'],
    ['val(proc.name) = a', 0, 'a field, tolower()'],
    ['proc.name = val(x)', 16, 'a field'],
    ['and a', 0, "'(', 'not'"],
    ['not', 0, "'(', 'not'"],
  ])('%s', async (condition, offset, expected) => {
    const refused = condition === '' ? tryParse(condition) : await refusal(condition);
    expect(refused).toMatchObject({ offset, expected: expect.stringContaining(expected) as unknown });
  });
});

function tryParse(text: string): unknown {
  try {
    return parseCondition(text);
  } catch (thrown) {
    return thrown;
  }
}
