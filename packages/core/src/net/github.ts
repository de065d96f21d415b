// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import type { Change, Check } from '../record/index.ts';
import type { Finding } from '../finding/finding.ts';
import { sha256Hex } from '../hash/index.ts';
import { clip, visible } from '../report/sanitize.ts';
import type { Api } from './api.ts';
import type { Connector } from './connector.ts';
import type { Effect } from './effect.ts';
import { type HeldIssue, LABEL, planIssues } from './issues.ts';
import { commitMessage, planRequest, type RequestForge } from './requests.ts';

const issueSchema = z.object({
  number: z.int(),
  state: z.enum(['open', 'closed']),
  title: z.string(),
  body: z.string().nullish(),
  labels: z.array(z.union([z.string(), z.object({ name: z.string() })])),
  html_url: z.string(),
  pull_request: z.unknown().optional(),
});
const objectSchema = z.object({ sha: z.string() });
const refSchema = z.object({ object: objectSchema });
const pullSchema = z.object({ number: z.int(), title: z.string(), body: z.string().nullish(), html_url: z.string() });
const checkSchema = z.object({ id: z.int(), external_id: z.string().nullish(), html_url: z.string().nullish() });

/** GitHub's REST API, version 2022-11-28. */
export function githubConnector(api: Api, repository: string): Connector {
  const at = `/repos/${repository}`;
  return {
    planIssues: (wanted, prefix) => planIssues(trackerOf(api, at), wanted, prefix),
    planChange: (change) => planRequest(forgeOf(api, at, repository), change),
    planCheck: (check) => planCheck(api, at, check),
  };
}

function trackerOf(api: Api, at: string): Parameters<typeof planIssues>[0] {
  return {
    async held() {
      const path = `${at}/issues?labels=${LABEL}&state=all&sort=created&direction=asc&per_page=100`;
      const all = await api.list(path, issueSchema);
      return all.filter((issue) => issue.pull_request === undefined).map(heldIssue);
    },
    async create({ title, body, labels }) {
      return (await api.change('POST', `${at}/issues`, { title, body, labels }, issueSchema)).html_url;
    },
    async update(id, { title, body, labels, state }) {
      return (await api.change('PATCH', `${at}/issues/${id}`, { title, body, labels, state }, issueSchema)).html_url;
    },
  };
}

function heldIssue({ number, state, title, body, labels }: z.infer<typeof issueSchema>): HeldIssue {
  const names = labels.map((label) => (typeof label === 'string' ? label : label.name));
  return { id: String(number), state, title, body: body ?? '', labels: names };
}

function forgeOf(api: Api, at: string, repository: string): RequestForge {
  const [owner] = repository.split('/');
  return {
    what: 'pull request',
    async open(branch, base) {
      const query = `head=${encodeURIComponent(`${owner}:${branch}`)}&base=${encodeURIComponent(base)}&state=open`;
      const [pull] = await api.list(`${at}/pulls?${query}`, pullSchema);
      return pull && { id: String(pull.number), title: pull.title, body: pull.body ?? '' };
    },
    push: (branch, change) => pushBranch(api, at, branch, change),
    async create(branch, base, text) {
      return (await api.change('POST', `${at}/pulls`, { ...text, head: branch, base }, pullSchema)).html_url;
    },
    async update(id, text) {
      return (await api.change('PATCH', `${at}/pulls/${id}`, text, pullSchema)).html_url;
    },
  };
}

async function pushBranch(api: Api, at: string, branch: string, change: Change): Promise<void> {
  const tree = [];
  for (const [path, content] of change.files) {
    const file = { path, mode: '100644', type: 'blob' };
    if (!content) tree.push({ ...file, sha: null });
    else {
      const blob = { content: Buffer.from(content).toString('base64'), encoding: 'base64' };
      tree.push({ ...file, sha: (await api.change('POST', `${at}/git/blobs`, blob, objectSchema, true)).sha });
    }
  }
  const { parent } = change;
  const planted = await api.change('POST', `${at}/git/trees`, { base_tree: parent, tree }, objectSchema, true);
  const commit = { message: commitMessage(change), tree: planted.sha, parents: [parent] };
  const { sha } = await api.change('POST', `${at}/git/commits`, commit, objectSchema, true);
  if (await api.find(`${at}/git/ref/heads/${branch}`, refSchema)) {
    await api.change('PATCH', `${at}/git/refs/heads/${branch}`, { sha, force: true }, refSchema);
  } else {
    await api.change('POST', `${at}/git/refs`, { ref: `refs/heads/${branch}`, sha }, refSchema);
  }
}

/** GitHub takes so many annotations with one request. */
const ANNOTATIONS_AT_ONCE = 50;
/** More are not read by anybody; the rest is counted. */
const MOST_ANNOTATIONS = 1000;
const SUMMARY_LIMIT = 60_000;

async function planCheck(api: Api, at: string, check: Check): Promise<Effect[]> {
  const shown = check.findings.slice(0, MOST_ANNOTATIONS).map(annotationOf);
  const left = check.findings.length - shown.length;
  const summary = `${clip(check.summary, SUMMARY_LIMIT)}${left > 0 ? `\n\n${left} findings are not annotated.` : ''}`;
  const { name, conclusion, title, commit } = check;
  const id = `${check.key}#${sha256Hex(JSON.stringify([conclusion, title, summary, shown])).slice(0, 16)}`;
  const runs = z.object({ check_runs: z.array(checkSchema) });
  const path = `${at}/commits/${commit}/check-runs?check_name=${encodeURIComponent(name)}&per_page=100`;
  const held = await api.get(path, runs);
  if (held.check_runs.some(({ external_id }) => external_id === id)) return [];
  const outputOf = (from: number): object => ({
    title,
    summary,
    annotations: shown.slice(from, from + ANNOTATIONS_AT_ONCE),
  });
  return [
    {
      action: 'create',
      what: 'check',
      key: check.key,
      title,
      async apply() {
        const first = { name, head_sha: commit, external_id: id, status: 'completed', conclusion, output: outputOf(0) };
        const run = await api.change('POST', `${at}/check-runs`, first, checkSchema);
        for (let from = ANNOTATIONS_AT_ONCE; from < shown.length; from += ANNOTATIONS_AT_ONCE) {
          await api.change('PATCH', `${at}/check-runs/${run.id}`, { output: outputOf(from) }, checkSchema);
        }
        return run.html_url ?? '';
      },
    },
  ];
}

const ANNOTATION_LEVELS = { error: 'failure', warning: 'warning', note: 'notice' } as const;

function annotationOf({ location, level, message, remedy, ruleId }: Finding): object {
  const { path, line = 1, endLine = line } = location;
  return {
    path,
    start_line: line,
    end_line: endLine,
    annotation_level: ANNOTATION_LEVELS[level],
    title: ruleId,
    message: visible(`${message} → ${remedy}`),
  };
}
