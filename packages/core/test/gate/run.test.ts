// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import type { Level } from '../../src/finding/index.ts';
import { crashedGate, EXIT, type GateResult, reportOf, runGate, type RunSettings } from '../../src/gate/index.ts';
import { refusalOf } from '../input/refusal.ts';
import { plant, type Tree } from '../input/tree.ts';
import { gate } from './words-gate.ts';

function judge(tree: Tree, settings: Partial<RunSettings> = {}, options: object = {}): Promise<GateResult> {
  return runGate(gate, gate.options.parse(options), {
    root: plant(tree),
    asOf: new Date(0),
    failOn: 'error',
    levels: {},
    waivers: { exceptions: [] },
    partial: false,
    ...settings,
  });
}

describe('the verdict of a gate', () => {
  it('is pass where nothing is found, with what was looked at', async () => {
    expect(await judge({ 'a.yml': 'a: open', 'b/c.json': '["x"]' })).toMatchObject({
      gate: 'words',
      verdict: 'pass',
      exit: 0,
      checked: 2,
      unit: 'files',
      notChecked: 0,
      findings: [],
      metrics: [{ id: 'clean', value: 100, sample: { hits: 2, of: 2 } }],
      inputs: [
        { path: 'a.yml', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
        { path: 'b/c.json', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
      ],
    });
  });

  it.each([
    ['error', 'a: teh', 'pass'],
    ['warning', 'a: teh', 'fail'],
    ['warning', 'a: [b, b]', 'pass'],
    ['note', 'a: [b, b]', 'fail'],
    ['error', 'a: secret', 'fail'],
  ] as const)('with failOn %s on %j is %s', async (failOn: Level, text, verdict) => {
    const result = await judge({ 'a.yml': text }, { failOn });
    expect(result).toMatchObject({ verdict, exit: verdict === 'pass' ? 0 : 1 });
    expect(result.findings).toHaveLength(1);
  });

  it('follows the levels that the configuration gives to rules', async () => {
    const tree = { 'a.yml': 'a: teh\nb: secret' };
    expect(await judge(tree, { levels: { 'words/forbidden': 'warning' } })).toMatchObject({ verdict: 'pass' });
    expect(await judge(tree, { levels: { 'words/forbidden': 'off', 'words/misspelt': 'error' } })).toMatchObject({
      verdict: 'fail',
      findings: [{ ruleId: 'words/misspelt', level: 'error' }],
    });
  });

  it('names the rules that it applied, with their levels, those of the core among them', async () => {
    const { rules } = await judge({ 'a.yml': '' }, { levels: { 'words/forbidden': 'off', 'words/misspelt': 'note' } });
    expect(rules.map(({ id, level }) => `${id} ${level}`)).toEqual([
      'words/misspelt note',
      'words/repeated note',
      'core/unreadable-input error',
      'core/symbolic-link error',
      'core/expired-baseline-entry warning',
      'core/stale-baseline-entry warning',
    ]);
  });

  it('is neither pass nor fail where there was nothing to check', async () => {
    expect(await judge({ 'readme.md': 'a' })).toMatchObject({ verdict: 'nothing-checked', exit: 3, checked: 0 });
  });

  it('rests on the options: another word, another digest', async () => {
    const tree = { 'a.yml': 'a: b' };
    const digests = await Promise.all(
      [{}, {}, { forbidden: ['x'] }].map(async (options) => (await judge(tree, {}, options)).optionsDigest),
    );
    expect(new Set(digests).size).toBe(2);
    expect(digests[0]).toBe(digests[1]);
  });
});

describe('what cannot be read', () => {
  it('is a finding at its place and counted as not checked, and the rest is judged', async () => {
    const result = await judge({
      'bad.yml': 'a: "open\n',
      'binary.json': Uint8Array.of(0xff, 0xfe, 0),
      'good.yml': 'a: open\n',
      'link.yml': { link: 'good.yml' },
    });
    expect(result).toMatchObject({ verdict: 'fail', exit: 1, checked: 1, notChecked: 3 });
    expect(
      result.findings.map(({ ruleId, location: { path, line }, message }) => `${ruleId} ${path}:${line} ${message}`),
    ).toEqual([
      'core/unreadable-input bad.yml:2 not valid YAML: Missing closing "quote',
      'core/unreadable-input binary.json:1 not UTF-8 text',
      'core/symbolic-link link.yml:1 is a symbolic link, and links are not followed',
    ]);
  });

  it('fails even where there is nothing else', async () => {
    expect(await judge({ 'bad.yml': '[' })).toMatchObject({ verdict: 'fail', checked: 0, notChecked: 1 });
  });

  it('says "symbolic link" in its own words only: a text that does so is no link', async () => {
    const [finding] = (await judge({ 'a.yml': '"symbolic link": 1\n"symbolic link": 2\n' })).findings;
    expect(finding?.ruleId).toBe('core/unreadable-input');
  });

  it('is told of once, however many selections name it', async () => {
    const twice = {
      ...gate,
      load: async (context: Parameters<typeof gate.load>[0], options: Parameters<typeof gate.load>[1]) => (
        await gate.load(context, options),
        gate.load(context, options)
      ),
    };
    const root = plant({ 'bad.yml': '[', 'link.yml': { link: 'bad.yml' } });
    const result = await runGate(twice, gate.options.parse({}), {
      root,
      asOf: new Date(0),
      failOn: 'error',
      levels: {},
      waivers: { exceptions: [] },
      partial: false,
    });
    expect(result.findings).toHaveLength(2);
  });
});

describe('a baseline of findings', () => {
  it('of other gates is left to those', async () => {
    const entry = {
      fingerprint: 'a'.repeat(64),
      rule: 'other/rule',
      path: 'x',
      subject: 's',
      owner: 'o',
      reason: 'r',
      expires: '2000-01-01',
    };
    const tree = { 'a.yml': 'a: b', 'b.json': JSON.stringify({ schema: 'helios/baseline/v1', entries: [entry] }) };
    const waivers = { exceptions: [], baseline: 'b.json' };
    expect((await judge(tree, { waivers })).findings).toEqual([]);
    const own = tree['b.json'].replace('other/rule', 'words/forbidden');
    expect((await judge({ ...tree, 'b.json': own }, { waivers })).findings).toMatchObject([
      { ruleId: 'core/stale-baseline-entry', location: { line: 1, column: 58 } },
    ]);
  });

  it('is not called stale when only a part was looked at', async () => {
    const entry = {
      fingerprint: 'a'.repeat(64),
      rule: 'words/forbidden',
      path: 'x',
      subject: 's',
      owner: 'o',
      reason: 'r',
      expires: '2000-01-01',
    };
    const tree = { 'a.yml': 'a: b', 'b.json': JSON.stringify({ schema: 'helios/baseline/v1', entries: [entry] }) };
    expect((await judge(tree, { partial: true, waivers: { exceptions: [], baseline: 'b.json' } })).findings).toEqual(
      [],
    );
  });

  it('is an input of the verdict, as the register is', async () => {
    const tree = {
      'a.yml': 'a: b',
      'b.json': '{"schema": "helios/baseline/v1", "entries": []}',
      'e/r.yaml': 'schema: helios/exceptions/v1\nexceptions: []\n',
    };
    const { inputs } = await judge(
      tree,
      { waivers: { exceptions: ['e/*.yaml'], baseline: 'b.json' } },
      { include: ['*.yml'] },
    );
    expect(inputs.map(({ path }) => path)).toEqual(['a.yml', 'b.json', 'e/r.yaml']);
  });
});

it.each(['/etc/*.yml', '../other/*.yml', 'docs/../../*.yml', '{docs,../other}/*.yml', '..', 'C:/docs/*'])(
  'the glob %s is refused: what it means would not be checked',
  async (glob) => {
    expect(await refusalOf(() => judge({ 'docs/a.yml': 'a: open\n' }, {}, { include: ['docs/*', glob] }))).toBe(
      `config the glob "${glob}" leads out of the repository`,
    );
  },
);

it('a glob may name folders that begin or end with dots', async () => {
  const tree = { '..docs/a.yml': 'a: open\n', 'docs../b.yml': 'b: open\n' };
  expect(await judge(tree, {}, { include: ['..docs/*', 'docs../*'] })).toMatchObject({ checked: 2 });
});

it('a defect of the gate is thrown on, never a verdict', async () => {
  await expect(judge({ 'a.yml': 'a: crash' })).rejects.toThrow(TypeError);
});

it('a root that is not there is refused, never nothing to check', async () => {
  expect(await refusalOf(() => judge({}, { root: '/nowhere' }))).toContain('folder cannot be read');
});

describe('the report of a run', () => {
  const exitOf = (...codes: readonly GateResult['exit'][]) => {
    const gates = codes.map((exit) => ({ ...crashedGate(gate, 'x', exit) }));
    const { exit, verdict } = reportOf(gates, new Date(0), { name: 't', version: '1' });
    return `${exit} ${verdict}`;
  };

  it.each([
    [[EXIT.pass, EXIT.pass], '0 pass'],
    [[EXIT.pass, EXIT.nothingChecked], '3 nothing-checked'],
    [[EXIT.nothingChecked, EXIT.fail], '1 fail'],
    [[EXIT.fail, EXIT.evidence], '4 fail'],
    [[EXIT.fail, EXIT.usage], '2 error'],
    [[EXIT.usage, EXIT.internal, EXIT.fail], '70 error'],
    [[], '3 nothing-checked'],
  ])('takes the worst exit code of its gates: %j is %s', (codes, expected) => {
    expect(exitOf(...codes)).toBe(expected);
    expect(exitOf(...codes.toReversed())).toBe(expected);
  });
});
