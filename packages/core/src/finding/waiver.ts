// SPDX-License-Identifier: Apache-2.0
import type { Exception } from './exception.ts';
import { type Baseline, isAcceptable, isInEffect, names } from './baseline.ts';
import type { Finding, Suppression } from './finding.ts';
import { endOf } from './moment.ts';
import { redact } from './redact.ts';

/** What may take a finding out of the verdict. */
export interface Waivers {
  readonly exceptions: readonly Exception[];
  readonly baseline?: { readonly path: string; readonly entries: Baseline['entries'] };
}

/**
 * Marks the findings that an approved, unexpired exception or a baseline entry names. The test of the date
 * sits here, where the suppression happens: an entry past its date suppresses nothing, whoever forgot it.
 */
export function waive(findings: readonly Finding[], waivers: Waivers, asOf: Date): Finding[] {
  const { exceptions, baseline } = waivers;
  const accepted = new Map((baseline?.entries ?? []).map((entry) => [entry.fingerprint, entry]));
  const excepted = new Map(exceptions.filter(isApproved).map((exception) => [exception.scope.fingerprint, exception]));
  const suppressionOf = (finding: Finding): Suppression | undefined => {
    if (!isAcceptable(finding.ruleId)) return undefined;
    const exception = excepted.get(finding.fingerprint);
    if (exception && names(exception.scope, finding) && isInEffect(exception, asOf)) {
      return { kind: 'waived', by: redact(exception.id), ...termsOf(exception) };
    }
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

/** Nobody approves their own exception, not under another spelling either. */
function isApproved({ state, requester, approver }: Exception): boolean {
  return state === 'approved' && approver !== undefined && person(approver) !== person(requester);
}

function person(name: string): string {
  return name.normalize('NFKC').trim().toLowerCase();
}
