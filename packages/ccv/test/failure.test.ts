// SPDX-License-Identifier: Apache-2.0
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { verifyEvidence } from '@helios/core/evidence';
import { describe, expect, it } from 'vitest';
import type { ServerResponse } from 'node:http';
import { githubDouble } from '../../core/test/net/github-double.ts';
import { answerJson } from '../../core/test/net/server.ts';
import { type Called, call } from '../../core/test/cli/terminal.ts';
import { plant } from '../../core/test/input/tree.ts';
import { run } from '../src/cli.ts';
import { control, daysBack, type Files, NOW, runs, services } from './gate/stage.ts';

const FAILED = { daysAgo: 2, outcome: 'fail', reason: 'the canary was not seen' } as const;
const CONFIG =
  'version: 1\nnetwork: { allow: [hooks.example] }\nconnectors:\n  tracker: { kind: file, path: issues.ndjson }\n  chat: { kind: slack, url: env:SLACK }\n';
const FILES: Files = {
  'helios.yaml': CONFIG,
  ...services({ shop: 1 }),
  ...control('alpha'),
  ...runs({ daysAgo: 3 }, FAILED),
};

function openPrs(root: string, ...args: readonly string[]): Promise<Called> {
  return call(run, { args: ['open-prs', '--to', 'tracker', ...args], root, now: new Date(NOW) });
}

async function verdict(root: string): Promise<string[]> {
  const { stdout } = await call(run, {
    args: ['check', '--no-evidence', '--no-cache', '--format', 'json'],
    root,
    now: new Date(NOW),
  });
  const [gate] = (JSON.parse(stdout) as { gates: [{ findings: { ruleId: string }[] }] }).gates;
  return gate.findings.map(({ ruleId }) => ruleId);
}

function issues(root: string): Record<string, unknown>[] {
  const text = readFileSync(join(root, 'issues.ndjson'), 'utf8');
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

function records(root: string): Record<string, unknown>[] {
  const folder = join(root, '.evidence/ccv');
  return readdirSync(folder)
    .filter((name) => name.startsWith('failure-'))
    .map(
      (name) =>
        (JSON.parse(readFileSync(join(folder, name), 'utf8')) as { predicate: Record<string, unknown> }).predicate,
    );
}

function leave(root: string, files: Files): void {
  for (const [path, text] of Object.entries(files)) writeFileSync(join(root, path), text);
}

describe('sec-ccv open-prs', () => {
  it('says what it would do, and does nothing', async () => {
    const root = plant(FILES);
    expect(await openPrs(root)).toMatchObject({
      exit: 0,
      stdout:
        'would create issue: Control alpha of shop fails: the canary was not seen\nnothing was changed; --apply does it\n',
    });
    expect([existsSync(join(root, 'issues.ndjson')), records(root)]).toEqual([false, []]);
  });

  it('opens an issue with owner, date and rollback plan, and leaves a record that the gate takes', async () => {
    const root = plant(FILES);
    expect(await verdict(root)).toContain('ccv/failure-without-record');
    expect((await openPrs(root, '--apply')).exit).toBe(0);
    expect(issues(root)).toEqual([
      {
        schema: 'helios/issue/v1',
        key: 'ccv/failure/alpha',
        state: 'open',
        title: 'Control alpha of shop fails: the canary was not seen',
        body: expect.stringMatching(
          /Owner: shop-team\.\nTo be mended by 2026-06-06T12:00:00.000Z.*\nRollback plan: Nothing to undo/,
        ),
        labels: ['control-failure', 'tier-1'],
      },
    ]);
    expect(records(root)).toEqual([
      expect.objectContaining({
        control: 'alpha',
        owner: 'shop-team',
        expires: daysBack(-5),
        where: 'issues.ndjson',
        key: 'ccv/failure/alpha',
      }),
    ]);
    const after = await verdict(root);
    expect(after).toContain('ccv/open-failure');
    expect(after).not.toContain('ccv/failure-without-record');
    // The runs of this test were not left by storeRecord, and verify all the same: they are what it would write.
    expect((await verifyEvidence(join(root, '.evidence'), { publicKeys: [], requireSigned: false })).problems).toEqual(
      [],
    );
  });

  it('says the same but once', async () => {
    const root = plant(FILES);
    await openPrs(root, '--apply');
    expect((await openPrs(root, '--apply')).stdout).toBe('tracker is as it should be\n');
    expect([issues(root).length, records(root).length]).toEqual([1, 1]);
  });

  it('adds the record where it was stopped after the issue', async () => {
    const root = plant(FILES);
    await openPrs(root, '--apply');
    const folder = join(root, '.evidence/ccv');
    for (const name of readdirSync(folder)) if (name.startsWith('failure-')) rmSync(join(folder, name));
    const { stdout } = await openPrs(root, '--apply');
    expect(stdout).toMatch(
      /^created record of a failure: alpha {2}\.evidence\/ccv\/failure-alpha-[0-9a-f]{12}\.intoto\.json\n$/,
    );
    expect(records(root)).toEqual([expect.objectContaining({ where: 'tracker: ccv/failure/alpha' })]);
    expect(await verdict(root)).not.toContain('ccv/failure-without-record');
  });

  it('tells of a new owner', async () => {
    const root = plant(FILES);
    await openPrs(root, '--apply');
    const path = join(root, 'controls/ccv/alpha.yaml');
    writeFileSync(path, readFileSync(path, 'utf8').replace('shop-team', 'till-team'));
    const later = { args: ['open-prs', '--to', 'tracker', '--apply'], root, now: new Date(daysBack(-1)) };
    expect((await call(run, later)).stdout).toMatch(/^updated issue/);
    expect(new Set(records(root).map(({ owner }) => owner))).toEqual(new Set(['shop-team', 'till-team']));
  });

  it('tells of another date, when the configuration gives less time', async () => {
    const root = plant(FILES);
    await openPrs(root, '--apply');
    writeFileSync(join(root, 'helios.yaml'), `${CONFIG}gates: { ccv: { failures: { within: 3 } } }\n`);
    expect(await verdict(root)).toContain('ccv/overlong-failure');
    const later = { args: ['open-prs', '--to', 'tracker', '--apply'], root, now: new Date(daysBack(-0.5)) };
    expect((await call(run, later)).stdout).toMatch(/^updated issue/);
    expect(new Set(records(root).map(({ expires }) => expires))).toEqual(new Set([daysBack(-5), daysBack(-1)]));
  });

  it('closes issue and record when the control passes again', async () => {
    const root = plant(FILES);
    await openPrs(root, '--apply');
    leave(root, runs({ daysAgo: 1 }));
    expect(await verdict(root)).toEqual(['ccv/stale-failure-record']);
    expect((await openPrs(root, '--apply')).stdout).toMatch(/^closed issue: Control alpha of shop fails/);
    expect(issues(root)).toEqual([expect.objectContaining({ state: 'closed' })]);
    expect(await verdict(root)).toEqual([]);
    expect((await openPrs(root, '--apply')).stdout).toBe('tracker is as it should be\n');
  });

  it('opens the same issue again when the control fails again', async () => {
    const root = plant({ ...FILES, ...runs({ daysAgo: 1.5 }) });
    leave(root, runs({ ...FAILED, daysAgo: 1 }));
    expect((await openPrs(root, '--apply')).stdout).toMatch(/^created issue/);
    leave(root, runs({ daysAgo: 0.8 }));
    expect((await openPrs(root, '--apply')).stdout).toMatch(/^closed issue/);
    leave(root, runs({ ...FAILED, daysAgo: 0.5 }));
    expect((await openPrs(root, '--apply')).stdout).toMatch(/^reopened issue/);
    expect(issues(root)).toHaveLength(1);
    expect(await verdict(root)).not.toContain('ccv/failure-without-record');
  });

  it('closes nothing for want of records: another machine may have them', async () => {
    const root = plant(FILES);
    await openPrs(root, '--apply');
    rmSync(join(root, '.evidence'), { recursive: true });
    const { stdout, stderr } = await openPrs(root, '--apply');
    expect(stdout).toBe('tracker is as it should be\n');
    expect(stderr).toBe(
      'left open: Control alpha of shop fails: the canary was not seen (ccv/failure/alpha): no run on record shows that it passes\n',
    );
    expect(issues(root)).toEqual([expect.objectContaining({ state: 'open' })]);
  });

  it('speaks of a control that is gone by the inventory', async () => {
    const { 'controls/ccv/alpha.yaml': _gone, ...rest } = FILES;
    const root = plant(rest);
    await openPrs(root, '--apply');
    expect(records(root)).toEqual([
      expect.objectContaining({ owner: 'shop-team', rollbackPlan: expect.stringContaining('is gone') }),
    ]);
  });

  it('waits until every control can be read', async () => {
    const root = plant({ ...FILES, 'controls/ccv/alpha.yaml': 'schema: helios/control/v1\nid: alpha\n' });
    expect(await openPrs(root, '--apply')).toMatchObject({
      exit: 2,
      stderr: expect.stringMatching(/^sec-ccv: controls\/ccv\/alpha\.yaml:\d+: /),
    });
    expect(existsSync(join(root, 'issues.ndjson'))).toBe(false);
  });

  it('names the steps of a rollback', async () => {
    const more =
      'expires: 2026-12-31\nstate:\n  - { kind: document, name: flag, path: flag.json }\naction:\n  - { kind: write, name: raise, path: flag.json, content: "1" }\nrollback:\n  - { kind: remove, name: lower, path: flag.json }\n  - { kind: wait, name: settle, for: PT1S }\nhealth:\n  probes:\n    - { kind: dns, name: alive, query: shop.example, expect: { /0: 192.0.2.1 } }\n';
    const root = plant({ ...FILES, ...control('alpha', 'shop', 1, more) });
    await openPrs(root, '--apply');
    expect(records(root)[0]?.['rollbackPlan']).toBe(
      '1. lower (remove); 2. settle (wait). Then must hold again: answer.',
    );
  });

  it('keeps issues on GitHub, and the record says where', async () => {
    const github = await githubDouble();
    const config = `version: 1\nnetwork: ${JSON.stringify(github.network)}\nconnectors:\n  tracker: { kind: github, repository: team/repo, api: "${github.url}" }\n`;
    const root = plant({
      ...FILES,
      ...control('beta'),
      ...runs({ ...FAILED, control: 'beta' }),
      'helios.yaml': config,
    });
    const open = (): Promise<Called> =>
      call(run, {
        args: ['open-prs', '--to', 'tracker', '--apply'],
        root,
        now: new Date(NOW),
        env: { GITHUB_TOKEN: 'token' },
      });
    // The second issue is refused: what was done before is on record, and the next run does the rest.
    const refuse = (response: ServerResponse): void => answerJson(response, 403, { message: 'not now' });
    const pass = github.issues.push.bind(github.issues);
    github.issues.push = (...added) => {
      if (github.issues.length === 0) github.trouble.push(refuse);
      return pass(...added);
    };
    expect(await open()).toMatchObject({ exit: 2, stderr: expect.stringContaining('answers 403: not now') });
    expect(records(root).map(({ control: id, where }) => [id, where])).toEqual([['alpha', github.issues[0]?.html_url]]);
    expect((await open()).exit).toBe(0);
    expect(github.issues.map(({ title }) => title)).toEqual([
      'Control alpha of shop fails: the canary was not seen',
      'Control beta of shop fails: the canary was not seen',
    ]);
    expect(records(root)).toHaveLength(2);
    leave(root, runs({ daysAgo: 1 }));
    expect((await open()).stdout).toMatch(/^closed issue: Control alpha of shop fails/);
    expect(github.issues.map(({ state }) => state)).toEqual(['closed', 'open']);
  });

  it.each([
    ['a connector that is not there', ['--to', 'trakcer'], 'Did you mean "tracker"?'],
    ['a connector that takes no issues', ['--to', 'chat'], 'chat takes no issues'],
  ])('refuses %s', async (_name, args, complaint) => {
    const { exit, stderr } = await call(run, {
      args: ['open-prs', ...args],
      files: FILES,
      env: { SLACK: 'https://hooks.example/x' },
    });
    expect(exit).toBe(2);
    expect(stderr).toContain(complaint);
  });
});
