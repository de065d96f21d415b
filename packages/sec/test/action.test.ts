// SPDX-License-Identifier: Apache-2.0
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseYaml } from '../../core/src/input/index.ts';
import { plant } from '../../core/test/input/tree.ts';
import { BAD, GOOD, ROOT } from './two-gates.ts';

interface Action {
  readonly inputs: Record<string, { readonly default: string }>;
  readonly outputs: Record<string, { readonly value: string }>;
  readonly runs: {
    readonly steps: readonly {
      readonly run?: string;
      readonly uses?: string;
      readonly env?: Record<string, string>;
      readonly if?: string;
    }[];
  };
}

const [action] = parseYaml('action.yml', readFileSync(join(ROOT, 'action.yml'), 'utf8')) as [Action];
const CONFIG = "version: 1\ngates:\n  attack-mapper:\n    include: ['rules/*.yml']\n";

interface Ran {
  readonly exit: number | null;
  readonly outputs: Record<string, string>;
  readonly summary: string;
  readonly stdout: string;
  readonly root: string;
}

/** Runs the steps of the action that are scripts as a runner would: in bash, with its files, inputs as environment alone. */
function runAction(files: Record<string, string>, inputs: Record<string, string> = {}): Ran {
  const root = plant(files);
  const temp = mkdtempSync(join(tmpdir(), 'helios-runner-'));
  const [output, summary] = [join(temp, 'output'), join(temp, 'summary')];
  writeFileSync(output, '');
  writeFileSync(summary, '');
  const valueOf = (expression: string): string =>
    expression
      .replaceAll('${{ github.action_path }}', ROOT)
      .replaceAll(
        /\$\{\{ inputs\.([\w-]+) \}\}/g,
        (_, name: string) => inputs[name] ?? action.inputs[name]?.default ?? '',
      );
  const step = action.runs.steps.find(({ run }) => run !== undefined);
  const env = Object.fromEntries(Object.entries(step?.env ?? {}).map(([name, value]) => [name, valueOf(value)]));
  const { status, stdout } = spawnSync('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', step?.run ?? ''], {
    cwd: root,
    encoding: 'utf8',
    env: {
      PATH: process.env['PATH'],
      HOME: temp,
      RUNNER_TEMP: temp,
      GITHUB_WORKSPACE: root,
      GITHUB_OUTPUT: output,
      GITHUB_STEP_SUMMARY: summary,
      ...env,
    },
  });
  const outputs = Object.fromEntries(
    readFileSync(output, 'utf8')
      .split('\n')
      .flatMap((line) => (line === '' ? [] : [[line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]])),
  ) as Record<string, string>;
  return { exit: status, outputs, summary: readFileSync(summary, 'utf8'), stdout, root };
}

describe('the GitHub action', { timeout: 120_000 }, () => {
  it('passes with the gates, and says where report, SARIF and proof are', () => {
    const { exit, outputs, summary } = runAction({ 'helios.yaml': CONFIG, 'rules/a.yml': GOOD });
    expect(exit).toBe(0);
    expect(outputs).toMatchObject({ verdict: 'pass', exit: '0' });
    for (const name of ['report', 'sarif', 'evidence']) expect(existsSync(outputs[name] ?? ''), name).toBe(true);
    expect(summary).toContain('attack-mapper');
  });

  it('fails with them, with annotations, and still leaves all of it; the work tree stays clean', () => {
    const { exit, outputs, stdout, root } = runAction({ 'helios.yaml': CONFIG, 'rules/a.yml': BAD });
    expect(exit).toBe(1);
    expect(outputs).toMatchObject({ verdict: 'fail', exit: '1' });
    expect(stdout).toContain('::error file=rules/a.yml');
    expect(JSON.parse(readFileSync(outputs['sarif'] ?? '', 'utf8')).runs[0].results.length).toBeGreaterThan(0);
    expect(existsSync(join(root, '.evidence'))).toBe(false);
  });

  it('takes its inputs as data, however they are written', () => {
    const hostile = '$(touch ran); `touch ran` "; touch ran #';
    const { exit, root, outputs } = runAction(
      { 'helios.yaml': CONFIG, 'rules/a.yml': GOOD },
      { gates: hostile, config: hostile },
    );
    expect(exit).toBe(2);
    expect(outputs).toMatchObject({ verdict: 'error', exit: '2' });
    expect(existsSync(join(root, 'ran'))).toBe(false);
  });

  it('runs in another folder, on chosen gates, with another configuration', () => {
    const files = { 'security/other.yaml': CONFIG, 'security/rules/a.yml': BAD };
    const inputs = {
      'working-directory': 'security',
      config: 'other.yaml',
      gates: 'attack-mapper',
      'fail-on': 'error',
    };
    expect(runAction(files, inputs)).toMatchObject({ exit: 1, outputs: { verdict: 'fail' } });
  });

  it('names other actions by commit, and puts no expression into a script', () => {
    for (const { uses, run } of action.runs.steps) {
      if (uses !== undefined) expect(uses).toMatch(/@[0-9a-f]{40}$/);
      if (run !== undefined) expect(run).not.toContain('${{');
    }
    expect(Object.keys(action.outputs)).toEqual(['verdict', 'exit', 'report']);
  });
});

describe('the pre-commit hooks', () => {
  it('run in the repository that is committed to', () => {
    const [hooks] = parseYaml('hooks', readFileSync(join(ROOT, '.pre-commit-hooks.yaml'), 'utf8')) as [
      { id: string; entry: string }[],
    ];
    for (const { entry } of hooks) {
      const [script = '', ...args] = entry.split(' ');
      const run = (rule: string): number | null =>
        spawnSync(join(ROOT, script), args, {
          cwd: plant({ 'helios.yaml': CONFIG, 'rules/a.yml': rule }),
          encoding: 'utf8',
        }).status;
      expect(run(GOOD), entry).toBe(0);
      expect(run(BAD), entry).toBe(1);
    }
  }, 120_000);
});

describe('the GitLab component', () => {
  it('is a job that reports code quality and tests, with its inputs as variables', () => {
    const [spec, jobs] = parseYaml(
      'templates/helios.yml',
      readFileSync(join(ROOT, 'templates/helios.yml'), 'utf8'),
    ) as [
      { spec: { inputs: Record<string, unknown> } },
      {
        helios: {
          script: string[];
          variables: Record<string, string>;
          artifacts: { when: string; reports: Record<string, string> };
        };
      },
    ];
    expect(Object.keys(spec.spec.inputs)).toEqual(['stage', 'gates', 'version', 'image']);
    expect(jobs.helios.artifacts).toMatchObject({
      when: 'always',
      reports: { codequality: expect.any(String), junit: expect.any(String) },
    });
    for (const line of jobs.helios.script) expect(line).not.toContain('$[[');
  });

  it('runs what it says: its script, with the sources in the place of the published package', () => {
    const [, jobs] = parseYaml('templates/helios.yml', readFileSync(join(ROOT, 'templates/helios.yml'), 'utf8')) as [
      unknown,
      { helios: { script: string[] } },
    ];
    const script = jobs.helios.script
      .join('\n')
      .replace('npx --yes "@helios/sec@$HELIOS_VERSION"', `"${join(ROOT, 'toolchain/hook.sh')}" sec`);
    const root = plant({ 'helios.yaml': CONFIG, 'rules/a.yml': BAD });
    const { status } = spawnSync('bash', ['-eo', 'pipefail', '-c', script], {
      cwd: root,
      env: { ...process.env, HELIOS_GATES: 'attack-mapper' },
    });
    expect(status).toBe(1);
    expect(JSON.parse(readFileSync(join(root, 'gl-code-quality-report.json'), 'utf8')).length).toBeGreaterThan(0);
    expect(readFileSync(join(root, 'helios-junit.xml'), 'utf8')).toContain('<testsuite');
  }, 60_000);
});
