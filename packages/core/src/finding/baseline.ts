// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import type { Finding } from './finding.ts';
import { endOf, momentSchema } from './moment.ts';

const text = z.string().trim().min(1).max(2000);

/** What whoever accepts a finding says: who answers for it, why it cannot be mended now, and until when. */
export const termsSchema = z.strictObject({ owner: text, reason: text, expires: momentSchema });
export type Terms = Readonly<z.infer<typeof termsSchema>>;

/**
 * Findings that were there before the gate was. Each is named by its fingerprint, never counted: with counts,
 * one finding mended lets another one in unseen. Each has an owner and a date after which it counts again.
 */
export const baselineSchema = z.strictObject({
  schema: z.literal('helios/baseline/v1'),
  entries: z.array(
    z.strictObject({
      fingerprint: z.string().regex(/^[0-9a-f]{64}$/),
      rule: text,
      // As the finding has them, however long or empty: what accept writes must be readable.
      path: z.string(),
      subject: z.string(),
      ...termsSchema.shape,
    }),
  ),
});

export type Baseline = z.infer<typeof baselineSchema>;
type BaselineEntry = Baseline['entries'][number];

export const EMPTY_BASELINE: Baseline = { schema: 'helios/baseline/v1', entries: [] };

/**
 * Adds open findings. An entry that is there and yet did not cover its finding is past its date: it gets the new terms;
 * all others keep theirs. What the core reports cannot be accepted, see `isAcceptable`. Sorted by path, rule, fingerprint.
 */
export function acceptFindings(baseline: Baseline, findings: readonly Finding[], terms: Terms): Baseline {
  const acceptable = findings.filter((finding) => isAcceptable(finding.ruleId));
  const renewed = new Set(acceptable.map((finding) => finding.fingerprint));
  const kept = baseline.entries.filter((entry) => !renewed.has(entry.fingerprint));
  const added = acceptable.map((finding) => ({
    fingerprint: finding.fingerprint,
    rule: finding.ruleId,
    path: finding.location.path,
    subject: finding.subject,
    ...terms,
  }));
  return { ...baseline, entries: [...kept, ...added].sort(byPlace) };
}

/** Keeps only the entries that still match a finding; never adds. */
export function pruneBaseline(baseline: Baseline, findings: readonly Finding[]): Baseline {
  const present = new Map(findings.map((finding) => [finding.fingerprint, finding]));
  return { ...baseline, entries: baseline.entries.filter((entry) => names(entry, present.get(entry.fingerprint))) };
}

/**
 * Whether an entry is about a finding. What people read and approve is rule and path, what binds is the fingerprint:
 * an entry in which they disagree says one thing and would do another.
 */
export function names(
  scope: { readonly fingerprint: string; readonly rule: string; readonly path: string },
  finding: Finding | undefined,
): boolean {
  return (
    finding !== undefined &&
    scope.fingerprint === finding.fingerprint &&
    scope.rule === finding.ruleId &&
    scope.path === finding.location.path
  );
}

/** Whether findings of a rule may be accepted. That a file could not be checked, or an entry lapsed, may not. */
export function isAcceptable(ruleId: string): boolean {
  return !ruleId.startsWith('core/');
}

export function isInEffect(entry: { readonly expires: string }, asOf: Date): boolean {
  return endOf(entry.expires).getTime() >= asOf.getTime();
}

function byPlace(a: BaselineEntry, b: BaselineEntry): number {
  const key = (entry: BaselineEntry): string => `${entry.path}\0${entry.rule}\0${entry.fingerprint}`;
  return key(a) < key(b) ? -1 : 1;
}
