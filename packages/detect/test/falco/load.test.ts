// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { type LoadCode, loadRuleset, unreadableRulesFile } from '../../src/falco/index.ts';
import { issuesOf, load, ruleText } from './stage.ts';

const RULE = `- rule: r
  desc: d
  condition: evt.type = open and proc.name = a
  output: o %proc.name
  priority: NOTICE
  tags: [x]
`;

async function matching(
  texts: readonly string[],
  fields: Readonly<Record<string, unknown>>,
): Promise<boolean | undefined> {
  const { ruleset } = await load(texts);
  return ruleset.rules[0]?.condition.holds({ 'evt.type': 'open', ...fields });
}

describe('lists', () => {
  const rule = (list: string) => RULE.replace('= a', `in (${list})`);

  it.each([
    ['[a, b]', 'in', { 'proc.name': 'b' }, true],
    ['["a b", c]', 'in', { 'proc.name': 'a b' }, true],
    [`['"a"', c]`, 'in', { 'proc.name': 'a' }, true],
    ['[a, 17]', 'in', { 'proc.name': '17' }, true],
    ['["a,b"]', 'in', { 'proc.name': 'b' }, true],
    ['[]', 'in', { 'proc.name': 'a' }, false],
  ])('%s', async (items, _, fields, result) => {
    expect(await matching([`- {list: l, items: ${items}}\n`, rule('l')], fields)).toBe(result);
  });

  it('are resolved beside words and within lists that come after them', async () => {
    const texts = ['- {list: inner, items: [a]}\n- {list: outer, items: [inner, b]}\n', rule('x, outer')];
    for (const name of ['x', 'a', 'b']) expect(await matching(texts, { 'proc.name': name })).toBe(true);
    expect(await matching(texts, { 'proc.name': 'inner' })).toBe(false);
    expect(issuesOf(await load(texts))).toEqual([]);
  });

  it('stay the words that they are where Falco leaves them: two levels down, defined early', async () => {
    const texts = ['- {list: c, items: [a]}\n- {list: b, items: [c]}\n- {list: l, items: [b]}\n', rule('l')];
    expect(await matching(texts, { 'proc.name': 'c' })).toBe(true);
    expect(issuesOf(await load(texts))).toEqual([
      "LOAD_COMPILE_CONDITION r: 'c' is the name of a list, and Falco does not resolve it here: it is nested too deep or defined too early",
    ]);
  });

  it('within lists that come before them are resolved with what they have resolved themselves', async () => {
    const texts = ['- {list: x, items: [a]}\n- {list: l, items: [inner]}\n- {list: inner, items: [x]}\n', rule('l')];
    expect(await matching(texts, { 'proc.name': 'a' })).toBe(true);
    expect(issuesOf(await load(texts))).toEqual([]);
  });

  it('are words within quotes, and values where they have one item', async () => {
    const lists = '- {list: l, items: [a]}\n';
    expect(await matching([lists, rule('"l"')], { 'proc.name': 'a' })).toBe(false);
    expect(await matching([lists, RULE.replace('= a', '= l')], { 'proc.name': 'a' })).toBe(true);
    expect(issuesOf(await load(['- {list: l, items: [a, b]}\n', RULE.replace('= a', '= l')]))).toEqual([
      "LOAD_ERR_COMPILE_CONDITION r: the list 'l' has 2 values",
    ]);
    expect(issuesOf(await load(['- {list: l, items: [a, b]}\n', RULE.replace('= a', 'in l')]))).toEqual([
      "LOAD_ERR_COMPILE_CONDITION r: the list 'l' is not in parentheses",
    ]);
  });
});

describe('macros', () => {
  const rule = RULE.replace('proc.name = a', 'm');

  it('stand for their whole condition', async () => {
    const macros =
      '- {macro: n, condition: proc.name = a or proc.name = b}\n- {macro: m, condition: n and user.name = u}\n';
    expect(await matching([macros, rule], { 'proc.name': 'b', 'user.name': 'u' })).toBe(true);
    expect(await matching([macros, rule], { 'proc.name': 'b' })).toBe(false);
  });

  it.each([
    ['not defined', '', "LOAD_ERR_VALIDATE r: undefined macro 'm' used in the condition"],
    [
      'defined below',
      '- {macro: m, condition: n}\n- {macro: n, condition: proc.name = a}\n',
      "LOAD_ERR_VALIDATE m: undefined macro 'n' used in the condition: it is defined further down",
    ],
    [
      'a loop',
      '- {macro: m, condition: proc.name = a}\n- {macro: n, condition: m}\n- {macro: m, condition: n}\n',
      "LOAD_ERR_VALIDATE m: reference loop in macro 'm': m uses n uses m",
    ],
    [
      'itself',
      '- {macro: m, condition: proc.name = a}\n- {macro: m, condition: or m, override: {condition: append}}\n',
      "LOAD_ERR_VALIDATE m: reference loop in macro 'm': m uses m",
    ],
    [
      'a loop further down',
      '- {macro: k, condition: proc.name = a}\n- {macro: j, condition: k}\n- {macro: k, condition: j}\n- {macro: m, condition: j}\n',
      "LOAD_ERR_VALIDATE k: reference loop in macro 'k': k uses j uses k",
    ],
  ])('%s is refused', async (_, macros, issue) => {
    const loaded = await load([macros, rule]);
    expect(issuesOf(loaded)).toContain(issue);
    expect(loaded.ruleset.rules).toEqual([]);
  });

  it('that do not compile are reported once, and who uses them is named', async () => {
    expect(
      issuesOf(
        await load([
          '- {macro: m, condition: proc.nme = a}\n- {macro: n, condition: m}\n',
          RULE.replace('proc.name = a', 'n'),
        ]),
      ),
    ).toEqual([
      'LOAD_ERR_COMPILE_CONDITION m: nonexistent field proc.nme',
      "LOAD_ERR_VALIDATE r: the macro 'm' does not compile, and the rule uses it",
    ]);
  });

  it('with a field that is not known are forgiven where the rule says so', async () => {
    const macro = '- {macro: m, condition: proc.nme = a}\n';
    expect(issuesOf(await load([macro, `${rule}  skip-if-unknown-filter: true\n`]))).toEqual([
      'LOAD_UNKNOWN_FILTER r: nonexistent field proc.nme, skipping the rule',
    ]);
  });
});

describe('appending and overriding', () => {
  const override = (rest: string, keys: string) => `- rule: r\n${rest}  override: {${keys}}\n`;

  it.each([
    ['a condition', override('  condition: or proc.name = b\n', 'condition: append'), { 'proc.name': 'b' }, true],
    [
      'a condition, and precedence goes through',
      override('  condition: and user.name = u\n', 'condition: append'),
      { 'proc.name': 'a' },
      false,
    ],
    ['another condition', override('  condition: proc.name = b\n', 'condition: replace'), { 'proc.name': 'a' }, false],
    ['append: true', '- rule: r\n  append: true\n  condition: or proc.name = b\n', { 'proc.name': 'b' }, true],
  ])('%s', async (_, change, fields, result) => {
    expect(await matching([RULE, change], fields)).toBe(result);
  });

  it('of every key', async () => {
    const { ruleset, issues } = await load([
      RULE,
      override('  output: more\n  desc: more\n  tags: [y]\n', 'output: append, desc: append, tags: append'),
      override(
        '  priority: critical\n  enabled: false\n  warn_evttypes: false\n  skip-if-unknown-filter: true\n',
        'priority: replace, enabled: replace, warn_evttypes: replace, skip-if-unknown-filter: replace',
      ),
    ]);
    expect(issues).toEqual([]);
    expect(ruleset.rules).toMatchObject([
      { output: 'o %proc.name more', description: 'd more', tags: ['x', 'y'], priority: 'CRITICAL', enabled: false },
    ]);
    const replaced = await load([
      RULE,
      override('  output: p\n  desc: e\n  tags: [z]\n', 'output: replace, desc: replace, tags: replace'),
    ]);
    expect(replaced.ruleset.rules).toMatchObject([{ output: 'p', description: 'e', tags: ['z'] }]);
  });

  it('of lists and macros', async () => {
    const base = `- {list: l, items: [a]}\n- {macro: m, condition: proc.name in (l)}\n${RULE.replace('proc.name = a', 'm')}`;
    const append =
      '- {list: l, items: [b], override: {items: append}}\n- {macro: m, condition: or user.name = u, override: {condition: append}}\n';
    const replace =
      '- {list: l, items: [b], override: {items: replace}}\n- {macro: m, condition: user.name in (l), override: {condition: replace}}\n';
    expect(await matching([base, append], { 'proc.name': 'b' })).toBe(true);
    expect(await matching([base, append], { 'proc.name': 'c', 'user.name': 'u' })).toBe(true);
    expect(await matching([base, replace], { 'proc.name': 'b' })).toBe(false);
    expect(await matching([base, replace], { 'user.name': 'b' })).toBe(true);
  });

  it('a later definition replaces the whole', async () => {
    expect(await matching([RULE, RULE.replace('= a', '= b')], { 'proc.name': 'a' })).toBe(false);
    const { ruleset, issues } = await load([RULE, '- {rule: r, enabled: false}\n']);
    expect(ruleset.rules[0]?.enabled).toBe(false);
    expect(issues.map(({ code }) => code)).toEqual(['LOAD_DEPRECATED_ITEM']);
  });

  it.each([
    [
      'priority: append',
      override('  priority: ERROR\n', 'priority: append'),
      "'priority' cannot be appended to; use 'replace' instead",
    ],
    ['source: replace', override('  source: x\n', 'source: replace'), "'source' cannot be replaced"],
    [
      'an unknown operation',
      override('  desc: x\n', 'desc: prepend'),
      "'prepend' is no override of 'desc'; there are append and replace",
    ],
    [
      'a key that is not there',
      override('', 'desc: replace'),
      "'desc' is to be overridden (replace) and is not defined",
    ],
    [
      'a key without an override',
      override('  desc: x\n  output: y\n', 'desc: replace'),
      "'output' is defined and has no entry under 'override'",
    ],
    [
      'both ways',
      '- {rule: r, append: true, condition: x, override: {condition: append}}\n',
      "'override' and 'append: true' cannot be used together",
    ],
  ])('%s is refused', async (_, change, message) => {
    expect(issuesOf(await load([RULE, change]), 'LOAD_DEPRECATED_ITEM')).toEqual([
      `LOAD_ERR_YAML_VALIDATE r: ${message}`,
    ]);
  });

  it.each([
    ['- {rule: q, condition: or x, override: {condition: append}}\n', "there is no rule 'q'"],
    ['- {rule: q, enabled: false}\n', "there is no rule 'q'"],
    ['- {macro: q, condition: or x, append: true}\n', "there is no macro 'q'"],
    ['- {list: q, items: [x], append: true}\n', "there is no list 'q'"],
    [RULE.replace('  priority', '  source: k8s_audit\n  priority'), 'the rule is defined again with another source'],
    ['- {rule: r, append: true}\n', 'an appended rule must have a condition or exceptions'],
  ])('%s is refused', async (change, message) => {
    const found = issuesOf(await load([RULE, change]), 'LOAD_DEPRECATED_ITEM');
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(/^LOAD_ERR_VALIDATE /);
    expect(found[0]).toContain(message);
  });

  it('an error within an appended part is found in its own file', async () => {
    const { issues } = await load([RULE, override('  condition: and proc.name is b\n', 'condition: append')]);
    expect(issues).toMatchObject([
      {
        code: 'LOAD_ERR_COMPILE_CONDITION',
        path: 'b.yaml',
        at: { document: 0, pointer: [0, 'condition'] },
        offset: 14,
      },
    ]);
  });
});

describe('exceptions', () => {
  const withException = (exception: string) =>
    `${RULE.replace(' and proc.name = a', '')}  exceptions:\n    - {name: e, ${exception}}\n`;
  const event = { 'proc.name': 'a', 'fd.name': '/etc/x', 'user.name': 'u' };

  it.each([
    ['one field', 'fields: proc.name, values: [a, b]', false],
    ['one field, another value', 'fields: proc.name, values: [b]', true],
    ['one field, pmatch', 'fields: fd.name, comps: pmatch, values: [/etc]', false],
    ['one field, intersects', 'fields: proc.name, comps: intersects, values: [a]', false],
    ['a list name as the value', 'fields: proc.name, values: [l]', false],
    ['a tuple, = where comps are left out', 'fields: [proc.name, user.name], values: [[a, u]]', false],
    ['a tuple of which one differs', 'fields: [proc.name, user.name], values: [[a, x]]', true],
    ['several tuples', 'fields: [proc.name, user.name], values: [[b, u], [a, u]]', false],
    ['comps of a tuple', 'fields: [proc.name, fd.name], comps: [=, startswith], values: [[a, /etc]]', false],
    ['contains and endswith', 'fields: [proc.name, fd.name], comps: [contains, endswith], values: [[a, /x]]', false],
    ['in with a list', 'fields: [proc.name, user.name], comps: [in, =], values: [[[b, a], u]]', false],
    ['in with a word', 'fields: [proc.name, user.name], comps: [in, =], values: [[a, u]]', false],
    ['in with the name of a list', 'fields: [proc.name, user.name], comps: [in, =], values: [[l, u]]', false],
    ['in with parentheses', 'fields: [proc.name, user.name], comps: [in, =], values: [["(a, b)", u]]', false],
    ['pmatch with a list', 'fields: [proc.name, fd.name], comps: [=, pmatch], values: [[a, [/etc, /usr]]]', false],
    ['glob', 'fields: [proc.name, fd.name], comps: [=, glob], values: [[a, /e*]]', false],
    ['a value with a blank', 'fields: [proc.name, user.name], values: [[a b, u]]', true],
    ['no values yet', 'fields: [proc.name, user.name]', true],
  ])('%s', async (_, exception, result) => {
    expect(await matching(['- {list: l, items: [a]}\n', withException(exception)], event)).toBe(result);
  });

  it('are added to: values to one that is there, new ones whole', async () => {
    const base = withException('fields: [proc.name], values: [[b]]');
    const append = (exception: string) =>
      `- rule: r\n  exceptions: [{name: ${exception}}]\n  override: {exceptions: append}\n`;
    expect(await matching([base, append('e, values: [[a]]')], event)).toBe(false);
    expect(await matching([base, append('f, fields: [user.name], values: [[u]]')], event)).toBe(false);
    expect(
      await matching(
        [
          withException('fields: proc.name, values: [a]'),
          append('e, values: [b]').replace('append', 'replace').replace('e,', 'e, fields: proc.name,'),
        ],
        event,
      ),
    ).toBe(true);
    expect(issuesOf(await load([base, append('e')]))).toEqual([
      "LOAD_APPEND_NO_VALUES the exception 'e' is overridden or appended to with no values",
    ]);
    for (const wrong of [
      'e, fields: [proc.name], values: [[a]]',
      'e, comps: [=], values: [[a]]',
      'g, values: [[a]]',
      'g, fields: [proc.name]',
    ]) {
      expect(issuesOf(await load([base, append(wrong)]), 'LOAD_APPEND_NO_VALUES')[0]).toMatch(
        /^LOAD_ERR_VALIDATE r: exception /,
      );
    }
  });

  it.each([
    ['no fields', 'values: [[a]]', 'it has no fields'],
    ['another length of comps', 'fields: [proc.name], comps: [=, =]', 'fields and comps must have the same length'],
    [
      'another length of values',
      'fields: [proc.name], values: [[a, b]]',
      'fields and values must have the same length',
    ],
    ['no such comparison', 'fields: [proc.name], comps: [is]', "'is' is no comparison"],
    ['no such field', 'fields: [proc.nme]', "'proc.nme' is no field of the source syscall"],
    [
      'a list of comps for one field',
      'fields: proc.name, comps: [in]',
      'fields is a single value, and comps is a list',
    ],
    [
      '= for one field',
      'fields: proc.name, comps: =',
      'with a single field, comps must be one of in, pmatch, intersects',
    ],
    [
      'a tuple for one field',
      'fields: proc.name, values: [[a]]',
      'each value must be a scalar, for there is one field',
    ],
  ])('%s: refused', async (_, exception, message) => {
    expect(issuesOf(await load(withException(exception)))).toEqual([`LOAD_ERR_VALIDATE r: exception 'e': ${message}`]);
  });

  it('that do not compile are found at their value', async () => {
    const { issues } = await load(withException('fields: [fd.num], values: [[1], [x]]'));
    expect(issues[0]).toMatchObject({
      code: 'LOAD_ERR_COMPILE_CONDITION',
      at: { document: 0, pointer: [0, 'exceptions', 0, 'values', 1] },
      message: "fd.num is compared with 'x', which is not a number",
    });
  });
});

describe('every code', () => {
  const of = async (...texts: string[]) => (await load(texts)).issues.map(({ code }) => code);
  const CASES: Readonly<Record<LoadCode, () => Promise<readonly string[]>>> = {
    LOAD_ERR_FILE_READ: async () =>
      loadRuleset([unreadableRulesFile('a.yaml', 'no such file')]).issues.map(({ code }) => code),
    LOAD_ERR_YAML_PARSE: () => of('- rule: [\n'),
    LOAD_ERR_YAML_VALIDATE: () => of('rule: r\n'),
    LOAD_ERR_COMPILE_CONDITION: () => of(ruleText('proc.name is a')),
    LOAD_ERR_COMPILE_OUTPUT: () => of(RULE.replace('%proc.name', '%proc.nme')),
    LOAD_ERR_VALIDATE: () => of(ruleText('nothing_here')),
    LOAD_ERR_EXTENSION: async () =>
      (await load('- {helios: 1}\n', { extension: () => ({ level: 'error', message: 'x' }) })).issues.map(
        ({ code }) => code,
      ),
    LOAD_UNKNOWN_SOURCE: () => of(ruleText('ct.name = x', 'aws_cloudtrail')),
    LOAD_UNSAFE_NA_CHECK: () => of(ruleText('ka.user.name != <NA>', 'k8s_audit')),
    LOAD_NO_EVTTYPE: () => of(RULE.replace('evt.type = open and ', '')),
    LOAD_UNKNOWN_FILTER: () => of(ruleText('proc.nme = a', 'syscall', '  skip-if-unknown-filter: true\n')),
    LOAD_UNUSED_MACRO: () => of('- {macro: m, condition: proc.name = a}\n'),
    LOAD_UNUSED_LIST: () => of('- {list: l, items: [a]}\n'),
    LOAD_UNKNOWN_ITEM: () => of('- {rul: r}\n'),
    LOAD_DEPRECATED_ITEM: () => of(ruleText('evt.type = open and evt.dir = <')),
    LOAD_WARNING_EXTENSION: async () =>
      (await load('- {helios: 1}\n', { extension: () => ({ level: 'warning', message: 'x' }) })).issues.map(
        ({ code }) => code,
      ),
    LOAD_APPEND_NO_VALUES: () =>
      of(
        `${RULE}  exceptions: [{name: e, fields: [proc.name]}]\n`,
        '- {rule: r, exceptions: [{name: e}], override: {exceptions: append}}\n',
      ),
    LOAD_EXCEPTION_NAME_NOT_UNIQUE: () =>
      of(`${RULE}  exceptions: [{name: e, fields: [proc.name]}, {name: e, fields: [proc.name]}]\n`),
    LOAD_INVALID_MACRO_NAME: () => of('- {macro: a-b, condition: proc.name = a}\n'),
    LOAD_INVALID_LIST_NAME: () => of('- {list: a b, items: []}\n'),
    LOAD_COMPILE_CONDITION: () => of(ruleText('proc.name = proc.pname')),
    LOAD_UNKNOWN_KEY: () => of(`${RULE}  warn_evttype: false\n`),
  };

  it.each(Object.entries(CASES))('%s', async (code, issues) => {
    expect(await issues()).toEqual([code]);
  });

  it.each([
    ['- {rule: r, desc: d, condition: evt.type = open, output: o}\n', "the item has no key 'priority'"],
    ['- {rule: r, desc: d, condition: evt.type = open, output: o, priority: HIGH}\n', "'HIGH' is no priority"],
    ['- {rule: r, desc: d, condition: "", output: o, priority: INFO}\n', "the value of 'condition' must not be empty"],
    ['- {rule: r, desc: d, condition: [a], output: o, priority: INFO}\n', "the value of 'condition' must be a scalar"],
    [
      '- {rule: r, desc: d, condition: evt.type = open, output: o, priority: INFO, tags: x}\n',
      "the value of 'tags' must be a sequence",
    ],
    ['- {rule: r, desc: d, condition: evt.type = open, output: o, priority: INFO, enabled: maybe}\n', 'true or false'],
    ['- {rule: r}\n', "a rule has condition, output, desc and priority, or 'enabled' alone"],
    ['- {list: l}\n', "the item has no key 'items'"],
    ['- {list: l, items: [[a]]}\n', "the items of 'items' must be scalars"],
    ['- {macro: m}\n', "the item has no key 'condition'"],
    ['- x\n', 'an element of a rules file must be a mapping'],
    ['- {required_engine_version: new}\n', "'new' is no engine version"],
    ['- {required_plugin_versions: x}\n', 'must be a sequence'],
    ['- {required_plugin_versions: [{name: p}]}\n', "the item has no key 'version'"],
  ])('%s is refused', async (text, message) => {
    const { issues } = await load(text);
    expect(issues).toMatchObject([
      { code: 'LOAD_ERR_YAML_VALIDATE', message: expect.stringContaining(message) as unknown },
    ]);
  });

  it.each([
    ['- {required_engine_version: 0.99.0}\n', 'the rules require engine version 0.99.0, and the engine has 0.57.0'],
    ['- {required_engine_version: 99}\n', 'the rules require engine version 0.99.0'],
    ['- {required_plugin_versions: [{name: p, version: one}]}\n', "'one' is no version of the plugin 'p'"],
    [
      '- {required_plugin_versions: [{name: p, version: 1.0.0, alternatives: [{name: p, version: 1.0.0}]}]}\n',
      "the plugin 'p' is required twice",
    ],
  ])('%s does not fit', async (text, message) => {
    const { issues } = await load(text);
    expect(issues).toMatchObject([{ code: 'LOAD_ERR_VALIDATE', message: expect.stringContaining(message) as unknown }]);
  });

  it('an engine of another major version is another engine; of several versions the highest counts', async () => {
    const old = await load('- {required_engine_version: 0.57.0}\n', { engineVersion: '1.0.0' });
    expect(old.issues.map(({ code }) => code)).toEqual(['LOAD_ERR_VALIDATE']);
    const several = await load([
      '- {required_engine_version: 0.40.0}\n',
      '- {required_engine_version: 41}\n',
      '- {required_engine_version: 0.9.0}\n',
    ]);
    expect(several.ruleset.engineVersion).toBe('0.41.0');
  });

  it('what is wrong is left out, and the rest is loaded and told', async () => {
    const { ruleset, issues } = await load([`- {list: a b, items: []}\n${RULE}- {macro: m, condition: (}\n`]);
    expect(ruleset.rules.map(({ name }) => name)).toEqual(['r']);
    expect(issues.map(({ code, level }) => [code, level])).toEqual([
      ['LOAD_INVALID_LIST_NAME', 'error'],
      ['LOAD_ERR_COMPILE_CONDITION', 'error'],
      ['LOAD_UNUSED_MACRO', 'warning'],
    ]);
  });
});

describe('kinds of events', () => {
  it.each([
    ['evt.type = open', false],
    ['evt.type in (open, openat)', false],
    ['proc.name = a', true],
    ['evt.type = open or proc.name = a', true],
    ['evt.type = open or evt.type = close and proc.name = a', false],
    ['not evt.type = open', true],
    ['not evt.type != open', false],
    ['not (not evt.type = open or proc.name = a)', false],
    ['evt.type = open and evt.type = close', true],
    ['evt.type exists', true],
    ['tolower(evt.type) = open', true],
  ])('%s', async (condition, warned) => {
    const { issues } = await load(ruleText(condition).replace('warn_evttypes: false', 'warn_evttypes: true'));
    expect(issues.map(({ code }) => code)).toEqual(warned ? ['LOAD_NO_EVTTYPE'] : []);
  });
});
