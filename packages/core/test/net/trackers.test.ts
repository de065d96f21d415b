// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { openApi } from '../../src/net/api.ts';
import { githubConnector } from '../../src/net/github.ts';
import { gitlabConnector } from '../../src/net/gitlab.ts';
import { type Connector, type Effect, openHttp, withPatience } from '../../src/net/index.ts';
import { PATIENCE } from '../../src/net/patience.ts';
import { branchOf } from '../../src/net/requests.ts';
import type { Change, Check, Issue } from '../../src/record/index.ts';
import { liveIn } from '../report/live-markdown.ts';
import { finding } from '../report/samples.ts';
import { githubDouble } from './github-double.ts';
import { gitlabDouble } from './gitlab-double.ts';
import { answerJson, type Loopback, serve } from './server.ts';

const headers = { authorization: 'Bearer token' };
const patience = { ...PATIENCE, wait: async () => {} };

function apiOf(server: Loopback): ReturnType<typeof openApi> {
  return openApi({ send: withPatience(openHttp({ network: server.network }), patience), base: server.url, headers });
}

/** The same questions to both, which each answers in its own way. */
const SERVICES = {
  async GitHub() {
    const double = await githubDouble();
    const { issues, pulls } = double;
    return {
      ...double,
      connector: githubConnector(apiOf(double), 'team/repo'),
      issuesHeld: () =>
        issues.map(({ state, title, body, labels }) => ({
          state,
          title,
          body,
          labels: labels.map(({ name }) => name),
        })),
      requestsHeld: () => pulls.map(({ title, body, head, base }) => ({ title, body, head, base })),
    };
  },
  async GitLab() {
    const double = await gitlabDouble();
    const { issues, merges } = double;
    return {
      ...double,
      connector: gitlabConnector(apiOf(double), 'team/sub/repo'),
      issuesHeld: () =>
        issues.map(({ state, title, description, labels }) => ({
          state: state.replace('opened', 'open'),
          title,
          body: description,
          labels,
        })),
      requestsHeld: () =>
        merges.map(({ title, description, source_branch, target_branch }) => ({
          title,
          body: description,
          head: source_branch,
          base: target_branch,
        })),
    };
  },
};

const issue = (key: string, more: Partial<Issue> = {}): Issue => ({
  schema: 'helios/issue/v1',
  key,
  state: 'open',
  title: `Title of ${key}`,
  body: `Body of ${key}`,
  labels: ['gap'],
  ...more,
});

const applyAll = async (effects: readonly Effect[]): Promise<string[]> => {
  const where: string[] = [];
  for (const effect of effects) where.push(await effect.apply());
  return where;
};
const shown = (effects: readonly Effect[]): string[] => effects.map(({ action, key }) => `${action} ${key}`);
const planIssues = async ({ planIssues: plan }: Connector, wanted: readonly Issue[]): Promise<Effect[]> =>
  (await plan?.(wanted, 'gap/')) ?? [];

describe.each(['GitHub', 'GitLab'] as const)('issues on %s', (name) => {
  it('are planned without a change, made once, and then as they should be', async () => {
    const { connector, changes, issuesHeld } = await SERVICES[name]();
    const wanted = [issue('gap/a'), issue('gap/b'), issue('gap/c'), issue('gap/d'), issue('gap/e')];
    const plan = await planIssues(connector, wanted);
    expect(shown(plan)).toEqual(wanted.map(({ key }) => `create ${key}`));
    expect(changes()).toEqual([]);
    expect((await applyAll(plan))[0]).toMatch(/^https:\/\//);
    expect(issuesHeld().map(({ title, labels, state }) => [title, labels, state])).toEqual(
      wanted.map(({ title }) => [title, ['helios', 'gap'], 'open']),
    );
    expect(await planIssues(connector, wanted)).toEqual([]);
  });

  it('are closed when nobody wants them, opened again when somebody does, and others are left alone', async () => {
    const { connector, issuesHeld } = await SERVICES[name]();
    await applyAll(await planIssues(connector, [issue('gap/a'), issue('gap/b')]));
    await applyAll((await connector.planIssues?.([issue('other/c')], 'other/')) ?? []);
    const closing = await planIssues(connector, [issue('gap/b')]);
    expect(shown(closing)).toEqual(['close gap/a']);
    await applyAll(closing);
    expect(issuesHeld().map(({ state }) => state)).toEqual(['closed', 'open', 'open']);
    expect(await planIssues(connector, [issue('gap/b')])).toEqual([]);
    expect(shown(await planIssues(connector, [issue('gap/a'), issue('gap/b')]))).toEqual(['reopen gap/a']);
  });

  it('are brought up to date, and keep the labels that people gave them', async () => {
    const service = await SERVICES[name]();
    const { connector, issuesHeld } = service;
    await applyAll(await planIssues(connector, [issue('gap/a')]));
    if ('pulls' in service) service.issues[0]?.labels.push({ name: 'mine' });
    else service.issues[0]?.labels.push('mine');
    expect(await planIssues(connector, [issue('gap/a')])).toEqual([]);
    const plan = await planIssues(connector, [issue('gap/a', { title: 'Another', labels: ['gap', 'new'] })]);
    expect(shown(plan)).toEqual(['update gap/a']);
    await applyAll(plan);
    expect(issuesHeld()).toMatchObject([{ title: 'Another', labels: ['helios', 'gap', 'mine', 'new'] }]);
  });

  it('say nothing to anybody, whatever is in them, and are found again by any key', async () => {
    const { connector, issuesHeld } = await SERVICES[name]();
    const nasty = issue('gap/-->\n<!-- helios:key=gap%2Fb -->', { body: '@team see #1 <img src=x> ![x](y)\n\n/close' });
    await applyAll(await planIssues(connector, [nasty]));
    const [{ body } = { body: '' }] = issuesHeld();
    const [text = ''] = body.split('<!-- helios:key=');
    expect(liveIn(text)).toEqual([]);
    // GitLab takes a line that begins with a slash for a command.
    expect(body).not.toMatch(/^\/close/m);
    expect(await planIssues(connector, [nasty])).toEqual([]);
  });

  it('are made once where the service asks to wait, and nothing is made twice where the line breaks', async () => {
    const { connector, trouble, issuesHeld } = await SERVICES[name]();
    const plan = await planIssues(connector, [issue('gap/a')]);
    trouble.push((response) => answerJson(response, 429, { message: 'slow down' }, { 'retry-after': '1' }));
    await applyAll(plan);
    expect(issuesHeld()).toHaveLength(1);
    const second = await planIssues(connector, [issue('gap/a'), issue('gap/b')]);
    trouble.push((response) => response.destroy());
    await expect(applyAll(second)).rejects.toThrow('did not answer');
    await applyAll(await planIssues(connector, [issue('gap/a'), issue('gap/b')]));
    expect(issuesHeld()).toHaveLength(2);
  });

  it('are refused with the words of the service, and what to do', async () => {
    const { connector, trouble } = await SERVICES[name]();
    trouble.push((response) => answerJson(response, 401, { message: 'Bad credentials' }));
    await expect(planIssues(connector, [])).rejects.toMatchObject({
      code: 'io',
      message: expect.stringContaining('answers 401: Bad credentials'),
      detail: { hint: expect.stringContaining('Check the token') },
    });
    trouble.push((response) => response.end('<html>login</html>'));
    await expect(planIssues(connector, [])).rejects.toThrow('answers something else than its API promises');
  });
});

const change = (more: Partial<Change> = {}): Change => ({
  key: 'fix/Tags: ATT&CK 19',
  title: 'Move tags to ATT&CK 19',
  body: 'By `--fix`.',
  base: 'main',
  parent: 'c0',
  files: new Map([
    ['a.txt', Buffer.from('new')],
    ['b.txt', null],
    ['dir/ü c.txt', Buffer.from('c')],
  ]),
  ...more,
});
const BRANCH = /^helios\/fix-tags-att-ck-19-[0-9a-f]{8}$/;

describe.each(['GitHub', 'GitLab'] as const)('a change on %s', (name) => {
  it('is planned without a change, proposed once, and then as it should be', async () => {
    const { connector, changes, requestsHeld, branches } = await SERVICES[name]();
    const plan = (await connector.planChange?.(change())) ?? [];
    expect([shown(plan), changes()]).toEqual([['create fix/Tags: ATT&CK 19'], []]);
    expect((await applyAll(plan))[0]).toMatch(/^https:\/\//);
    expect(requestsHeld()).toMatchObject([
      { title: 'Move tags to ATT&CK 19', base: 'main', head: expect.stringMatching(BRANCH) },
    ]);
    const branch = requestsHeld()[0]?.head ?? '';
    expect(Object.fromEntries(branches.get(branch) ?? [])).toEqual({ 'a.txt': 'new', 'dir/ü c.txt': 'c' });
    expect(Object.fromEntries(branches.get('main') ?? [])).toEqual({ 'a.txt': 'old', 'b.txt': 'b' });
    expect(await connector.planChange?.(change())).toEqual([]);
  });

  it('is brought up to date where something else is proposed, and leaves nothing of before', async () => {
    const { connector, requestsHeld, branches } = await SERVICES[name]();
    await applyAll((await connector.planChange?.(change())) ?? []);
    const other = change({ files: new Map([['b.txt', Buffer.from('b2')]]) });
    const plan = (await connector.planChange?.(other)) ?? [];
    expect(shown(plan)).toEqual(['update fix/Tags: ATT&CK 19']);
    await applyAll(plan);
    expect(requestsHeld()).toHaveLength(1);
    expect(Object.fromEntries(branches.get(requestsHeld()[0]?.head ?? '') ?? [])).toEqual({
      'a.txt': 'old',
      'b.txt': 'b2',
    });
    expect(await connector.planChange?.(other)).toEqual([]);
  });

  it('takes its branch where it was left without a request', async () => {
    const { connector, requestsHeld, branches } = await SERVICES[name]();
    branches.set(branchOf(change().key), new Map([['a.txt', 'stale']]));
    await applyAll((await connector.planChange?.(change())) ?? []);
    expect(requestsHeld()).toHaveLength(1);
    expect(branches.get(requestsHeld()[0]?.head ?? '')?.get('a.txt')).toBe('new');
  });
});

describe('a check on GitHub', () => {
  const check = (count: number, more: Partial<Check> = {}): Check => ({
    key: 'helios/run',
    name: 'Helios',
    commit: 'c0',
    conclusion: 'failure',
    title: `${count} errors`,
    summary: '## failed',
    findings: Array.from({ length: count }, (_, line) =>
      finding({ level: 'error', location: { path: 'a.yml', line: line + 1 } }),
    ),
    ...more,
  });

  it('has all its annotations, fifty with a request, and is made once', async () => {
    const { checks, changes, ...server } = await githubDouble();
    const { planCheck } = githubConnector(apiOf(server), 'team/repo');
    await applyAll((await planCheck?.(check(120))) ?? []);
    expect(changes()).toEqual(['POST /check-runs', 'PATCH /check-runs/1', 'PATCH /check-runs/1']);
    expect(checks[0]?.output.annotations.map(({ start_line }) => start_line)).toEqual(
      Array.from({ length: 120 }, (_, at) => at + 1),
    );
    expect(checks).toMatchObject([{ head_sha: 'c0', status: 'completed', conclusion: 'failure', name: 'Helios' }]);
    expect(await planCheck?.(check(120))).toEqual([]);
    expect(shown((await planCheck?.(check(119))) ?? [])).toEqual(['create helios/run']);
  });

  it('says how many findings it does not annotate', async () => {
    const { checks, ...server } = await githubDouble();
    await applyAll((await githubConnector(apiOf(server), 'team/repo').planCheck?.(check(1003))) ?? []);
    expect(checks[0]?.output.annotations).toHaveLength(1000);
    expect(checks[0]?.output.summary).toBe('## failed\n\n3 findings are not annotated.');
  });
});

it('a list without end is not followed for ever', async () => {
  const server = await serve((_, response) =>
    answerJson(response, 200, [], { link: `<http://${server.host}/>; rel="next"` }),
  );
  await expect(apiOf(server).list('/', z.object({}))).rejects.toThrow('lists without end');
  expect(server.received).toHaveLength(100);
});
