// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { loadRuleset, parseRulesFile } from '../../src/falco/index.ts';
import { holds, issuesOf, load, refusal, ruleOf, ruleText } from './stage.ts';

/** Milliseconds that a refusal or an answer may take, on a busy machine. */
const SOON = 2_000;

async function soon<T>(run: () => Promise<T>): Promise<T> {
  const start = performance.now();
  const result = await run();
  expect(performance.now() - start).toBeLessThan(SOON);
  return result;
}

describe('hostile conditions are refused or answered soon', () => {
  it.each([
    ['parentheses', `${'('.repeat(1000)}proc.name = a${')'.repeat(1000)}`],
    ['negated parentheses', `${'not ('.repeat(1000)}proc.name = a${')'.repeat(1000)}`],
    ['100,000 open parentheses', '('.repeat(100_000)],
    ['transformers', `${'tolower('.repeat(1000)}proc.name${')'.repeat(1000)} = a`],
  ])('%s, deep', async (_, condition) => {
    const refused = await soon(() => refusal(condition));
    expect(refused?.message).toBe('the condition is nested deeper than 200 levels');
    expect(refused?.expected).toContain('macros');
  });

  it('as deep as Falco goes is read', async () => {
    expect(await holds(`${'('.repeat(200)}proc.name = a${')'.repeat(200)}`, { 'proc.name': 'a' })).toBe(true);
  });

  it('many negations, checks and values', async () => {
    expect(await soon(() => holds(`${'not '.repeat(100_001)}proc.name = a`, { 'proc.name': 'a' }))).toBe(false);
    expect(
      await soon(() => holds(Array.from({ length: 50_000 }, () => 'proc.name = a').join(' or '), { 'proc.name': 'a' })),
    ).toBe(true);
    const values = Array.from({ length: 100_000 }, (_, i) => `v${i}`).join(', ');
    expect(await soon(() => holds(`proc.name in (${values})`, { 'proc.name': 'v99999' }))).toBe(true);
  });

  it('more checks than there may be', async () => {
    const macro = `- {macro: m, condition: ${Array.from({ length: 1000 }, () => 'proc.name=a').join(' or ')}}\n`;
    const loaded = await soon(() => load(macro + ruleText(Array.from({ length: 100 }, () => 'm').join(' or '))));
    expect(issuesOf(loaded)).toEqual(['LOAD_ERR_COMPILE_CONDITION r: the condition has more than 100,000 checks']);
  });

  it('strings that never end, and escapes without end', async () => {
    expect((await soon(() => refusal(`proc.name = "${String.raw`\"`.repeat(100_000)}`)))?.message).toBe(
      'a string is not closed',
    );
    expect((await soon(() => refusal(`proc.name = "${'\\'.repeat(100_001)}x"`)))?.message).toContain('is no escape');
  });

  it('control characters are no blanks, and are shown', async () => {
    expect((await refusal('proc.name\u001b= a'))?.offset).toBe(9);
    expect(await holds('proc.name = "a\u0000b"', { 'proc.name': 'a\u0000b' })).toBe(true);
  });
});

describe('hostile macros and lists', () => {
  it('macros that double are refused, not expanded', async () => {
    const macros = Array.from({ length: 60 }, (_, i) =>
      i === 0 ? '- {macro: m0, condition: proc.name = a}\n' : `- {macro: m${i}, condition: m${i - 1} and m${i - 1}}\n`,
    );
    const loaded = await soon(() => load(macros.join('') + ruleText('m59')));
    expect(loaded.ruleset.rules).toEqual([]);
    expect(issuesOf(loaded)[0]).toContain('the condition has more than 100,000 checks');
  });

  it('lists that double are refused, not expanded', async () => {
    const lists = Array.from(
      { length: 60 },
      (_, i) => `- {list: l${59 - i}, items: ${i === 0 ? '[l58, l58]' : `[l${58 - i}, l${58 - i}]`}}\n`,
    );
    const reversed = lists.toReversed().join('');
    const loaded = await soon(() => load(`${lists.join('')}${reversed}${ruleText('proc.name in (l59)')}`));
    expect(loaded.issues.length).toBeGreaterThan(0);
  });

  it('a loop of a thousand macros is named', async () => {
    const first = Array.from({ length: 1000 }, (_, i) => `- {macro: m${i}, condition: proc.name = a}\n`).join('');
    const second = Array.from({ length: 1000 }, (_, i) => `- {macro: m${i}, condition: m${(i + 1) % 1000}}\n`).join('');
    const loaded = await soon(() => load(first + second + ruleText('m0')));
    expect(loaded.ruleset.rules).toEqual([]);
    expect(issuesOf(loaded)[0]).toContain("reference loop in macro 'm0'");
  });

  it('macros that are stacked too high are refused, 40,000 of them', async () => {
    const stack = (count: number) =>
      Array.from(
        { length: count },
        (_, i) => `- {macro: m${i}, condition: ${i === 0 ? 'proc.name = a' : `m${i - 1}`}}\n`,
      ).join('');
    const loaded = await soon(() => load(stack(40_000) + ruleText('m39999')));
    expect(issuesOf(loaded)).toEqual([
      'LOAD_ERR_COMPILE_CONDITION m500: macros are stacked higher than 500',
      "LOAD_ERR_VALIDATE r: the macro 'm39999' does not compile, and the rule uses it",
    ]);
    expect((await load(stack(500) + ruleText('m499'))).ruleset.rules[0]?.condition.holds({ 'proc.name': 'a' })).toBe(
      true,
    );
  });

  it('many macros that use many macros', async () => {
    const leaves = Array.from({ length: 5_000 }, (_, i) => `- {macro: a${i}, condition: proc.name = a}\n`).join('');
    const middle = `- {macro: b, condition: ${Array.from({ length: 5_000 }, (_, i) => `a${i}`).join(' or ')}}\n`;
    const users = Array.from({ length: 5_000 }, (_, i) => `- {macro: c${i}, condition: b}\n`).join('');
    const { issues } = await soon(() => load(leaves + middle + users));
    expect(new Set(issues.map(({ code }) => code))).toEqual(new Set(['LOAD_UNUSED_MACRO']));
  });

  it('names of objects are names', async () => {
    const text = `- {list: constructor, items: [a]}\n- {macro: toString, condition: proc.name in (constructor)}\n${ruleText('toString')}`;
    const { ruleset } = await load(text);
    expect(ruleset.rules[0]?.condition.holds({ 'proc.name': 'a' })).toBe(true);
    expect(await holds('evt.arg.constructor exists', { evt: { arg: {} } })).toBe(false);
    expect(await holds('proc.env[__proto__] exists', { 'proc.env': {} })).toBe(false);
  });
});

describe('hostile patterns and values', () => {
  const long = 'a'.repeat(100_000);

  it.each([
    ['glob', '*a*a*a*a*a*a*a*a*a*a*b'],
    ['glob', '*[a]*[a]*[a]*[a]*[a]*b'],
    ['iglob', '*A*A*A*A*A*b'],
    ['regex', '(a+)+b'],
    ['regex', '(a|a)*b'],
    ['regex', '(.*)*b'],
  ])('%s %s does not explode', async (operator, pattern) => {
    const rule = await ruleOf(`fd.name ${operator} "${pattern}"`);
    const start = performance.now();
    expect(rule.condition.holds({ 'fd.name': long })).toBe(false);
    expect(performance.now() - start).toBeLessThan(SOON);
  });

  it.each([
    ['regex', '((a{1000}){1000}){1000}'],
    ['regex', '['],
    ['regex', 'a**'.repeat(1)],
    ['glob', '@(a'],
  ])('%s %s is refused', async (operator, pattern) => {
    const refused = await soon(() => refusal(`fd.name ${operator} "${pattern}"`));
    expect(refused?.message).toContain(`invalid ${operator} pattern: `);
  });

  it('a pattern longer than there may be is refused', async () => {
    expect((await refusal(`fd.name glob ${'*'.repeat(4097)}`))?.message).toBe(
      'invalid glob pattern: it is longer than 4,096 characters',
    );
  });

  it('brackets and backslashes without end', async () => {
    for (const text of ['['.repeat(4_000), '[\\'.repeat(1_300), '[[:'.repeat(1_300), '['.repeat(50_000)]) {
      await soon(() => refusal(`fd.name glob '${text.replaceAll('\\', '\\\\')}x'`));
      await soon(() => refusal(`fd.name regex '${text.replaceAll('\\', '\\\\')}x'`));
    }
  });
});

describe('hostile files', () => {
  it.each([
    ['nothing', ''],
    ['a scalar', 'x'],
    ['numbers', '[1, 2]'],
    ['deep YAML', '['.repeat(5000)],
    [
      'an alias bomb',
      'a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d]\nf: &f [*e,*e,*e,*e,*e,*e,*e,*e,*e]\ng: &g [*f,*f,*f,*f,*f,*f,*f,*f,*f]\n',
    ],
    ['the prototype', '- {__proto__: {rule: r}}'],
    [
      'deep exceptions',
      `${ruleText('proc.name = a')}  exceptions: [{name: e, fields: ${'['.repeat(90)}a${']'.repeat(90)}}]\n`,
    ],
    ['objects in exceptions', `${ruleText('proc.name = a')}  exceptions: [{name: e, fields: [{a: b}]}]\n`],
    [
      'an exception that closes parentheses',
      `${ruleText('proc.name = a')}  exceptions: [{name: e, fields: [proc.name], values: [["x) or (proc.name exists"]]}]\n`,
    ],
  ])('%s: no exception, and soon', async (_, text) => {
    const { ruleset } = await soon(async () => loadRuleset([await parseRulesFile('a.yaml', text)]));
    expect(ruleset.rules.length).toBeLessThanOrEqual(1);
  });

  it('YAML that is wrong says where', async () => {
    const { issues } = await load('- rule: r\n  desc: [\n');
    expect(issues).toMatchObject([
      { code: 'LOAD_ERR_YAML_PARSE', level: 'error', path: 'a.yaml', line: expect.any(Number) as unknown },
    ]);
  });
});
