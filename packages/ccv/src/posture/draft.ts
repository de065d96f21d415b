// SPDX-License-Identifier: Apache-2.0
import type { FindingDraft } from '@helios/core/finding';
import type { Place } from '../netpol/model/object.ts';

/** A finding about a place in a manifest. */
export function draftAt(
  rule: string,
  { path, document, pointer }: Place,
  subject: string,
  message: string,
  more: Partial<Pick<FindingDraft, 'remedy' | 'matched'>> = {},
): FindingDraft {
  return { ruleId: `posture/${rule}`, path, at: { document, pointer }, subject, message, ...more };
}

/** `a, b and 3 more`. */
export function listSome(names: readonly string[], most = 4): string {
  if (names.length <= most) return names.join(', ');
  return `${names.slice(0, most).join(', ')} and ${names.length - most} more`;
}
