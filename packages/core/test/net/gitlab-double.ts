// SPDX-License-Identifier: Apache-2.0
import type { ServerResponse } from 'node:http';
import { answerJson, type Loopback, serve } from './server.ts';

interface DoubleIssue {
  iid: number;
  state: string;
  title: string;
  description: string;
  labels: string[];
  web_url: string;
}

interface DoubleMerge {
  iid: number;
  title: string;
  description: string;
  source_branch: string;
  target_branch: string;
  web_url: string;
}

export interface GitlabDouble extends Loopback {
  readonly issues: DoubleIssue[];
  readonly merges: DoubleMerge[];
  /** Files by branch. */
  readonly branches: Map<string, Map<string, string>>;
  /** Requests that changed something. */
  readonly changes: () => string[];
  /** What to answer instead, once. */
  readonly trouble: ((response: ServerResponse) => void)[];
}

interface Action {
  readonly action: 'create' | 'update' | 'delete';
  readonly file_path: string;
  readonly content?: string;
}

/** As much of GitLab's REST API as we speak. */
export async function gitlabDouble(): Promise<GitlabDouble> {
  const issues: DoubleIssue[] = [];
  const merges: DoubleMerge[] = [];
  const parent = new Map([
    ['a.txt', 'old'],
    ['b.txt', 'b'],
  ]);
  const branches = new Map([['main', new Map(parent)]]);
  const trouble: ((response: ServerResponse) => void)[] = [];
  type Body = Record<string, unknown>;
  type Route = (match: RegExpExecArray, body: Body, query: URLSearchParams) => [number, unknown];
  const labelsOf = (body: Body): string[] => String(body['labels']).split(',');
  const stateOf = (event: unknown): { state?: string } =>
    event === undefined ? {} : { state: event === 'close' ? 'closed' : 'opened' };
  const routes: readonly (readonly [string, RegExp, Route])[] = [
    [
      'GET',
      /^\/issues$/,
      (_m, _b, query) => [200, issues.filter(({ labels }) => labels.includes(query.get('labels') ?? ''))],
    ],
    [
      'POST',
      /^\/issues$/,
      (_, body) => {
        const iid = issues.length + 1;
        const issue = {
          iid,
          state: 'opened',
          web_url: `https://gitlab.example/${iid}`,
          ...body,
          labels: labelsOf(body),
        } as DoubleIssue;
        issues.push(issue);
        return [201, issue];
      },
    ],
    [
      'PUT',
      /^\/issues\/(\d+)$/,
      ([, iid], { state_event, ...body }) => {
        const issue = issues.find((each) => each.iid === Number(iid));
        return issue
          ? [200, Object.assign(issue, body, { labels: labelsOf(body) }, stateOf(state_event))]
          : [404, { message: '404 Not found' }];
      },
    ],
    [
      'GET',
      /^\/merge_requests$/,
      (_m, _b, query) => [
        200,
        merges.filter(
          (each) =>
            each.source_branch === query.get('source_branch') && each.target_branch === query.get('target_branch'),
        ),
      ],
    ],
    [
      'POST',
      /^\/merge_requests$/,
      (_, body) => {
        const merge = { iid: merges.length + 1, web_url: 'https://gitlab.example/m', ...body } as DoubleMerge;
        merges.push(merge);
        return [201, merge];
      },
    ],
    ['PUT', /^\/merge_requests\/(\d+)$/, ([, iid], body) => [200, Object.assign(merges[Number(iid) - 1] ?? {}, body)]],
    [
      'GET',
      /^\/repository\/files\/([^/]+)$/,
      ([, path = '']) =>
        parent.has(decodeURIComponent(path)) ? [200, { file_path: path }] : [404, { message: '404 File Not Found' }],
    ],
    [
      'POST',
      /^\/repository\/commits$/,
      (_, body) => {
        const tree = new Map(parent);
        for (const { action, file_path, content = '' } of body['actions'] as Action[]) {
          if (tree.has(file_path) === (action === 'create'))
            return [400, { message: `A file with this name ${action}` }];
          if (action === 'delete') tree.delete(file_path);
          else tree.set(file_path, Buffer.from(content, 'base64').toString());
        }
        branches.set(String(body['branch']), tree);
        return [201, { id: 'c1' }];
      },
    ],
  ];
  const server = await serve((request, response) => {
    const first = trouble.shift();
    if (first) return first(response);
    if (request.headers.authorization !== 'Bearer token')
      return answerJson(response, 401, { message: '401 Unauthorized' });
    const { pathname, searchParams } = new URL(request.url, 'http://x');
    const path = pathname.replace('/projects/team%2Fsub%2Frepo', '');
    for (const [method, pattern, route] of routes) {
      const match = method === request.method && pattern.exec(path);
      if (match)
        return answerJson(response, ...route(match, request.body ? JSON.parse(request.body) : {}, searchParams));
    }
    answerJson(response, 404, { error: '404 Not Found' });
  });
  const changes = (): string[] =>
    server.received.filter(({ method }) => method !== 'GET').map(({ method, url }) => `${method} ${url}`);
  return { ...server, issues, merges, branches, changes, trouble };
}
