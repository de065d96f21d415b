// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import type { Change } from '../record/index.ts';
import type { Api } from './api.ts';
import type { Connector } from './connector.ts';
import { LABEL, planIssues } from './issues.ts';
import { commitMessage, planRequest, type RequestForge } from './requests.ts';

const issueSchema = z.object({
  iid: z.int(),
  state: z.enum(['opened', 'closed']),
  title: z.string(),
  description: z.string().nullish(),
  labels: z.array(z.string()),
  web_url: z.string(),
});
const mergeSchema = z.object({
  iid: z.int(),
  title: z.string(),
  description: z.string().nullish(),
  web_url: z.string(),
});

/** GitLab's REST API, version 4. */
export function gitlabConnector(api: Api, project: string): Connector {
  const at = `/projects/${encodeURIComponent(project)}`;
  return {
    planIssues: (wanted, prefix) => planIssues(trackerOf(api, at), wanted, prefix),
    planChange: (change) => planRequest(forgeOf(api, at), change),
  };
}

function trackerOf(api: Api, at: string): Parameters<typeof planIssues>[0] {
  return {
    async held() {
      const path = `${at}/issues?labels=${LABEL}&scope=all&order_by=created_at&sort=asc&per_page=100`;
      return (await api.list(path, issueSchema)).map(({ iid, state, title, description, labels }) => ({
        id: String(iid),
        state: state === 'opened' ? 'open' : 'closed',
        title,
        body: description ?? '',
        labels,
      }));
    },
    async create({ title, body, labels }) {
      const asked = { title, description: body, labels: labels.join(',') };
      return (await api.change('POST', `${at}/issues`, asked, issueSchema)).web_url;
    },
    async update(id, { title, body, labels, state }) {
      const event = state === 'open' ? 'reopen' : 'close';
      const asked = { title, description: body, labels: labels.join(','), state_event: event };
      return (await api.change('PUT', `${at}/issues/${id}`, asked, issueSchema)).web_url;
    },
  };
}

function forgeOf(api: Api, at: string): RequestForge {
  return {
    what: 'merge request',
    async open(branch, base) {
      const query = `source_branch=${encodeURIComponent(branch)}&target_branch=${encodeURIComponent(base)}&state=opened`;
      const [merge] = await api.list(`${at}/merge_requests?${query}`, mergeSchema);
      return merge && { id: String(merge.iid), title: merge.title, body: merge.description ?? '' };
    },
    push: (branch, change) => pushBranch(api, at, branch, change),
    async create(branch, base, { title, body }) {
      const branches = { source_branch: branch, target_branch: base, remove_source_branch: true };
      const asked = { ...branches, title, description: body };
      return (await api.change('POST', `${at}/merge_requests`, asked, mergeSchema)).web_url;
    },
    async update(id, { title, body }) {
      return (await api.change('PUT', `${at}/merge_requests/${id}`, { title, description: body }, mergeSchema)).web_url;
    },
  };
}

async function pushBranch(api: Api, at: string, branch: string, change: Change): Promise<void> {
  const { parent, files } = change;
  const actions = [];
  for (const [path, content] of files) {
    const where = `${at}/repository/files/${encodeURIComponent(path)}?ref=${parent}`;
    const there = (await api.find(where, z.object({}))) !== undefined;
    if (content) {
      const file = { file_path: path, content: Buffer.from(content).toString('base64'), encoding: 'base64' };
      actions.push({ action: there ? 'update' : 'create', ...file });
    } else if (there) actions.push({ action: 'delete', file_path: path });
  }
  const commit = { branch, start_sha: parent, force: true, commit_message: commitMessage(change), actions };
  await api.change('POST', `${at}/repository/commits`, commit, z.object({ id: z.string() }), true);
}
