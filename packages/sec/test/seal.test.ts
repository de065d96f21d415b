// SPDX-License-Identifier: Apache-2.0
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Called, call } from '../../core/test/cli/terminal.ts';
import { run } from '../src/cli.ts';
import { BAD, gate, repository } from './two-gates.ts';

const evidence = (root: string, ...args: readonly string[]): Promise<Called> =>
  call(run, { args: ['evidence', ...args], root });

const SEAL = ['seal', '--log-key', 'log.key', '--origin', 'example.com/team'] as const;

/** A repository with a judged run and a key for its log. */
async function judged(): Promise<string> {
  const root = repository();
  expect((await gate(root)).exit).toBe(0);
  await evidence(root, 'keygen', 'log', '--log', 'example.com/team');
  return root;
}

const rollupsIn = (root: string): string[] =>
  readdirSync(join(root, '.evidence/builds'))
    .filter((name) => name.endsWith('.intoto.json'))
    .map((name) => `.evidence/builds/${name}`);

describe('sealing', () => {
  it('appends each run once, and verify holds the log against the evidence', async () => {
    const root = await judged();
    expect(await evidence(root, ...SEAL)).toMatchObject({ exit: 0, stdout: expect.stringContaining('as entry 0') });
    expect(await evidence(root, ...SEAL)).toMatchObject({
      exit: 0,
      stdout: expect.stringContaining('nothing to seal'),
    });
    await gate(root);
    expect(await evidence(root, ...SEAL)).toMatchObject({ exit: 0, stdout: expect.stringContaining('as entry 1') });
    expect(await evidence(root, 'verify', '--log-key', 'log.vkey', '--require-sealed')).toMatchObject({
      exit: 0,
      stdout: expect.stringContaining('2 runs sealed in example.com/team, 0 not sealed'),
    });
  });

  it('is missed where it is required, run by run', async () => {
    const root = await judged();
    expect((await evidence(root, 'verify', '--require-sealed')).exit).toBe(4);
    await evidence(root, ...SEAL);
    await gate(root);
    const { exit, stdout } = await evidence(root, 'verify', '--require-sealed');
    expect(exit).toBe(4);
    expect(stdout).toContain('is not in the log of example.com/team');
    expect((await evidence(root, 'verify')).exit).toBe(0);
  });

  it('shows a run that was deleted, with its evidence or without', async () => {
    const root = await judged();
    await evidence(root, ...SEAL);
    const [rollup = ''] = rollupsIn(root);
    rmSync(join(root, rollup));
    const { exit, stdout } = await evidence(root, 'verify', '--log-key', 'log.vkey');
    expect(exit).toBe(4);
    expect(stdout).toContain(`${rollup}: is sealed in the log of example.com/team, and is missing`);
    rmSync(join(root, '.evidence/gates'), { recursive: true });
    rmSync(join(root, '.evidence/builds'), { recursive: true });
    expect((await evidence(root, 'verify', '--log-key', 'log.vkey')).exit).toBe(4);
  });

  it('is refused to a run that lacks a required gate, and to one that does not hold', async () => {
    const root = await judged();
    writeFileSync(
      join(root, 'helios.yaml'),
      `${readFileSync(join(root, 'helios.yaml'), 'utf8')}evidence:\n  required: [attack-mapper, policy, exception]\n`,
    );
    const refused = await evidence(root, ...SEAL);
    expect(refused.exit).toBe(4);
    expect(refused.stderr).toContain('holds no evidence of exception, which is required');
    expect(existsSync(join(root, '.evidence/log'))).toBe(false);
    const missing = await evidence(root, 'verify');
    expect(missing).toMatchObject({ exit: 4, stdout: expect.stringContaining('holds no evidence of exception') });
    writeFileSync(
      join(root, 'helios.yaml'),
      readFileSync(join(root, 'helios.yaml'), 'utf8').replace(', exception', ''),
    );
    expect((await evidence(root, 'verify')).exit).toBe(0);
    const [result = ''] = readdirSync(join(root, '.evidence/gates'));
    writeFileSync(join(root, '.evidence/gates', result), '{}');
    expect((await evidence(root, ...SEAL)).exit).toBe(4);
    expect(existsSync(join(root, '.evidence/log'))).toBe(false);
  });

  it.each([
    [['seal'], 'a log needs a name and a key'],
    [['seal', '--log-key', 'nowhere.key', '--origin', 'example.com/team'], 'cannot be read'],
    [['seal', '--log-key', 'log.vkey', '--origin', 'example.com/team'], 'cannot be used'],
    [['seal', '--log-key', 'env:NO_SUCH_KEY', '--origin', 'example.com/team'], 'NO_SUCH_KEY, which is not set'],
    [['seal', '--log-key', 'log.key', '--origin', 'two words'], 'is no name of a log'],
    [['verify', '--log-key', 'log.key'], 'no verifier key'],
    [['verify', '--quorum', '1'], 'no number of the 0 witnesses'],
    [['verify', '--proof', 'x'], 'a proof is checked for one roll-up'],
    [['verify', 'x', '--proof', 'log.vkey'], 'needs to know whose log'],
    [['keygen', 'x', '--log', 'a+b'], 'is no name of a log'],
    [
      ['seal', '--log-key', 'log.key', '--origin', 'example.com/team', '--git-ref', 'refs/heads/x'],
      'no git repository',
    ],
  ])('says what is wrong with %j', async (args, message) => {
    const { exit, stderr } = await evidence(await judged(), ...args);
    expect(stderr).toContain(message);
    expect(exit).toBe(2);
  });
});

describe('a proof of inclusion', () => {
  it('is made from any file of a run, and holds without log or evidence folder', async () => {
    const root = await judged();
    await evidence(root, ...SEAL);
    const [rollup = ''] = rollupsIn(root);
    const results = readdirSync(join(root, '.evidence/gates')).map((name) => `.evidence/gates/${name}`);
    for (const file of [rollup, rollup.replace(/\.[0-9a-f]{8}\.intoto/, ''), ...results]) {
      expect(await evidence(root, 'prove', file, '-o', 'proof.txt'), file).toMatchObject({ exit: 0 });
    }
    const elsewhere = mkdtempSync(join(tmpdir(), 'helios-auditor-'));
    copyFileSync(join(root, rollup), join(elsewhere, 'rollup.json'));
    for (const name of ['proof.txt', 'log.vkey']) copyFileSync(join(root, name), join(elsewhere, name));
    const check = ['verify', 'rollup.json', '--proof', 'proof.txt', '--log-key', 'log.vkey'];
    expect(await evidence(elsewhere, ...check)).toMatchObject({
      exit: 0,
      stdout: '✔ entry 0 of 1 in example.com/team\n',
    });
    writeFileSync(join(elsewhere, 'rollup.json'), readFileSync(join(root, rollup), 'utf8').replace('PASSED', 'FAILED'));
    expect((await evidence(elsewhere, ...check)).exit).toBe(4);
  });

  it('is not to be had for a run that is not sealed, nor for what is no evidence', async () => {
    const root = await judged();
    const [rollup = ''] = rollupsIn(root);
    expect(await evidence(root, 'prove', rollup)).toMatchObject({ exit: 4, stdout: '' });
    await evidence(root, ...SEAL);
    await gate(root);
    const unsealed = rollupsIn(root).find((path) => path !== rollup) ?? '';
    expect((await evidence(root, 'prove', unsealed)).stderr).toContain('is not in the log');
    expect((await evidence(root, 'prove', 'helios.yaml')).exit).toBe(4);
  });
});

describe('a log on a git ref', { timeout: 120_000 }, () => {
  const git = (root: string, ...args: string[]): string =>
    execFileSync('git', ['-C', root, '-c', 'user.name=a', '-c', 'user.email=a@example.com', ...args], {
      encoding: 'utf8',
    }).trim();

  /** A bare repository, and clones of it on branches of their own, each with a judged run. */
  async function clones(count: number): Promise<{ hub: string; jobs: string[] }> {
    const seed = await judged();
    rmSync(join(seed, '.evidence'), { recursive: true });
    git(seed, 'init', '-q', '-b', 'main');
    git(seed, 'add', '-A');
    git(seed, 'commit', '-qm', 'seed');
    const hub = join(mkdtempSync(join(tmpdir(), 'helios-hub-')), 'hub.git');
    execFileSync('git', ['clone', '-q', '--bare', seed, hub]);
    const jobs = Array.from({ length: count }, (_, at) => {
      const job = join(mkdtempSync(join(tmpdir(), 'helios-job-')), 'job');
      execFileSync('git', ['clone', '-q', hub, job]);
      git(job, 'checkout', '-qb', `branch-${at}`);
      writeFileSync(join(job, `rules/of-branch-${at}.yml`), BAD);
      return job;
    });
    for (const job of jobs) await gate(job);
    return { hub, jobs };
  }

  const REF = ['--git-ref', 'refs/heads/evidence-log', '--remote', 'origin'] as const;

  it('takes the runs of branches that seal at once into one history', async () => {
    const { hub, jobs } = await clones(4);
    const before = jobs.map((job) => git(job, 'status', '--porcelain', '--ignored'));
    const sealed = await Promise.all(jobs.map((job) => evidence(job, ...SEAL, ...REF)));
    for (const { exit, stderr } of sealed) expect(exit, stderr).toBe(0);
    expect(git(hub, 'rev-list', '--count', 'evidence-log')).toBe('4');
    expect(git(hub, 'rev-list', '--merges', '--count', 'evidence-log')).toBe('0');
    expect(git(hub, 'show', 'evidence-log:checkpoint').split('\n').slice(0, 2)).toEqual(['example.com/team', '4']);
    // Neither index nor work tree of a job was touched.
    expect(jobs.map((job) => git(job, 'status', '--porcelain', '--ignored'))).toEqual(before);

    // Each checkpoint of the history is extended by the last one.
    const [auditor = ''] = jobs;
    git(auditor, 'fetch', '-q', 'origin', 'evidence-log');
    git(auditor, 'worktree', 'add', '-q', '--detach', join(auditor, '.evidence/log'), 'FETCH_HEAD');
    rmSync(join(auditor, '.evidence/log/.git'));
    for (const commit of git(hub, 'rev-list', 'evidence-log').split('\n')) {
      writeFileSync(join(auditor, 'earlier'), `${git(hub, 'show', `${commit}:checkpoint`)}\n`);
      const { stdout } = await evidence(auditor, 'verify', '--log-key', 'log.vkey', '--checkpoint', 'earlier');
      expect(stdout).not.toContain('checkpoint:');
      expect(stdout).toContain('4 runs sealed in example.com/team');
    }
  });

  it('is not sealed again for what it holds, and says so when it cannot be reached', async () => {
    const { jobs } = await clones(1);
    const [job = ''] = jobs;
    expect((await evidence(job, ...SEAL, ...REF)).exit).toBe(0);
    expect((await evidence(job, ...SEAL, ...REF)).stdout).toContain('nothing to seal');
    const { exit, stderr } = await evidence(job, ...SEAL, '--git-ref', 'refs/heads/x', '--remote', 'nowhere');
    expect(stderr).toContain('the log cannot be fetched from nowhere');
    expect(exit).toBe(2);
  });

  it('may be of this repository alone', async () => {
    const { jobs } = await clones(1);
    const [job = ''] = jobs;
    for (const size of ['1', '2']) {
      expect((await evidence(job, ...SEAL, '--git-ref', 'refs/evidence/log')).exit).toBe(0);
      expect(git(job, 'show', 'refs/evidence/log:checkpoint').split('\n')[1]).toBe(size);
      await gate(job);
    }
  });
});
