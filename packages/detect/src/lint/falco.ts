// SPDX-License-Identifier: Apache-2.0
import type { FindingDraft } from '@helios/core/finding';
import type { Loaded, LoadIssue } from '../falco/index.ts';

/** What Falco would say of its rules files, under its own names. */
export function judgeFalco({ issues }: Loaded): FindingDraft[] {
  return issues.map(draftOf);
}

function draftOf({ code, level, path, at, line, column, item, message, expected }: LoadIssue): FindingDraft {
  const what = expected === undefined ? message : `${message}; ${expected} is expected`;
  return {
    ruleId: level === 'error' ? 'detect/falco-error' : 'detect/falco-warning',
    path,
    ...(at ? { at } : { line: line ?? 1, ...(column !== undefined && { column }) }),
    subject: item?.name ?? path,
    message: `${code}: ${what}`,
    matched: code,
  };
}
