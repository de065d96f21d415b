// SPDX-License-Identifier: Apache-2.0
import type { FindingDraft, Pointer } from '@helios/core/finding';
import type { Place } from '../ruleset.ts';

/** A finding about a place in a rule's document. */
export function draftAt(
  ruleId: string,
  { path, document }: Place,
  pointer: Pointer,
  subject: string,
  message: string,
  more: Partial<Pick<FindingDraft, 'remedy' | 'matched' | 'fix'>> = {},
): FindingDraft {
  return { ruleId, path, at: { document, pointer }, subject, message, ...more };
}
