// SPDX-License-Identifier: Apache-2.0
import { markdownText } from '../report/sanitize.ts';
import type { Issue } from '../record/issue.ts';
import type { Effect } from './effect.ts';

/** An issue as a tracker holds it. */
export interface HeldIssue {
  /** The tracker's own name for it. */
  readonly id: string;
  readonly state: Issue['state'];
  readonly title: string;
  readonly body: string;
  readonly labels: readonly string[];
}

/** The one label that all of ours have: they are found by it. */
export const LABEL = 'helios';

export interface IssueTracker {
  /** All that have the label, the oldest first. */
  readonly held: () => Promise<readonly HeldIssue[]>;
  /** Answer with the address. */
  readonly create: (issue: Omit<HeldIssue, 'id'>) => Promise<string>;
  readonly update: (id: string, issue: Omit<HeldIssue, 'id'>) => Promise<string>;
}

/**
 * What brings a tracker in line with what is wanted now: new keys are opened, known ones brought up to date or opened
 * again, and those with the prefix that nobody wants any more are closed. Labels that people added stay.
 */
export async function planIssues(tracker: IssueTracker, wanted: readonly Issue[], prefix: string): Promise<Effect[]> {
  const byKey = new Map<string, HeldIssue>();
  for (const held of await tracker.held()) {
    const key = keyOf(held.body);
    if (key !== undefined && !byKey.has(key)) byKey.set(key, held);
  }
  const keys = new Set(wanted.map(({ key }) => key));
  const closing = [...byKey].filter(([key, { state }]) => key.startsWith(prefix) && !keys.has(key) && state === 'open');
  return [
    ...wanted.flatMap((issue) => effectOf(tracker, issue, byKey.get(issue.key))),
    ...closing.map(([key, { id, ...issue }]): Effect => {
      const apply = (): Promise<string> => tracker.update(id, { ...issue, state: 'closed' });
      return { action: 'close', what: 'issue', key, title: issue.title, apply };
    }),
  ];
}

function effectOf(tracker: IssueTracker, issue: Issue, held: HeldIssue | undefined): Effect[] {
  const labels = [...new Set([...(held?.labels ?? []), LABEL, ...issue.labels])];
  const wanted = { state: issue.state, title: issue.title, body: bodyOf(issue), labels };
  const effect = { what: 'issue', key: issue.key, title: issue.title };
  if (!held) return [{ ...effect, action: 'create', apply: () => tracker.create(wanted) }];
  const same = held.title === wanted.title && sameText(held.body, wanted.body) && held.labels.length === labels.length;
  if (same && held.state === wanted.state) return [];
  const action = held.state === wanted.state ? 'update' : wanted.state === 'open' ? 'reopen' : 'close';
  return [{ ...effect, action, apply: () => tracker.update(held.id, wanted) }];
}

/** Trackers change line ends, and trim. */
export function sameText(a: string, b: string): boolean {
  return a.replaceAll('\r\n', '\n').trim() === b.replaceAll('\r\n', '\n').trim();
}

const LINE_LIMIT = 10_000;

/** Text as Markdown that brings nothing to life, and the key where nobody sees it. */
function bodyOf({ body, key }: Issue): string {
  const lines = body.split('\n').filter((line) => line.trim() !== '');
  // GitLab obeys lines that begin with a slash.
  const shown = lines.map((line) => markdownText(line, LINE_LIMIT).replace(/^\//, '\\/'));
  return `${shown.join('\n\n')}\n\n<!-- helios:key=${encodeURIComponent(key)} -->`;
}

function keyOf(body: string): string | undefined {
  const [, key] = /<!-- helios:key=([\w.!~*'()%-]+) -->/.exec(body) ?? [];
  try {
    return key && decodeURIComponent(key);
  } catch {
    return undefined;
  }
}
