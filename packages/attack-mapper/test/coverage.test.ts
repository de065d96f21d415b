// SPDX-License-Identifier: Apache-2.0
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { judge, makeTree, runCli, sigma } from './stage.ts';

const ID = '6f0c8a1e-0000-4000-8000-000000000001';
const SHELL = sigma(['attack.execution', 'attack.t1059.001']);

function project(coverage: string, more: Readonly<Record<string, string>> = {}, options = ''): Record<string, string> {
  return {
    'helios.yaml': `version: 1\ngates:\n  attack-mapper:\n    include: ['rules/**']\n${options}    coverage:\n${coverage}`,
    'rules/shell.yml': SHELL,
    ...more,
  };
}

function metric(verdict: Awaited<ReturnType<typeof judge>>, id: string) {
  const found = verdict.metrics.find((each) => each.id === id);
  return found && { value: found.value, sample: found.sample };
}

describe('coverage of a scope', () => {
  const scope = 'schema: helios/scope/v1\ntitle: T\ninclude: [T1059, T1059.001, T1486]\n';

  it('counts a sub-technique for its parent, and names what is missing', async () => {
    const verdict = await judge(
      makeTree(project('      - {name: all, scope: scope.yaml, claimed: 98}\n', { 'scope.yaml': scope })),
    );
    expect(metric(verdict, 'coverage.all.claimed')).toEqual({ value: 66.6, sample: { hits: 2, of: 3 } });
    expect(verdict.findings).toMatchObject([
      {
        ruleId: 'mapping/coverage-below-threshold',
        location: { path: 'scope.yaml' },
        message: '66.6 % of 3 relevant techniques are claimed, needs ≥ 98 %',
        remedy: 'Missing: T1486.',
      },
    ]);
  });

  it('passes at the threshold, and leaves out what is excluded with a reason', async () => {
    const excluding = `${scope}exclude: [{id: T1486, reason: No servers here}]\n`;
    const verdict = await judge(
      makeTree(project('      - {name: all, scope: scope.yaml, claimed: 100}\n', { 'scope.yaml': excluding })),
    );
    expect(verdict).toMatchObject({ exit: 0, findings: [] });
  });

  it('does not pass when the scope selects nothing', async () => {
    const empty = 'schema: helios/scope/v1\ntitle: T\n';
    const verdict = await judge(
      makeTree(project('      - {name: all, scope: scope.yaml, claimed: 0}\n', { 'scope.yaml': empty })),
    );
    expect(verdict.ids).toEqual(['mapping/coverage-below-threshold']);
  });

  it('takes all live techniques of a platform', async () => {
    const platform = 'schema: helios/scope/v1\ntitle: T\nplatforms: [Containers]\n';
    const verdict = await judge(
      makeTree(project('      - {name: all, scope: scope.yaml}\n', { 'scope.yaml': platform })),
    );
    expect(metric(verdict, 'coverage.all.claimed')?.sample?.of).toBeGreaterThan(40);
  });

  it.each([
    ['include: [T1562]', 'T1562 is not a live technique of version 19', 'Use T1685.'],
    ['platforms: [Toaster]', 'no technique has the platform "Toaster"', 'Platforms:'],
    ['exclude: [{id: T1486}]', 'exclude.0.reason is missing', 'Add it'],
    ['inclde: [T1486]', 'unknown key "inclde"', 'Did you mean "include"?'],
  ])('is refused with %s', async (line, message, hint) => {
    const files = project('      - {name: all, scope: scope.yaml}\n', {
      'scope.yaml': `schema: helios/scope/v1\ntitle: T\n${line}\n`,
    });
    const ran = await runCli(makeTree(files), 'check', '--no-evidence');
    expect(ran).toMatchObject({ exit: 2, stdout: '' });
    expect(ran.stderr).toContain(message);
    expect(ran.stderr).toContain(hint);
  });
});

describe('validated coverage', () => {
  const record = (overrides: object): string =>
    JSON.stringify({
      schema: 'helios/detection-test-record/v1',
      results: [
        {
          rule: ID,
          file: 'rules/shell.yml',
          sha256: createHash('sha256').update(SHELL).digest('hex'),
          passed: 2,
          failed: 0,
          ...overrides,
        },
      ],
    });
  const validated = async (text: string) => {
    const files = project(
      '      - {name: all, scope: scope.yaml, validated: 100}\n',
      { 'scope.yaml': 'schema: helios/scope/v1\ntitle: T\ninclude: [T1059.001]\n', 'records/a.json': text },
      "    records: ['records/*.json']\n",
    );
    return metric(await judge(makeTree(files)), 'coverage.all.validated')?.sample?.hits;
  };

  it('counts a detection whose tests passed', async () => expect(await validated(record({}))).toBe(1));
  it('does not count one with a failing test', async () => expect(await validated(record({ failed: 1 }))).toBe(0));
  it('does not count one without a test', async () => expect(await validated(record({ passed: 0 }))).toBe(0));
  it('does not count one whose file changed since', async () =>
    expect(await validated(record({ sha256: '0'.repeat(64) }))).toBe(0));
});

describe('coverage of scenarios', () => {
  const scenario = (detection: string, technique = 'T1059.001'): string =>
    `schema: helios/scenario/v1\nid: purple-x\ntitle: T\nsteps:\n  - id: x1\n    attack: [${technique}]\n    tactic: execution\n    detections: [{sigma: ${detection}}]\n`;
  const verdict = (text: string) =>
    judge(
      makeTree(project("      - {name: purple, scenarios: ['purple/*'], claimed: 96}\n", { 'purple/x.yaml': text })),
    );

  it('counts a step whose own detection names the technique', async () => {
    expect(await verdict(scenario(ID))).toMatchObject({ exit: 0, findings: [] });
  });

  it('does not count a detection that the step does not name, and finds one that does not exist', async () => {
    const { findings } = await verdict(scenario('missing-rule'));
    expect(findings.map(({ ruleId, location, remedy }) => [ruleId, location.path, location.line, remedy])).toEqual([
      ['mapping/coverage-below-threshold', 'purple/x.yaml', 1, 'Missing: purple-x/x1 T1059.001.'],
      ['mapping/unknown-detection', 'purple/x.yaml', 8, 'Correct the id, or write the detection.'],
    ]);
  });

  it.each([
    ['    attack:', '    atack:', '6:5: unknown key "atack" in steps.0', 'Did you mean "attack"?'],
    ['{sigma:', '{sgima:', '8:19: unknown key "sgima" in steps.0.detections.0', 'Did you mean "sigma"?'],
    [
      'attack: [T1059.001]',
      'attack: []',
      '5:5: steps.0: names no technique under attack or atlas',
      'Correct the value',
    ],
    ['steps:', 'stpes:', '4:1: unknown key "stpes"', 'Did you mean "steps"?'],
    ['helios/scenario/v1', 'helios/scenaro/v1', 'holds no scenario', 'Write `schema: helios/scenario/v1`'],
    ['schema:', '---\n---\nschema:', 'holds 2 documents', 'Write exactly one.'],
  ])('takes no step out unseen: %s written %s', async (right, wrong, message, advice) => {
    const text = scenario(ID).replace(right, wrong);
    const files = project("      - {name: purple, scenarios: ['purple/*'], claimed: 96}\n", { 'purple/x.yaml': text });
    const { exit, stderr } = await runCli(makeTree(files), '--no-evidence', '--no-cache');
    expect(exit).toBe(2);
    expect(stderr).toContain(message);
    expect(stderr).toContain(advice);
  });

  it('finds a revoked technique in a step', async () => {
    expect((await verdict(scenario(ID, 'T1562'))).ids).toContain('mapping/revoked-technique');
  });
});

describe('coverage against a git base', () => {
  const git = (cwd: string, ...args: string[]): void =>
    void execFileSync(
      'git',
      ['-c', 'user.name=t', '-c', 'user.email=t@example.org', '-c', 'commit.gpgsign=false', ...args],
      { cwd, stdio: 'ignore' },
    );

  function repository(): string {
    const root = makeTree({
      'helios.yaml': "version: 1\ngates: {attack-mapper: {include: ['rules/**'], base: main}}\n",
      'rules/shell.yml': SHELL,
      'rules/impact.yml': sigma(['attack.impact', 'attack.t1486']).replace(ID, 'second'),
    });
    git(root, 'init', '-b', 'main');
    git(root, 'add', '.');
    git(root, 'commit', '-m', 'base');
    return root;
  }

  it('is silent while everything stays covered', async () => {
    expect(await judge(repository())).toMatchObject({ exit: 0, findings: [] });
  });

  it('names the technique that lost its last detection, and which one that was', async () => {
    const root = repository();
    rmSync(join(root, 'rules/impact.yml'));
    expect((await judge(root)).findings).toMatchObject([
      {
        ruleId: 'mapping/coverage-regression',
        location: { path: 'helios.yaml', line: 2 },
        message: 'T1486 was covered at main by second, and nothing covers it now',
      },
    ]);
  });

  it('tells of a sub-technique once, not of its parent too', async () => {
    const root = repository();
    writeFileSync(join(root, 'rules/shell.yml'), sigma(['attack.discovery', 'attack.t1018']));
    expect((await judge(root)).findings.map(({ message }) => message)).toEqual([
      `T1059.001 was covered at main by ${ID}, and nothing covers it now`,
    ]);
  });

  it.each([
    ['a ref that is not there', 'nowhere', 'fetch-depth: 0'],
    ['something that looks like a flag', '--output=x', 'must not begin with a dash'],
  ])('refuses %s', async (_what, base, message) => {
    const root = repository();
    writeFileSync(
      join(root, 'helios.yaml'),
      `version: 1\ngates: {attack-mapper: {include: ['rules/**'], base: '${base}'}}\n`,
    );
    const ran = await runCli(root, 'check', '--no-evidence');
    expect(ran.exit).toBe(2);
    expect(ran.stderr).toContain(message);
  });
});
