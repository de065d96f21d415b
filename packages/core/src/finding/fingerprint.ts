// SPDX-License-Identifier: Apache-2.0
import { sha256Hex } from '../hash/index.ts';
import type { FindingDraft } from './draft.ts';

/**
 * Names a finding for as long as its cause stays the same: sha256 of the JCS form of rule, its major
 * version, path, subject, offending text and the number of equal ones before it in the file. Lines and
 * wording are no part of it, so findings keep their fingerprint when text around them moves.
 */
export function fingerprintOf(draft: FindingDraft, ruleMajor: number, occurrence: number): string {
  const { ruleId, path, subject, matched = '' } = draft;
  // JCS is what JSON.stringify makes of a list of well-formed strings and small integers (RFC 8785 §3.2.2).
  return sha256Hex(JSON.stringify([ruleId, ruleMajor, path.toWellFormed(), fold(subject), fold(matched), occurrence]));
}

/** Words of visible ASCII with single spaces between: nothing to fold. */
const FOLDED = /^[!-~]+(?: [!-~]+)*$/;

/** Unicode form and white space are not what makes two findings different. */
function fold(text: string): string {
  if (FOLDED.test(text)) return text;
  return text.normalize('NFC').replace(/\s+/g, ' ').trim().toWellFormed();
}

/** Numbers equal drafts within a run, in the order they come. */
export function countOccurrences(drafts: readonly FindingDraft[]): number[] {
  const seen = new Map<string, number>();
  return drafts.map((draft) => {
    const key = JSON.stringify([draft.ruleId, draft.path, fold(draft.subject), fold(draft.matched ?? '')]);
    const occurrence = seen.get(key) ?? 0;
    seen.set(key, occurrence + 1);
    return occurrence;
  });
}
