// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { explainRule, outputOf } from '../../src/falco/index.ts';
import { eventOf, issuesOf, load, ruleOf, ruleText } from './stage.ts';

async function outputFor(output: string, fields: Readonly<Record<string, unknown>>): Promise<string> {
  const loaded = await load(ruleText('evt.type = open').replace('"o"', JSON.stringify(output)));
  const [rule] = loaded.ruleset.rules;
  return rule ? outputOf(rule, eventOf(fields)) : issuesOf(loaded).join('; ');
}

describe('output', () => {
  it.each([
    ['by %proc.name.', { 'proc.name': 'cat' }, 'by cat.'],
    ['by %proc.name', {}, 'by <NA>'],
    ['*by %proc.name', { 'proc.name': null }, 'by <NA>'],
    ['%proc.name%proc.pid', { 'proc.name': 'cat', 'proc.pid': 7 }, 'cat7'],
    ['[%5proc.name]', { 'proc.name': 'cat' }, '[cat  ]'],
    ['[%2proc.name]', { 'proc.name': 'cat' }, '[ca]'],
    ['%proc.aname[2]', { 'proc.aname[2]': 'sshd' }, 'sshd'],
    ['%proc.env[A B]', { 'proc.env': { 'A B': 1 } }, '1'],
    ["%proc.env['A B']", { 'proc.env': { 'A B': 1 } }, '1'],
    ['%evt.arg.flags,', { 'evt.arg.flags': 'O_RDWR' }, 'O_RDWR,'],
    ['%toupper(proc.name)!', { 'proc.name': 'cat' }, 'CAT!'],
    ['%toupper(basename(proc.exepath))', { 'proc.exepath': '/bin/cat' }, 'CAT'],
    ['%(proc.name)s', { 'proc.name': 'cat' }, 'cats'],
    ['(%proc.name)', { 'proc.name': 'cat' }, '(cat)'],
    ['%proc.name.exe', { 'proc.name': 'cat' }, 'cat.exe'],
    ['%fd.types', { 'fd.types': ['a', 'b'] }, '(a,b)'],
    ['user=%user.name', { 'user.name': 'a\n\u001b[31mb\u202e' }, String.raw`user=a\n\u001b[31mb\u202e`],
    ['a\nb %proc.name', { 'proc.name': 'c' }, String.raw`a\nb c`],
  ])('%j of %j is %s', async (output, fields, text) => {
    expect(await outputFor(output, fields)).toBe(text);
  });

  it.each([
    ['100 %', 'an output cannot end with %'],
    ['%proc', 'invalid formatting token proc'],
    ['%%proc.name', 'invalid formatting token %proc.name'],
    ['%proc.nme', 'nonexistent field proc.nme'],
    ['%toupper(proc.name', 'a parenthesis is not closed'],
    ['%toupper(fd.num)', 'toupper() does not take fd.num'],
  ])('%s is refused', async (output, message) => {
    expect(await outputFor(output, {})).toContain(`LOAD_ERR_COMPILE_OUTPUT r: ${message}`);
  });

  it('warns of what says nothing any more', async () => {
    for (const old of ['%container.info', '%evt.dir', '%evt.latency']) {
      const loaded = await load(ruleText('evt.type = open').replace('"o"', `"x ${old}"`));
      expect(loaded.issues.map(({ code }) => code)).toEqual(['LOAD_DEPRECATED_ITEM']);
    }
  });
});

describe('explaining', () => {
  it('says of each part whether it holds, and what the event has', async () => {
    const macros = '- {macro: m, condition: fd.num >= 0}\n';
    const rule = await ruleOf(
      'evt.type = open and not proc.name in (a,  b) and (m or user.name = u)',
      'syscall',
      macros,
    );
    const explanation = explainRule(rule, eventOf({ 'evt.type': 'open', 'proc.name': 'a', 'fd.num': '7' }));
    expect(explanation).toEqual({
      kind: 'and',
      result: 'false',
      parts: [
        { kind: 'check', text: 'evt.type = open', result: 'true', value: 'open' },
        {
          kind: 'not',
          result: 'false',
          parts: [{ kind: 'check', text: 'proc.name in (a, b)', result: 'true', value: 'a' }],
        },
        {
          kind: 'or',
          result: 'true',
          parts: [
            {
              kind: 'macro',
              text: 'm',
              result: 'true',
              parts: [{ kind: 'check', text: 'fd.num >= 0', result: 'true', value: '7' }],
            },
            { kind: 'check', text: 'user.name = u', result: 'absent' },
          ],
        },
      ],
    });
  });

  it('shows what is hidden in values', async () => {
    const rule = await ruleOf('proc.name exists');
    expect(explainRule(rule, eventOf({ 'proc.name': 'a\u001b[0m' })).value).toBe(String.raw`a\u001b[0m`);
  });

  it('shows transformed values, and the exceptions of a rule', async () => {
    const text = ruleText(
      'toupper(proc.name) = A',
      'syscall',
      '  exceptions: [{name: e, fields: [user.name], values: [[u]]}]\n',
    );
    const [rule] = (await load(text)).ruleset.rules;
    const { parts } = rule ? explainRule(rule, eventOf({ 'proc.name': 'a', 'user.name': 'u' })) : {};
    expect(parts).toEqual([
      { kind: 'check', text: 'toupper(proc.name) = A', result: 'true', value: 'A' },
      { kind: 'not', result: 'false', parts: [{ kind: 'check', text: 'user.name = u', result: 'true', value: 'u' }] },
    ]);
  });
});
