// SPDX-License-Identifier: Apache-2.0
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { run as mapper } from '../../attack-mapper/src/cli.ts';
import { type Called, call } from '../../core/test/cli/terminal.ts';
import { type GithubDouble, githubDouble } from '../../core/test/net/github-double.ts';
import { serve } from '../../core/test/net/server.ts';
import { run } from '../src/cli.ts';
import { BAD, CONFIG, gate, repository } from './two-gates.ts';

const CONNECTORS = (host: string): string => `network: {allow: ['${host}'], private: ['${host}']}
connectors:
  tickets: {kind: github, repository: team/repo, api: 'http://${host}'}
  chat: {kind: slack, url: env:CHAT_URL}
  sink: {kind: file, path: sent.ndjson}
`;

/** A repository whose connectors lead to a GitHub on loopback. */
async function connected(more: Readonly<Record<string, string>> = {}): Promise<{ root: string; github: GithubDouble }> {
  const github = await githubDouble();
  const root = repository({ 'rules/bad.yml': BAD, 'helios.yaml': CONNECTORS(github.host) + CONFIG, ...more });
  return { root, github };
}

const send = (root: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Called> =>
  call(run, { args: ['send', ...args], root, env: { GITHUB_TOKEN: 'token', HOME: root, ...env } });

const git = (root: string, ...args: string[]): string =>
  execFileSync('git', ['-C', root, '-c', 'user.name=a', '-c', 'user.email=a@example.com', ...args], {
    encoding: 'utf8',
  }).trim();

describe('sec send run', { timeout: 60_000 }, () => {
  it('says what it would tell, then tells it, and then has nothing to tell', async () => {
    const { root, github } = await connected();
    await gate(root);
    const args = ['run', '--to', 'tickets', '--commit', 'c0'];
    const plan = await send(root, args);
    expect(plan).toMatchObject({
      exit: 0,
      stderr: '',
      stdout: 'would create check: 2 errors\nnothing was changed; --apply does it\n',
    });
    expect(github.changes()).toEqual([]);
    const done = await send(root, [...args, '--apply']);
    expect(done.stdout).toBe('created check: 2 errors  https://github.example/checks/1\n');
    expect(github.checks[0]?.output.summary).toContain('| attack-mapper | ✖ failed |');
    expect((await send(root, [...args, '--apply'])).stdout).toBe('tickets is as it should be\n');
  });

  it('alerts of each gate that fails, and when it passes again', async () => {
    const { root } = await connected();
    const chat = await serve((_, response) => response.end('ok'));
    const env = { CHAT_URL: `${chat.url}/hook` };
    const config = readFileSync(join(root, 'helios.yaml'), 'utf8');
    writeFileSync(join(root, 'helios.yaml'), config.replaceAll(/\[('[^']*')\]/g, `[$1, '${chat.host}']`));
    await gate(root);
    const failing = await send(root, ['run', '--to', 'chat', '--apply'], env);
    expect(failing.stdout).toBe('sent alert (trigger): attack-mapper: 2 errors\n');
    expect((await send(root, ['run', '--to', 'chat', '--apply'], env)).stdout).toBe('chat is as it should be\n');
    rmSync(join(root, 'rules/bad.yml'));
    await gate(root, '--as-of', '2026-06-02');
    expect((await send(root, ['run', '--to', 'chat', '--apply'], env)).stdout).toBe(
      'sent alert (resolve): attack-mapper passes\n',
    );
    expect(chat.received).toHaveLength(2);
  });

  it('writes all of it to a file, for those who have no service', async () => {
    const { root } = await connected();
    await gate(root);
    const { stdout } = await send(root, ['run', '--to', 'sink', '--commit', 'c0', '--apply']);
    expect(stdout).toMatch(/^created check: .*\ncreated alert: attack-mapper: .*\ncreated alert: policy passes .*\n$/);
    expect(readFileSync(join(root, 'sent.ndjson'), 'utf8').trim().split('\n')).toHaveLength(3);
  });

  it.each([
    [['run', '--to', 'tickts'], 2, 'no connector "tickts"\n  → Did you mean "tickets"?'],
    [['run', '--to', 'tickets'], 2, 'not recorded with a commit'],
    [['run'], 2, "required option '--to <connector>' not specified"],
    [['changes', '--to', 'chat', '--title', 'x'], 2, 'chat needs CHAT_URL, which is not set'],
    [['run', 'nothing', '--to', 'sink'], 4, 'no evidence by this name'],
  ])('says what is wrong with %j', async (args, exit, message) => {
    const { root } = await connected();
    await gate(root);
    const said = await send(root, args);
    expect(said.stderr).toContain(message);
    expect([said.exit, said.stdout]).toEqual([exit, '']);
  });

  it('sends nothing where the host is not allowed, or the token is missing', async () => {
    const { root, github } = await connected();
    await gate(root);
    const args = ['run', '--to', 'tickets', '--commit', 'c0', '--apply'];
    const missing = await call(run, { args: ['send', ...args], root, env: {} });
    expect([missing.exit, missing.stderr]).toEqual([
      2,
      expect.stringContaining('needs GITHUB_TOKEN, which is not set'),
    ]);
    const config = readFileSync(join(root, 'helios.yaml'), 'utf8');
    writeFileSync(join(root, 'helios.yaml'), config.replace(/^network:.*\n/, ''));
    const refused = await send(root, args);
    expect([refused.exit, refused.stderr]).toEqual([2, expect.stringContaining('is not in network.allow')]);
    expect(github.received).toEqual([]);
  });
});

describe('sec send changes', { timeout: 60_000 }, () => {
  it('proposes what differs from the commit, and leaves work tree, index and branch as they are', async () => {
    const { root, github } = await connected({ 'a.txt': 'old', 'b.txt': 'b' });
    git(root, 'init', '-q', '-b', 'main');
    git(root, 'add', '-A');
    git(root, 'commit', '-qm', 'a');
    const base = new Map(Object.entries({ 'a.txt': 'old', 'b.txt': 'b' }));
    github.objects.set(git(root, 'rev-parse', 'HEAD'), base);
    const args = ['changes', '--to', 'tickets', '--title', 'Mend it', '--apply'];
    const none = await send(root, args);
    expect([none.exit, none.stderr]).toEqual([2, expect.stringContaining('nothing differs from the commit')]);
    writeFileSync(join(root, 'a.txt'), 'new');
    rmSync(join(root, 'b.txt'));
    writeFileSync(join(root, 'rules/ü neu.yml'), 'c');
    const before = git(root, 'status', '--porcelain');
    expect((await send(root, args)).stdout).toBe('created pull request: Mend it  https://github.example/pull/10\n');
    expect(git(root, 'status', '--porcelain')).toBe(before);
    const proposed = github.branches.get(github.pulls[0]?.head ?? '');
    expect([proposed?.get('a.txt'), proposed?.has('b.txt'), proposed?.get('rules/ü neu.yml')]).toEqual([
      'new',
      false,
      'c',
    ]);
    expect((await send(root, args)).stdout).toBe('tickets is as it should be\n');
    const narrower = await send(join(root, 'rules'), [...args, '.']);
    expect(narrower.stdout).toMatch(/^updated pull request/);
    expect([...(github.branches.get(github.pulls[0]?.head ?? '') ?? [])].map(([path]) => path)).toContain('b.txt');
  });
});

it('sec-attack-mapper gaps --to brings a tracker in line with the gaps', { timeout: 60_000 }, async () => {
  const { root, github } = await connected({
    'scope.yaml': 'schema: helios/scope/v1\ntitle: T\ninclude: [T1486, T1059]\n',
  });
  const config = readFileSync(join(root, 'helios.yaml'), 'utf8');
  const coverage = "    include: ['rules/*.yml']\n    coverage: [{name: all, scope: scope.yaml, claimed: 0}]\n";
  writeFileSync(join(root, 'helios.yaml'), config.replace("    include: ['rules/*.yml']\n", coverage));
  const gaps = (...args: readonly string[]): Promise<Called> =>
    call(mapper, { args: ['gaps', '--to', 'tickets', ...args], root, env: { GITHUB_TOKEN: 'token' } });
  const plan = await gaps();
  expect(plan.stdout).toMatch(
    /^would create issue: No detection for .*\nwould create issue: .*\nnothing was changed; --apply does it\n$/,
  );
  expect(github.changes()).toEqual([]);
  expect((await gaps('--apply')).stdout).toContain('created issue: No detection for T1059');
  expect(github.issues.map(({ title, state }) => [title, state])).toHaveLength(2);
  expect((await gaps('--apply')).stdout).toBe('tickets is as it should be\n');
  expect(existsSync(join(root, 'analytics'))).toBe(false);
});
