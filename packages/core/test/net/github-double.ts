// SPDX-License-Identifier: Apache-2.0
import type { ServerResponse } from 'node:http';
import { answerJson, type Loopback, type Received, serve } from './server.ts';

interface DoubleIssue {
  number: number;
  state: string;
  title: string;
  body: string;
  labels: { name: string }[];
  html_url: string;
  pull_request?: object;
}

interface DoublePull {
  number: number;
  title: string;
  body: string;
  head: string;
  base: string;
  html_url: string;
}

interface DoubleCheck {
  readonly id: number;
  readonly external_id: string;
  readonly output: { readonly summary: string; readonly annotations: { readonly start_line: number }[] };
}

export interface GithubDouble extends Loopback {
  readonly issues: DoubleIssue[];
  readonly pulls: DoublePull[];
  /** Files by branch. */
  readonly branches: Map<string, Map<string, string>>;
  readonly checks: DoubleCheck[];
  /** Blobs, trees and commits, which are trees here, by id. */
  readonly objects: Map<string, unknown>;
  /** Requests that changed something. */
  readonly changes: () => string[];
  /** What to answer instead, once. */
  readonly trouble: ((response: ServerResponse) => void)[];
}

const PER_PAGE = 2;

/** As much of GitHub's REST API as we speak, with small pages. */
export async function githubDouble(): Promise<GithubDouble> {
  const issues: DoubleIssue[] = [];
  const pulls: DoublePull[] = [];
  const branches = new Map<string, Map<string, string>>([
    [
      'main',
      new Map([
        ['a.txt', 'old'],
        ['b.txt', 'b'],
      ]),
    ],
  ]);
  const checks: DoubleCheck[] = [];
  const trouble: ((response: ServerResponse) => void)[] = [];
  const objects = new Map<string, unknown>([['c0', new Map(branches.get('main'))]]);
  const store = (value: unknown): string => {
    const sha = `c${objects.size}`;
    objects.set(sha, value);
    return sha;
  };
  const url = (what: string): string => `https://github.example/${what}`;
  type Route = (match: RegExpExecArray, body: Record<string, unknown>, query: URLSearchParams) => [number, unknown];
  const routes: readonly (readonly [string, RegExp, Route])[] = [
    [
      'POST',
      /^\/issues$/,
      (_, body) => {
        const labels = (body['labels'] as string[]).map((name) => ({ name }));
        const issue = {
          number: issues.length + 1,
          state: 'open',
          html_url: url(`issues/${issues.length + 1}`),
          ...body,
          labels,
        } as DoubleIssue;
        issues.push(issue);
        return [201, issue];
      },
    ],
    [
      'PATCH',
      /^\/issues\/(\d+)$/,
      ([, number], body) => {
        const issue = issues.find((each) => each.number === Number(number));
        if (!issue) return [404, { message: 'Not Found' }];
        Object.assign(issue, body, { labels: (body['labels'] as string[]).map((name) => ({ name })) });
        return [200, issue];
      },
    ],
    [
      'GET',
      /^\/pulls$/,
      (_m, _b, query) => [
        200,
        pulls.filter(({ head, base }) => query.get('head') === `team:${head}` && query.get('base') === base),
      ],
    ],
    [
      'POST',
      /^\/pulls$/,
      (_, body) => {
        const pull = { number: pulls.length + 10, html_url: url(`pull/${pulls.length + 10}`), ...body } as DoublePull;
        pulls.push(pull);
        return [201, pull];
      },
    ],
    [
      'PATCH',
      /^\/pulls\/(\d+)$/,
      ([, number], body) => [200, Object.assign(pulls.find((each) => each.number === Number(number)) ?? {}, body)],
    ],
    [
      'POST',
      /^\/git\/blobs$/,
      (_, body) => [201, { sha: store(Buffer.from(String(body['content']), 'base64').toString()) }],
    ],
    [
      'POST',
      /^\/git\/trees$/,
      (_, body) => {
        const base = objects.get(String(body['base_tree']));
        if (!(base instanceof Map)) return [404, { message: 'Not Found' }];
        const tree = new Map(base as Map<string, string>);
        for (const { path, sha } of body['tree'] as { path: string; sha: string | null }[]) {
          if (sha === null) tree.delete(path);
          else tree.set(path, objects.get(sha) as string);
        }
        return [201, { sha: store(tree) }];
      },
    ],
    ['POST', /^\/git\/commits$/, (_, body) => [201, { sha: store(objects.get(String(body['tree']))) }]],
    [
      'GET',
      /^\/git\/ref\/heads\/(.+)$/,
      ([, name = '']) => (branches.has(name) ? [200, { object: { sha: 'x' } }] : [404, { message: 'Not Found' }]),
    ],
    [
      'POST',
      /^\/git\/refs$/,
      (_, body) => {
        branches.set(
          String(body['ref']).replace('refs/heads/', ''),
          objects.get(String(body['sha'])) as Map<string, string>,
        );
        return [201, { object: { sha: body['sha'] } }];
      },
    ],
    [
      'PATCH',
      /^\/git\/refs\/heads\/(.+)$/,
      ([, name = ''], body) => {
        branches.set(name, objects.get(String(body['sha'])) as Map<string, string>);
        return [200, { object: { sha: body['sha'] } }];
      },
    ],
    ['GET', /^\/commits\/(\w+)\/check-runs$/, () => [200, { check_runs: checks }]],
    [
      'POST',
      /^\/check-runs$/,
      (_, body) => {
        const check = {
          id: checks.length + 1,
          html_url: url(`checks/${checks.length + 1}`),
          ...body,
        } as unknown as DoubleCheck;
        checks.push(check);
        return [201, check];
      },
    ],
    [
      'PATCH',
      /^\/check-runs\/(\d+)$/,
      ([, id], body) => {
        const check = checks.find((each) => each.id === Number(id));
        check?.output.annotations.push(...(body['output'] as DoubleCheck['output']).annotations);
        return [200, check];
      },
    ],
  ];
  const server = await serve((request, response) => {
    const first = trouble.shift();
    if (first) return first(response);
    if (request.headers.authorization !== 'Bearer token')
      return answerJson(response, 401, { message: 'Bad credentials' });
    const { pathname, searchParams } = new URL(request.url, 'http://x');
    const path = pathname.replace('/repos/team/repo', '');
    if (request.method === 'GET' && path === '/issues') return answerPage(request, searchParams, response);
    for (const [method, pattern, route] of routes) {
      const match = method === request.method && pattern.exec(path);
      if (match)
        return answerJson(response, ...route(match, request.body ? JSON.parse(request.body) : {}, searchParams));
    }
    answerJson(response, 404, { message: 'Not Found' });
  });
  const answerPage = ({ url: path }: Received, query: URLSearchParams, response: ServerResponse): void => {
    const page = Number(query.get('page') ?? '1');
    const all = issues.filter(({ labels }) => labels.some(({ name }) => name === query.get('labels')));
    const next = new URL(path, server.url);
    next.searchParams.set('page', String(page + 1));
    const link: Record<string, string> =
      all.length > page * PER_PAGE ? { link: `<${server.url}/x>; rel="first", <${next.href}>; rel="next"` } : {};
    answerJson(response, 200, all.slice((page - 1) * PER_PAGE, page * PER_PAGE), link);
  };
  const changes = (): string[] =>
    server.received
      .filter(({ method }) => method !== 'GET')
      .map(({ method, url: path }) => `${method} ${path.replace('/repos/team/repo', '')}`);
  return { ...server, issues, pulls, branches, objects, checks, changes, trouble };
}
