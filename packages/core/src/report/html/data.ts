// SPDX-License-Identifier: Apache-2.0
import type { Finding } from '../../finding/finding.ts';
import type { GateResult, Report } from '../../gate/result.ts';
import { disarm, visible, visibleLines } from '../sanitize.ts';
import { mostSevereFirst, placeOf } from '../tally.ts';
import type { PageData, ShownFinding } from './browser/script.ts';

/** What the page's script draws: the most severe finding of all gates first, then what was waived. */
export function pageData({ gates }: Report): PageData {
  const open = gates.flatMap((gate) => gate.findings.map((finding) => ({ gate, finding })));
  const ordered = mostSevereFirst(open.map(({ finding }) => finding));
  const gateOf = new Map(open.map(({ gate, finding }) => [finding, gate]));
  return {
    findings: [
      ...ordered.map((finding) => shownFinding(gateOf.get(finding)?.gate ?? '', finding)),
      ...gates.flatMap((gate) => gate.waived.map((finding) => shownFinding(gate.gate, finding))),
    ],
    rules: rulesOf(gates),
  };
}

function rulesOf(gates: readonly GateResult[]): PageData['rules'] {
  const rules = gates.flatMap((gate) => gate.rules);
  return Object.fromEntries(rules.map(({ id, title, why }) => [id, { title: visible(title), why: visible(why) }]));
}

/** Enough of a fingerprint to name a finding in an address. */
const ID_DIGITS = 16;

function shownFinding(gate: string, finding: Finding): ShownFinding {
  const { fingerprint, ruleId, level, message, subject, remedy, location, excerpt, owner, references } = finding;
  const waived = waiverOf(finding);
  return {
    id: fingerprint.slice(0, ID_DIGITS),
    gate: visible(gate),
    rule: ruleId,
    level,
    place: visible(placeOf(location)),
    message: visible(message),
    subject: visible(subject),
    remedy: visible(remedy),
    ...(excerpt !== undefined && { excerpt: visibleLines(excerpt) }),
    ...(owner !== undefined && { owner: visible(owner) }),
    ...(references && references.length > 0 && { references: references.map(visible) }),
    ...(waived !== undefined && { waived: visible(waived) }),
  };
}

function waiverOf({ suppression }: Finding): string | undefined {
  if (!suppression) return undefined;
  const { owner, expires, by, reason } = suppression;
  return `Accepted by ${owner} until ${expires} (${by}): ${reason}`;
}

/** JSON that no parser of HTML can take for the end of its element, nor a job that prints it for a command. */
export function jsonInHtml(data: PageData): string {
  const json = JSON.stringify(data).replace(/[<>&]/g, (char) => `\\u00${char.charCodeAt(0).toString(16)}`);
  return disarm(json, '\\u0023', '\\u003a');
}
