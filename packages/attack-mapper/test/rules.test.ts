// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { RULES } from '../src/rules.ts';
import { judge, makeTree, sigma } from './stage.ts';

/** Examples of rules about whole files are shown as the file that they are about. */
const PATHS: Readonly<Record<string, string>> = {
  'mapping/missing-atlas': 'ai-powershell.yml',
  'mapping/stale-catalog': 'helios.yaml',
};

describe('the example of each rule', () => {
  const rules = RULES.flatMap((rule) => ('example' in rule ? [rule] : []));
  it.each(rules)('$id is broken by its bad example and kept by its good one', async ({ id, example }) => {
    const path = PATHS[id] ?? 'rule.yml';
    const bad = await judge(makeTree({ [path]: example.bad }));
    const good = await judge(makeTree({ [path]: example.good }));
    expect(bad.ids).toContain(id);
    expect(good.ids).toEqual([]);
  });
});

/** What one rule file with these tags is told. */
async function told(...tags: string[]) {
  const { findings } = await judge(makeTree({ 'rule.yml': sigma(tags) }));
  return findings.map(({ ruleId, message, remedy, location }) => ({
    rule: ruleId,
    at: `${location.line}:${location.column}-${location.endColumn}`,
    message,
    remedy,
  }));
}

describe('a finding', () => {
  it('points at the id itself and names the replacement of a revoked technique', async () => {
    expect(await told('attack.defense-impairment', 'attack.t1562.008')).toEqual([
      {
        rule: 'mapping/revoked-technique',
        at: '5:14-23',
        message:
          'T1562.008 (Disable or Modify Cloud Logs) is revoked in ATT&CK enterprise v19: use T1685.002 (Disable or Modify Cloud Log)',
        remedy: 'Replace t1562.008 with t1685.002.',
      },
    ]);
  });

  it('says that a deprecated technique has no replacement, and proposes none', async () => {
    const [finding] = await told('attack.execution', 'attack.t1064');
    expect(finding).toMatchObject({
      rule: 'mapping/deprecated-technique',
      message: expect.stringContaining('has no replacement'),
    });
    expect(finding?.remedy).not.toMatch(/--fix/);
  });

  it('tells an unknown sub-technique of a known technique from an unknown technique', async () => {
    const findings = await told('attack.execution', 'attack.t1059.099', 'attack.t9999');
    expect(findings.map(({ message }) => message)).toEqual([
      'T1059 (Command and Scripting Interpreter) has no sub-technique T1059.099 in ATT&CK enterprise v19',
      'T9999 is not in ATT&CK enterprise v19',
    ]);
    expect(findings[0]?.remedy).toBe('Use one of T1059.001 to T1059.013, or T1059 itself.');
  });

  it.each([
    ['t1059.1', 'Did you mean T1059.001 (PowerShell)?'],
    ['t1018.000', 'Did you mean T1018 (Remote System Discovery)?'],
    ['t105', 'Write ids as T1059, T1059.001, TA0002, AML.T0051 or AML.T0051.000.'],
  ])('for the malformed %s says: %s', async (id, remedy) => {
    const [finding] = await told('attack.discovery', `attack.${id}`);
    expect(finding).toMatchObject({ rule: 'mapping/malformed-id', remedy });
  });

  it('knows a mobile id by its matrix', async () => {
    const [finding] = await told('attack.collection', 'attack.t1636.003');
    expect(finding?.message).toBe(
      'T1636.003 (Contact List) is a technique of the mobile matrix, not of ATT&CK enterprise v19',
    );
  });

  it('proposes the tactic that was meant', async () => {
    const [finding] = await told('attack.executoin', 'attack.t1059.001');
    expect(finding).toMatchObject({ rule: 'mapping/unknown-tactic', remedy: 'Did you mean execution?' });
  });
});

describe('a tactic that was split', () => {
  it('becomes the one new tactic that the techniques serve', async () => {
    expect((await told('attack.defense-evasion', 'attack.t1685'))[0]?.remedy).toBe(
      'Replace defense-evasion with defense-impairment.',
    );
    expect((await told('attack.defense-evasion', 'attack.t1027'))[0]?.remedy).toBe(
      'Replace defense-evasion with stealth.',
    );
  });

  it('is left to a person where a rule names no technique, or techniques of both', async () => {
    const alone = await told('attack.defense-evasion');
    const both = await told('attack.defense-evasion', 'attack.t1685', 'attack.t1027');
    expect(alone.find(({ rule }) => rule === 'mapping/renamed-tactic')?.remedy).toBe(
      'Choose defense-impairment or stealth by what the detection sees.',
    );
    expect(both[0]?.remedy).toBe(
      'The techniques serve defense-impairment and stealth: tag both, or the one that is meant.',
    );
  });

  it('is not also called a technique without its tactic', async () => {
    expect((await told('attack.defense-evasion', 'attack.t1685')).map(({ rule }) => rule)).toEqual([
      'mapping/renamed-tactic',
    ]);
  });
});

describe('ATLAS ids', () => {
  it('are taken in the form that Sigma has proposed', async () => {
    expect(await told('attack.execution', 'attack.t1059', 'atlas.aml.t0051', 'atlas.aml.t0051.000')).toEqual([]);
  });

  it.each(['atlas.aml.t9999', 'atlas.aml.t0000.999'])('%s is unknown', async (tag) => {
    const [finding] = await told('attack.execution', 'attack.t1059', tag);
    expect(finding?.rule).toBe('mapping/unknown-technique');
  });
});

describe('what asks for an ATLAS id', () => {
  const rule = sigma(['attack.execution', 'attack.t1059.001']);
  it.each([
    ['a path', { 'ai-x.yml': rule }],
    ['a log source', { 'x.yml': rule.replace('product: windows', 'product: ai_gateway') }],
    ['a tag', { 'x.yml': sigma(['attack.execution', 'attack.t1059.001', 'llm']) }],
  ])('is %s', async (_what, files) => {
    expect((await judge(makeTree(files))).ids).toEqual(['mapping/missing-atlas']);
  });

  it('is configurable', async () => {
    const config =
      "version: 1\ngates:\n  attack-mapper:\n    exclude: [helios.yaml]\n    ai: {paths: ['bots/**'], logsource: [], tags: []}\n";
    const { findings } = await judge(makeTree({ 'helios.yaml': config, 'ai-x.yml': rule, 'bots/x.yml': rule }));
    expect(findings.map(({ ruleId, location }) => [ruleId, location.path])).toEqual([
      ['mapping/missing-atlas', 'bots/x.yml'],
    ]);
  });
});

describe('the parts of a correlation', () => {
  const base = `name: base\n${sigma([]).replace('tags:\n', '')}`;
  const correlation = (extra: string): string =>
    `---\ntitle: Many\ncorrelation: {type: event_count, rules: [base], group-by: [User], timespan: 1h, condition: {gte: 9}${extra}}\ntags: [attack.execution, attack.t1059.001]\n`;

  it('need no ids of their own', async () => {
    expect(await judge(makeTree({ 'x.yml': base + correlation('') }))).toMatchObject({
      exit: 0,
      checked: 2,
      findings: [],
    });
  });

  it('need them when they alert on their own', async () => {
    expect((await judge(makeTree({ 'x.yml': base + correlation(', generate: true') }))).ids).toEqual([
      'mapping/untagged',
    ]);
  });
});
