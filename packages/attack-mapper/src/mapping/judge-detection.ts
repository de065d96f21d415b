// SPDX-License-Identifier: Apache-2.0
import type { FindingDraft } from '@helios/core/finding';
import type { Claim } from '../claim/claim.ts';
import type { Detection } from '../detection/detection.ts';
import type { RuleId } from '../rules.ts';
import type { Catalogs } from './catalogs.ts';
import { judgeTactics } from './judge-tactics.ts';
import { judgeTechnique } from './judge-technique.ts';

/** A detection and the file that it stands in. */
export interface PlacedDetection {
  readonly path: string;
  readonly detection: Detection;
  /** Whether it is about attacks on AI. */
  readonly ai: boolean;
}

/** Adds a finding of one detection, with what they all share filled in. */
export type Report = (ruleId: RuleId, claim: Claim | undefined, message: string, more?: Partial<FindingDraft>) => void;

export function judgeDetection(placed: PlacedDetection, catalogs: Catalogs): FindingDraft[] {
  const { detection } = placed;
  const findings: FindingDraft[] = [];
  const report = reporterOf(findings, placed.path, detection.document, detection.title, detection.claimsAt);
  judgeMissing(placed, report);
  for (const claim of detection.claims) judgeTechnique(claim, catalogs, report);
  judgeTactics(detection, catalogs, report);
  judgeDuplicates(detection, report);
  return findings;
}

export function reporterOf(
  findings: FindingDraft[],
  path: string,
  document: number,
  subject: string,
  otherwise: Claim['pointer'],
): Report {
  return (ruleId, claim, message, more) => {
    findings.push({
      ruleId,
      path,
      at: claim ? { document, pointer: claim.pointer, text: claim.written } : { document, pointer: otherwise },
      subject,
      ...(claim && { matched: claim.text }),
      message,
      ...more,
    });
  };
}

function judgeMissing({ detection, ai }: PlacedDetection, report: Report): void {
  if (detection.auxiliary) return;
  if (detection.claims.some((claim) => claim.framework === 'atlas' && claim.kind === 'technique')) return;
  // A malformed id was meant as something; it has a finding of its own.
  if (!detection.claims.some((claim) => claim.framework === 'attack' && claim.kind !== 'tactic')) {
    const tactics = detection.claims.filter((claim) => claim.framework === 'attack').map((claim) => claim.id);
    if (tactics.length === 0) {
      report('mapping/untagged', undefined, `"${detection.title}" names no ATT&CK technique or tactic`);
    } else {
      report('mapping/tactic-only', undefined, `"${detection.title}" names ${tactics.join(', ')} and no technique`);
    }
  }
  if (ai) {
    report(
      'mapping/missing-atlas',
      undefined,
      `"${detection.title}" is about attacks on AI and names no ATLAS technique`,
    );
  }
}

/** Only in flat lists of tags: the other formats repeat a tactic for each technique, or a technique for each tactic. */
const FLAT = new Set<Detection['format']>(['sigma', 'falco', 'splunk', 'sentinel']);

function judgeDuplicates({ format, document, claims }: Detection, report: Report): void {
  if (!FLAT.has(format)) return;
  const named = { attack: new Set<string>(), atlas: new Set<string>() };
  for (const claim of claims) {
    const ids = named[claim.framework];
    if (!ids.has(claim.id)) {
      ids.add(claim.id);
      continue;
    }
    report('mapping/duplicate-tag', claim, `${claim.text} is tagged twice`, {
      remedy: 'Remove the second one.',
      // The whole item goes, not only the id in it.
      at: { document, pointer: claim.pointer },
      fix: { title: `Remove the second ${claim.text}`, edit: { kind: 'remove' } },
    });
  }
}
