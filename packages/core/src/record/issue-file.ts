// SPDX-License-Identifier: Apache-2.0
import { createReadStream, existsSync } from 'node:fs';
import { fail } from '../error.ts';
import { writeFileAtomic } from '../fs/index.ts';
import { readNdjson } from '../input/index.ts';
import { type Issue, issueSchema } from './issue.ts';

/** The issues of a file sink, one a line; none where there is no file. Throws HeliosError. */
export async function readIssues(file: string): Promise<Issue[]> {
  const issues: Issue[] = [];
  if (!existsSync(file)) return issues;
  for await (const { line, value } of readNdjson(file, createReadStream(file))) {
    const parsed = issueSchema.safeParse(value);
    if (!parsed.success)
      fail('config', 'is no issue that Helios wrote', { path: file, line, hint: 'Name another file for the issues.' });
    issues.push(parsed.data);
  }
  return issues;
}

export async function writeIssues(file: string, issues: readonly Issue[]): Promise<void> {
  await writeFileAtomic(file, issues.map((issue) => `${JSON.stringify(issue)}\n`).join(''));
}
