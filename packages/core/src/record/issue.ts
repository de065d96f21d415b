// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';

/** Something to be done, for whatever tracker takes it. The key makes saying it twice the same as saying it once. */
export const issueSchema = z.strictObject({
  schema: z.literal('helios/issue/v1'),
  key: z.string(),
  state: z.enum(['open', 'closed']),
  title: z.string(),
  body: z.string(),
  labels: z.array(z.string()),
});
export type Issue = z.infer<typeof issueSchema>;

/**
 * Brings what a sink holds in line with what is wanted now: new keys are opened, known ones brought up to date or
 * opened again, and those with the given prefix that nobody wants any more are closed. Sorted by key.
 */
export function mergeIssues(held: readonly Issue[], wanted: readonly Issue[], prefix: string): Issue[] {
  const byKey = new Map(held.map((issue) => [issue.key, issue]));
  const keys = new Set(wanted.map((issue) => issue.key));
  for (const issue of held) {
    if (issue.key.startsWith(prefix) && !keys.has(issue.key)) byKey.set(issue.key, { ...issue, state: 'closed' });
  }
  for (const issue of wanted) byKey.set(issue.key, issue);
  return [...byKey.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
}
