// SPDX-License-Identifier: Apache-2.0
import { fail } from '@helios/core/error';
import { type Exception, type FindingDraft, momentSchema } from '@helios/core/finding';
import { judgeApproval, judgeDates, judgeExtension } from '../audit/approval.ts';
import { judgeDuplicates } from '../audit/scopes.ts';
import type { Options } from '../options.ts';
import { byId, type Entry } from '../register/register.ts';

/** What is asked for. */
export interface Request {
  readonly expires: string;
  readonly reason: string;
  readonly requester: string;
  readonly approver?: string;
  /** Who has looked at the risk anew. */
  readonly review?: string;
  readonly id?: string;
}

/**
 * The entry that continues another: with all that it said about cause, scope, plan and compensation, and terms of its
 * own. Throws HeliosError `usage` for what the gate would refuse: a date is kept as it was asked for, or not taken.
 */
export function extensionOf(
  before: Entry,
  request: Request,
  entries: readonly Entry[],
  options: Options,
  now: Date,
): Exception {
  const { expires, reason, requester, approver, review } = request;
  const at = now.toISOString();
  if (!momentSchema.safeParse(expires).success) {
    fail('usage', `--expires ${expires}: not a UTC day or instant`, { hint: 'Write 2026-12-31.' });
  }
  // How the one before was agreed and ended is its own; everything else is about the cause, which is the same.
  const {
    approved: _approved,
    approver: _approver,
    end: _end,
    review: _review,
    previous: _previous,
    ...cause
  } = before.exception;
  const extension: Exception = {
    ...cause,
    id: request.id ?? nextId(before.exception.id, entries),
    state: approver === undefined ? 'draft' : 'approved',
    requester,
    ...(approver !== undefined && { approver, approved: at }),
    reason,
    requested: at,
    expires,
    previous: before.exception.id,
    ...(review !== undefined && { review: { at, by: review } }),
  };
  const entry: Entry = { exception: extension, path: before.path, at: ['exceptions', entries.length] };
  const [refusal] = refusalsOf(entry, entries, options, now);
  if (refusal) fail('usage', refusal.message, { hint: adviceOn(refusal, before.exception, options) });
  return extension;
}

function refusalsOf(entry: Entry, entries: readonly Entry[], options: Options, now: Date): FindingDraft[] {
  const all = [...entries, entry];
  const drafts = [
    ...judgeApproval(entry).filter(({ ruleId }) => ruleId !== 'exception/incomplete'),
    ...judgeDates(entry, options, now),
    ...judgeExtension(entry, byId(all), options),
    ...judgeDuplicates(all).filter(({ subject }) => subject === entry.exception.id),
  ];
  const { previous } = entry.exception;
  const rival = entries.find(
    ({ exception }) => exception.previous === previous && exception.state !== 'revoked' && exception.state !== 'closed',
  );
  if (!rival) return drafts;
  const message = `${previous} is continued by ${rival.exception.id} already`;
  return [{ ruleId: 'exception/duplicate-scope', path: entry.path, subject: entry.exception.id, message }, ...drafts];
}

function adviceOn({ ruleId }: FindingDraft, before: Exception, { maxDays, maxExtensions }: Options): string {
  switch (ruleId) {
    case 'exception/unreviewed-extension':
      return 'Have the risk looked at anew, and say by whom: --review NAME.';
    case 'exception/self-approval':
      return 'Let somebody else approve.';
    case 'exception/over-maximum-duration':
      return `Ask for no more than ${maxDays[before.severity]} days.`;
    case 'exception/endless-extension':
      return `${maxExtensions} extensions of ${maxDays[before.severity]} days are the most: remove the cause.`;
    default:
      return 'Ask for something else; `sec-exception rules` says what is allowed.';
  }
}

/** The next number after those that are there, as wide as they are. */
function nextId(id: string, entries: readonly Entry[]): string {
  const [, stem = `${id}-`, digits = ''] = /^(.*-)(\d+)$/.exec(id) ?? [];
  const taken = entries.flatMap(({ exception }) => {
    const rest = exception.id.startsWith(stem) ? exception.id.slice(stem.length) : '';
    return /^\d+$/.test(rest) ? [Number(rest)] : [];
  });
  return stem + String(Math.max(0, ...taken) + 1).padStart(digits.length, '0');
}
