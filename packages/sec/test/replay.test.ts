// SPDX-License-Identifier: Apache-2.0
import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Called, call } from '../../core/test/cli/terminal.ts';
import { run } from '../src/cli.ts';
import { BAD, CONFIG, gate, GOOD, repository } from './two-gates.ts';

const replay = (root: string, ...args: readonly string[]): Promise<Called> =>
  call(run, { args: ['evidence', 'replay', ...args], root });

const git = (root: string, ...args: string[]): string =>
  execFileSync('git', ['-C', root, '-c', 'user.name=a', '-c', 'user.email=a@example.com', ...args], {
    encoding: 'utf8',
  }).trim();

function commit(root: string): string {
  if (!readdirSync(root).includes('.git')) {
    git(root, 'init', '-q', '-b', 'main');
    writeFileSync(join(root, '.gitignore'), '.evidence/\n');
  }
  git(root, 'add', '-A');
  git(root, 'commit', '-qm', 'a commit');
  return git(root, 'rev-parse', 'HEAD');
}

describe('a replay', { timeout: 60_000 }, () => {
  it('confirms a run on the files that it judged, whatever the verdict was, and writes nothing', async () => {
    const root = repository({ 'rules/bad.yml': BAD });
    expect((await gate(root)).exit).toBe(1);
    const before = readdirSync(root, { recursive: true, encoding: 'utf8' }).sort();
    const { exit, stdout } = await replay(root);
    expect(stdout).toContain('✔ the verdict fail is confirmed');
    expect(exit).toBe(0);
    expect(readdirSync(root, { recursive: true, encoding: 'utf8' }).sort()).toEqual(before);
  });

  it.each([
    ['--fail-on', 'note'],
    ['--as-of', '2026-06-01'],
    ['--config', 'other.yaml'],
    ['attack-mapper'],
    ['policy', '--fail-on', 'warning', '--as-of', '2026-07-01T08:00:00Z'],
  ])('knows the flags that the run was given: %j', async (...args) => {
    const root = repository({ 'rules/bad.yml': BAD, 'other.yaml': CONFIG.replace('rules/*.yml', 'rules/good.yml') });
    await gate(root, ...args);
    expect(await replay(root)).toMatchObject({ exit: 0, stderr: '' });
  });

  it('judges as of the recorded instant: an exception that has expired since still counts', async () => {
    const root = repository({ 'rules/bad.yml': BAD });
    const accept = ['accept', '--owner', 'a', '--reason', 'b', '--expires', '2026-12-01', '--as-of', '2026-11-01'];
    expect((await call(run, { args: ['baseline', ...accept], root })).exit).toBe(0);
    writeFileSync(
      join(root, 'helios.yaml'),
      `baseline: helios.baseline.json\n${readFileSync(join(root, 'helios.yaml'), 'utf8')}`,
    );
    expect((await gate(root, '--as-of', '2026-11-30')).exit).toBe(0);
    expect((await gate(root, '--as-of', '2027-01-01', '--no-evidence')).exit).toBe(1);
    expect((await replay(root)).exit).toBe(0);
  });

  it('takes out the recorded commit where the work tree has moved on, and leaves index and work tree alone', async () => {
    const root = repository({ 'rules/grün 1.yml': GOOD });
    symlinkSync('good.yml', join(root, 'rules/link.yml'));
    commit(root);
    await gate(root);
    const [first = ''] = readdirSync(join(root, '.evidence/builds'));
    writeFileSync(join(root, 'rules/good.yml'), BAD);
    rmSync(join(root, 'rules/grün 1.yml'));
    commit(root);
    appendFileSync(join(root, 'helios.yaml'), '# later\n');
    const status = git(root, 'status', '--porcelain');
    const { exit, stdout } = await replay(root, `.evidence/builds/${first}`);
    expect(stdout).toMatch(/on commit [0-9a-f]{12}\n {2}✔ attack-mapper: the same bytes/);
    expect(exit).toBe(0);
    expect(git(root, 'status', '--porcelain')).toBe(status);
    expect(git(root, 'worktree', 'list').split('\n')).toHaveLength(1);
  });

  it('works in a folder below the top of the work tree', async () => {
    const top = mkdtempSync(join(tmpdir(), 'helios-top-'));
    const root = join(top, 'security');
    execFileSync('cp', ['-r', repository(), root]);
    commit(top);
    writeFileSync(join(top, '.gitignore'), '.evidence/\n');
    await gate(root);
    writeFileSync(join(root, 'rules/good.yml'), BAD);
    expect(await replay(root)).toMatchObject({ exit: 0, stdout: expect.stringContaining('on commit') });
  });

  it.each<[string, (root: string) => void, string]>([
    [
      'a file was changed',
      (root) => appendFileSync(join(root, 'rules/good.yml'), '# x\n'),
      'rules/good.yml had sha256',
    ],
    [
      'a file is gone',
      (root) => rmSync(join(root, 'rules/good.yml')),
      'it read rules/good.yml, which it did not read now',
    ],
    ['a file is new', (root) => writeFileSync(join(root, 'rules/new.yml'), GOOD), 'it did not read rules/new.yml'],
    [
      'the configuration says something else',
      (root) =>
        writeFileSync(
          join(root, 'helios.yaml'),
          CONFIG.replace("include: ['rules/*.yml']", "include: ['rules/*.yml']\n    exclude: [x]"),
        ),
      'helios.yaml says something else',
    ],
    [
      'a rule has another level',
      (root) =>
        writeFileSync(
          join(root, 'helios.yaml'),
          CONFIG.replace(
            "include: ['rules/*.yml']",
            "include: ['rules/*.yml']\n    rules: {mapping/tactic-only: error}",
          ),
        ),
      'the rule mapping/tactic-only was of level warning, and is error now',
    ],
    [
      'a gate is configured no more',
      (root) => writeFileSync(join(root, 'helios.yaml'), CONFIG.slice(0, CONFIG.indexOf('  policy:'))),
      'it is not configured now',
    ],
  ])('explains why it differs: %s', async (_what, change, difference) => {
    const root = repository();
    await gate(root);
    change(root);
    const { exit, stdout } = await replay(root);
    expect(stdout).toContain(difference);
    expect(exit).toBe(4);
  });

  it('of a commit that is not in the clone says how to get it', async () => {
    const root = repository();
    commit(root);
    await gate(root);
    writeFileSync(join(root, 'rules/good.yml'), BAD);
    commit(root);
    const clone = join(mkdtempSync(join(tmpdir(), 'helios-clone-')), 'c');
    execFileSync('git', ['clone', '-q', '--depth=1', `file://${root}`, clone]);
    execFileSync('cp', ['-r', join(root, '.evidence'), clone]);
    const { exit, stderr } = await replay(clone);
    expect(stderr).toMatch(/is not in this clone\n {2}→ Get it: git fetch --depth=1 origin [0-9a-f]{40}/);
    expect(exit).toBe(2);
  });

  it('is not made of evidence that does not hold, or that is not there', async () => {
    const root = repository();
    await gate(root);
    const result = readdirSync(join(root, '.evidence/gates')).find((name) => !name.includes('intoto')) ?? '';
    const file = join(root, '.evidence/gates', result);
    writeFileSync(file, readFileSync(file, 'utf8').replace('"pass"', '"fail"'));
    expect(await replay(root)).toMatchObject({ exit: 4, stdout: '' });
    expect(await replay(root, 'builds/run-ffff')).toMatchObject({
      exit: 4,
      stderr: expect.stringContaining('no evidence by this name'),
    });
    expect(await replay(root, '-f', 'yaml')).toMatchObject({ exit: 2 });
  });

  it('is to be had for machines, of one gate’s file, by the beginning of its name', async () => {
    const root = repository();
    await gate(root);
    const [result = ''] = readdirSync(join(root, '.evidence/gates'));
    const { stdout } = await replay(root, `gates/${result.slice(0, 20)}`, '-f', 'json');
    expect(JSON.parse(stdout)).toMatchObject({
      schema: 'helios/replay/v1',
      on: 'work tree',
      gates: [
        { gate: 'attack-mapper', same: true },
        { gate: 'policy', same: true },
      ],
    });
  });
});
