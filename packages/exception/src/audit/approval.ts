// SPDX-License-Identifier: Apache-2.0
import { beginOf, endOf, type FindingDraft, isApprovedByAnother, keysOfScope } from '@helios/core/finding';
import { chainOf, grantedDays, wasExpired } from '../lifecycle/limits.ts';
import type { ById } from '../lifecycle/state.ts';
import type { Options } from '../options.ts';
import { draftOn, type Entry } from '../register/register.ts';

type Limits = Pick<Options, 'maxDays' | 'maxExtensions'>;

/** Who agreed, and whether they may. Drafts are judged too: better now than after the review. */
export function judgeApproval(entry: Entry): FindingDraft[] {
  const { state, approver, approved, requester, risk, ticket } = entry.exception;
  const missing = [
    ...(state === 'approved' && approver === undefined ? ['approver'] : []),
    ...(state === 'approved' && approved === undefined ? ['approved'] : []),
  ];
  return [
    ...missing.map((field) => draftOn(entry, 'unapproved', field, `says approved, and \`${field}\` is missing`)),
    ...(approver !== undefined && !isApprovedByAnother(entry.exception)
      ? [draftOn(entry, 'self-approval', 'approver', `was requested and approved by ${requester}`)]
      : []),
    ...(risk === undefined && isOpen(entry)
      ? [draftOn(entry, 'incomplete', 'risk', 'does not say what may happen meanwhile')]
      : []),
    ...(ticket === undefined && isOpen(entry)
      ? [draftOn(entry, 'incomplete', 'ticket', 'has no ticket: nobody sees whether the cause is worked on')]
      : []),
  ];
}

/** Whether dates are in their order, and within what may be granted. */
export function judgeDates(entry: Entry, { maxDays }: Limits, asOf: Date): FindingDraft[] {
  const { requested, approved, expires, severity } = entry.exception;
  const drafts: FindingDraft[] = [];
  const order = (field: string, earlier: string, first: string | undefined, then: string | undefined): void => {
    if (first === undefined || then === undefined || beginOf(first).getTime() <= endOf(then).getTime()) return;
    drafts.push(
      draftOn(entry, 'dates-out-of-order', field, `has \`${field}\` (${then}) before \`${earlier}\` (${first})`),
    );
  };
  order('approved', 'requested', requested, approved);
  order('expires', 'approved', approved ?? requested, expires);
  if (approved !== undefined && beginOf(approved).getTime() > asOf.getTime()) {
    drafts.push(
      draftOn(entry, 'dates-out-of-order', 'approved', `was approved on ${approved}, which is still to come`),
    );
  }
  const [days, most] = [grantedDays(entry.exception), maxDays[severity]];
  if (days > most) {
    const message = `is granted for ${days} days; a ${severity} risk may be accepted for ${most}`;
    drafts.push(draftOn(entry, 'over-maximum-duration', 'expires', message));
  }
  return drafts;
}

/** What extends another is about the same, was looked at anew where that had run out, and is no permanent exception. */
export function judgeExtension(entry: Entry, register: ById, { maxDays, maxExtensions }: Limits): FindingDraft[] {
  const { exception } = entry;
  if (exception.previous === undefined) return [];
  const before = register.get(exception.previous);
  if (!before) {
    return [draftOn(entry, 'broken-chain', 'previous', `extends ${exception.previous}, which is not in the register`)];
  }
  if (chainOf(before, register).includes(exception)) {
    return [draftOn(entry, 'broken-chain', 'previous', `extends ${before.id}, which extends it in turn`)];
  }
  const drafts: FindingDraft[] = [];
  const keys = new Set(keysOfScope(before.scope, before.aliases));
  if (!keysOfScope(exception.scope, exception.aliases).some((key) => keys.has(key))) {
    drafts.push(draftOn(entry, 'broken-chain', 'previous', `extends ${before.id}, which is about something else`));
  }
  const looked = exception.review && beginOf(exception.review.at).getTime() >= beginOf(before.expires).getTime();
  if (wasExpired(before, exception) && !looked) {
    const message = `extends ${before.id}, which expired on ${before.expires}, without a review since then`;
    drafts.push(draftOn(entry, 'unreviewed-extension', 'previous', message));
  }
  const days = chainOf(exception, register).reduce((sum, link) => sum + grantedDays(link), 0);
  const most = maxDays[exception.severity] * (1 + maxExtensions);
  if (days > most) {
    const message = `makes ${days} days in all for the same; with extensions ${most} may be granted`;
    drafts.push(draftOn(entry, 'endless-extension', 'expires', message));
  }
  return drafts;
}

function isOpen({ exception: { state } }: Entry): boolean {
  return state === 'draft' || state === 'approved';
}
