// SPDX-License-Identifier: Apache-2.0
import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { changesSince, isChanged } from '../../core/src/git/index.ts';
import { type Called, call } from '../../core/test/cli/terminal.ts';
import { plant } from '../../core/test/input/tree.ts';
import { run } from '../src/cli.ts';
import { BAD, GOOD } from './two-gates.ts';

const CONFIG = "version: 1\ngates:\n  attack-mapper:\n    include: ['rules/**/*.yml']\n";
const FORMATS = ['-f', 'json', '--no-evidence'] as const;

function git(root: string, ...args: string[]): string {
  return execFileSync('git', ['-C', root, '-c', 'user.name=a', '-c', 'user.email=a@example.com', ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  }).trim();
}

function commit(root: string): string {
  git(root, 'add', '-A');
  git(root, 'commit', '-qm', 'x', '--allow-empty');
  return git(root, 'rev-parse', 'HEAD');
}

function repository(files: Record<string, string>): string {
  const root = plant({ 'helios.yaml': CONFIG, '.gitignore': '.evidence/\n', ...files });
  git(root, 'init', '-q', '-b', 'main');
  commit(root);
  return root;
}

const gate = (root: string, ...args: readonly string[]): Promise<Called> =>
  call(run, { args: ['gate', ...args], root });

interface Finding {
  readonly ruleId: string;
  readonly location: { readonly path: string; readonly line: number; readonly endLine?: number };
}
interface Judged {
  readonly exit: number;
  readonly findings: readonly Finding[];
  readonly scope?: { readonly base: string; readonly outside: number };
}

async function judged(root: string, ...args: readonly string[]): Promise<Judged> {
  const { exit, stdout, stderr } = await gate(root, ...FORMATS, ...args);
  if (stdout === '') throw new Error(stderr);
  const { gates } = JSON.parse(stdout) as { gates: [Judged] };
  return { ...gates[0], exit };
}

describe('a run of what has changed', { timeout: 60_000 }, () => {
  it('counts findings on changed lines and in new files, and says how many lie outside', async () => {
    const root = repository({ 'rules/old.yml': BAD, 'rules/touched.yml': GOOD });
    expect(await judged(root, '--changed-since', 'main')).toMatchObject({
      exit: 0,
      findings: [],
      scope: { outside: 2 },
    });
    writeFileSync(join(root, 'rules/touched.yml'), GOOD.replace('attack.t1685.002', 'attack.t9999'));
    writeFileSync(join(root, 'rules/grün "1".yml'), BAD);
    const { exit, findings, scope } = await judged(root, '--changed-since', 'main');
    expect(exit).toBe(1);
    expect(new Set(findings.map(({ location }) => location.path))).toEqual(
      new Set(['rules/touched.yml', 'rules/grün "1".yml']),
    );
    expect(scope).toEqual({ base: git(root, 'rev-parse', 'main'), outside: 2 });
  });

  it('is held against where the histories parted, not against what came there since', async () => {
    const root = repository({ 'rules/a.yml': GOOD });
    const parted = git(root, 'rev-parse', 'HEAD');
    git(root, 'checkout', '-qb', 'topic');
    writeFileSync(join(root, 'rules/b.yml'), BAD);
    commit(root);
    git(root, 'checkout', '-q', 'main');
    writeFileSync(join(root, 'rules/a.yml'), `# main went on\n${GOOD}`);
    commit(root);
    git(root, 'checkout', '-q', 'topic');
    const { findings, scope } = await judged(root, '--changed-since', 'main');
    expect(scope?.base).toBe(parted);
    expect(new Set(findings.map(({ location }) => location.path))).toEqual(new Set(['rules/b.yml']));
  });

  it('still sees what is about the whole repository', async () => {
    const root = repository({
      'helios.yaml': `${CONFIG}    coverage: [{name: all, scope: scope.yaml, claimed: 98}]\n`,
      'scope.yaml': 'schema: helios/scope/v1\ntitle: All\ntechniques: [{id: T1486, reason: x}]\n',
      'rules/a.yml': GOOD,
    });
    const whole = await judged(root);
    const changed = await judged(root, '--changed-since', 'main');
    expect(whole.exit).toBe(changed.exit);
    expect(changed.findings).toEqual(whole.findings);
  });

  it('says in every format, and in the proof, that it was of a change', async () => {
    const root = repository({ 'rules/old.yml': BAD });
    const base = git(root, 'rev-parse', 'main');
    const { stdout } = await gate(root, '--changed-since', 'main', '--no-evidence');
    expect(stdout).toContain(`only the change since ${base.slice(0, 12)} counts, 2 open findings outside of it`);
    for (const format of ['sarif', 'junit', 'markdown']) {
      expect((await gate(root, '--changed-since', 'main', '--no-evidence', '-f', format)).stdout, format).toContain(
        base.slice(0, 12),
      );
    }
    await gate(root, '--changed-since', 'main');
    const builds = join(root, '.evidence/builds');
    const rollup = readdirSync(builds).find((name) => name.endsWith('.intoto.json')) ?? '';
    expect(JSON.parse(readFileSync(join(builds, rollup), 'utf8')).predicate.verifiedLevels).toEqual([
      'HELIOS_CHANGE_PASSED',
    ]);
    const gates = join(root, '.evidence/gates');
    const statement = readdirSync(gates).find((name) => name.endsWith('.intoto.json')) ?? '';
    expect(JSON.parse(readFileSync(join(gates, statement), 'utf8')).predicate.configuration).toContainEqual({
      name: 'changed-since',
      digest: { gitCommit: base },
    });
    expect((await call(run, { args: ['evidence', 'verify'], root })).exit).toBe(0);
    expect((await call(run, { args: ['evidence', 'replay'], root })).stdout).toContain('is confirmed');
  });

  it.each([
    ['an unknown ref', (root: string) => root, 'nowhere', 'git knows no commit "nowhere"', 'fetch it first'],
    [
      'a shallow clone',
      (root: string) => {
        commit(root);
        const clone = join(dirname(root), `${root.split('/').at(-1)}-shallow`);
        execFileSync('git', ['clone', '-q', '--depth=1', `file://${root}`, clone]);
        return clone;
      },
      'HEAD~1',
      'git knows no commit',
      'fetch-depth: 0',
    ],
    [
      'histories that share nothing',
      (root: string) => {
        git(root, 'checkout', '-q', '--orphan', 'other');
        writeFileSync(join(root, 'other'), 'x');
        commit(root);
        return root;
      },
      'main',
      'share no commit',
      'Name a branch',
    ],
    [
      'no repository',
      (root: string) => {
        rmSync(join(root, '.git'), { recursive: true });
        return root;
      },
      'main',
      'needs a git repository',
      'Leave it away',
    ],
    ['an option in the place of a ref', (root: string) => root, '--output=x', 'git knows no commit', 'Name a branch'],
  ])('refuses %s with what to do', async (_what, prepare, ref, message, remedy) => {
    const root = prepare(repository({ 'rules/a.yml': GOOD }));
    const { exit, stderr } = await gate(root, `--changed-since=${ref}`);
    expect(stderr).toContain(message);
    expect(stderr).toContain(remedy);
    expect(exit).toBe(2);
  });
});

describe('changed lines', () => {
  it('are those of edits, of gaps, of renames and of files below the top', () => {
    const lines = Array.from({ length: 20 }, (_, at) => `line ${at + 1}\n`);
    const root = repository({
      'sub/a.txt': lines.join(''),
      'sub/b.txt': lines.join(''),
      'sub/c.txt': lines.join(''),
      'top.txt': 'x\n',
    });
    writeFileSync(join(root, 'sub/a.txt'), lines.with(4, 'changed\n').toSpliced(10, 2).join(''));
    renameSync(join(root, 'sub/b.txt'), join(root, 'sub/renamed "b".txt'));
    appendFileSync(join(root, 'sub/renamed "b".txt'), 'more\n');
    git(root, 'add', '-A');
    appendFileSync(join(root, 'sub/c.txt'), 'not added\n');
    writeFileSync(join(root, 'top.txt'), 'y\n');
    const changes = changesSince(join(root, 'sub'), 'main');
    expect(Object.fromEntries(changes.files)).toEqual({
      'a.txt': [
        [5, 5],
        [10, 11],
      ],
      'c.txt': [[21, 21]],
      'renamed "b".txt': [[21, 21]],
    });
    expect(isChanged(changes, 'a.txt', 5)).toBe(true);
    expect(isChanged(changes, 'a.txt', 6)).toBe(false);
    expect(isChanged(changes, 'a.txt', 1, 7)).toBe(true);
    expect(isChanged(changes, 'a.txt', undefined)).toBe(true);
    expect(isChanged(changes, 'elsewhere.txt', undefined)).toBe(false);
  });

  it('make a run of a change equal a whole run, of which only they are looked at, for random commits', async () => {
    const root = repository(
      Object.fromEntries(Array.from({ length: 8 }, (_, at) => [`rules/${at}.yml`, at % 2 ? GOOD : BAD])),
    );
    let state = 20_261_121;
    const next = (below: number): number => {
      state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
      return state % below;
    };
    for (let round = 0; round < (process.env['HELIOS_THOROUGH'] === '1' ? 200 : 15); round++) {
      const before = git(root, 'rev-parse', 'HEAD');
      for (let edit = 0; edit <= next(3); edit++) changeSomething(root, next);
      if (next(2) === 0) commit(root);
      const changes = changesSince(root, before);
      const whole = await judged(root);
      const changed = await judged(root, '--changed-since', before);
      const expected = whole.findings.filter(({ location: { path, line, endLine } }) =>
        isChanged(changes, path, line, endLine),
      );
      expect(changed.findings, `round ${round}`).toEqual(expected);
      expect(changed.scope?.outside).toBe(whole.findings.length - expected.length);
    }
  }, 600_000);
});

function changeSomething(root: string, next: (below: number) => number): void {
  mkdirSync(join(root, 'rules/new'), { recursive: true });
  const rules = readdirSync(join(root, 'rules'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.yml'))
    .sort();
  const file = join(root, 'rules', rules[next(rules.length)] ?? '');
  const text = readFileSync(file, 'utf8');
  switch (next(5)) {
    case 0:
      return writeFileSync(file, text.replace('title: ', 'title: New '));
    case 1:
      return writeFileSync(file, text.replace(/attack\.t[\d.]+/, `attack.t${1000 + next(900)}`));
    case 2:
      return writeFileSync(join(root, `rules/new/${next(1000)}.yml`), next(2) === 0 ? GOOD : BAD);
    case 3:
      return renameSync(file, `${file.slice(0, -4)}-moved.yml`);
    default:
      return writeFileSync(file, `# a comment\n${text}`);
  }
}
