// SPDX-License-Identifier: Apache-2.0
import { type Baseline, isAcceptable, isInEffect, names } from './baseline.ts';
import { type Exception, grantedAt } from './exception.ts';
import type { Finding, Suppression } from './finding.ts';
import { endOf } from './moment.ts';
import { redact } from './redact.ts';
import { keysOfFinding, keysOfScope } from './scope.ts';

/** What may take a finding out of the verdict. */
export interface Waivers {
  readonly exceptions: readonly Exception[];
  readonly baseline?: { readonly path: string; readonly entries: Baseline['entries'] };
}

/**
 * Marks the findings that an approved, unexpired exception or a baseline entry names. The test of the date
 * sits here, where the suppression happens: an entry past its date suppresses nothing, whoever forgot it.
 * `digests` holds the sha256 of the files that were read, for exceptions that bind a file as it was.
 */
export function waive(
  findings: readonly Finding[],
  { exceptions, baseline }: Waivers,
  asOf: Date,
  digests: ReadonlyMap<string, string> = new Map(),
): Finding[] {
  const accepted = new Map((baseline?.entries ?? []).map((entry) => [entry.fingerprint, entry]));
  const excepted = new Map(
    grantedAt(exceptions, asOf).flatMap((exception) =>
      keysOfScope(exception.scope, exception.aliases).map((key) => [key, exception]),
    ),
  );
  const exceptionFor = (finding: Finding): Exception | undefined => {
    if (excepted.size === 0) return undefined;
    const key = keysOfFinding(finding, digests.get(finding.location.path)).find((each) => excepted.has(each));
    return key === undefined ? undefined : excepted.get(key);
  };
  const suppressionOf = (finding: Finding): Suppression | undefined => {
    if (!isAcceptable(finding.ruleId)) return undefined;
    const exception = exceptionFor(finding);
    if (exception) return { kind: 'waived', by: redact(exception.id), ...termsOf(exception) };
    const entry = accepted.get(finding.fingerprint);
    if (entry && names(entry, finding) && isInEffect(entry, asOf)) {
      return { kind: 'baselined', by: baseline?.path ?? '', ...termsOf(entry) };
    }
    return undefined;
  };
  return findings.map((finding) => {
    const suppression = suppressionOf(finding);
    return suppression ? { ...finding, suppression } : finding;
  });
}

function termsOf({ owner, reason, expires }: Omit<Suppression, 'kind' | 'by'>): Omit<Suppression, 'kind' | 'by'> {
  return { owner: redact(owner), reason: redact(reason), expires: endOf(expires).toISOString() };
}
