// SPDX-License-Identifier: Apache-2.0
import type { FindingDraft } from '@helios/core/finding';
import { type Framework, type Tactic, titleOf } from '../catalog/catalog.ts';
import { caseLike, type Claim, spellLike } from '../claim/claim.ts';
import type { Detection } from '../detection/detection.ts';
import { type Catalogs, currentTechnique, successorsOf, tacticOf } from './catalogs.ts';
import type { Report } from './judge-detection.ts';

/** Whether tagged tactics exist, and whether they and the tagged techniques belong to each other. */
export function judgeTactics(detection: Detection, catalogs: Catalogs, report: Report): void {
  const tactics = detection.claims.filter((claim) => claim.kind === 'tactic');
  const served: Partial<Record<Framework, ReadonlySet<string>>> = {};
  for (const claim of tactics) {
    const fitting = (served[claim.framework] ??= servedTactics(detection, claim.framework, catalogs));
    judgeTactic(claim, fitting, catalogs, report);
  }
  if (detection.namesTactics) judgeTechniques(detection, tactics, catalogs, report);
}

function judgeTactic(claim: Claim, served: ReadonlySet<string>, catalogs: Catalogs, report: Report): void {
  const tactic = tacticOf(claim, catalogs);
  if (tactic) {
    if (served.size === 0 || served.has(tactic.shortName)) return;
    const message = `${tactic.name} is tagged, and none of the tagged techniques serves it`;
    return report('mapping/tactic-without-technique', claim, message, fixOfSplit(claim, tactic, served, catalogs));
  }
  const successors = successorsOf(claim, catalogs);
  if (successors.length > 0) return judgeRenamed(claim, successors, served, catalogs, report);
  const catalog = catalogs[claim.framework];
  const nearest = catalog.nearestTactic(claim.id);
  report('mapping/unknown-tactic', claim, `"${claim.written}" is no tactic of ${titleOf(catalog)}`, {
    remedy: nearest
      ? `Did you mean ${spellLike(claim.written, nearest)}?`
      : `Tactics: ${catalog.document.tactics.map(({ shortName }) => shortName).join(', ')}.`,
  });
}

/**
 * An id outlives the tactic's name: TA0005 was Defense Evasion, is Stealth, and a part of its techniques went to a new
 * tactic. An id that was written before the split means the part that the techniques serve now.
 */
function fixOfSplit(
  claim: Claim,
  tactic: Tactic,
  served: ReadonlySet<string>,
  catalogs: Catalogs,
): Partial<FindingDraft> {
  if (claim.id !== tactic.id) return {};
  const { document, tactics } = catalogs[claim.framework];
  const split =
    Object.values(document.renamedTactics).find((successors) => successors.includes(tactic.shortName)) ?? [];
  const [only, ...more] = split.filter((successor) => served.has(successor));
  const target = only === undefined || more.length > 0 ? undefined : tactics.get(only);
  if (!target) return {};
  const newId = caseLike(claim.written, target.id);
  return {
    remedy: `The techniques serve ${target.name}, which was split off: replace ${claim.written} with ${newId}.`,
    fix: { title: `Replace ${claim.written} with ${newId}`, edit: { kind: 'replace', newText: newId } },
  };
}

function judgeRenamed(
  claim: Claim,
  successors: readonly string[],
  served: ReadonlySet<string>,
  catalogs: Catalogs,
  report: Report,
): void {
  const fitting = successors.filter((successor) => served.has(successor));
  const message = `${claim.id} is gone from ${titleOf(catalogs[claim.framework])}; its techniques are under ${successors.join(' or ')}`;
  const [only] = fitting;
  if (fitting.length !== 1 || only === undefined) {
    return report('mapping/renamed-tactic', claim, message, {
      remedy:
        fitting.length > 1
          ? `The techniques serve ${fitting.join(' and ')}: tag both, or the one that is meant.`
          : `Choose ${successors.join(' or ')} by what the detection sees.`,
    });
  }
  const spelled = spellLike(claim.written, only);
  report('mapping/renamed-tactic', claim, message, {
    remedy: `Replace ${claim.written} with ${spelled}.`,
    fix: { title: `Replace ${claim.written} with ${spelled}`, edit: { kind: 'replace', newText: spelled } },
  });
}

/** ATT&CK only: nobody tags ATLAS techniques with their tactics yet. */
function judgeTechniques(detection: Detection, tactics: readonly Claim[], catalogs: Catalogs, report: Report): void {
  const tagged = new Set<string>();
  for (const claim of tactics) {
    tagged.add(tacticOf(claim, catalogs)?.shortName ?? claim.id);
    for (const successor of successorsOf(claim, catalogs)) tagged.add(successor);
  }
  for (const claim of detection.claims) {
    const technique = claim.framework === 'attack' ? currentTechnique(claim, catalogs) : undefined;
    if (!technique || technique.tactics.length === 0 || technique.tactics.some((tactic) => tagged.has(tactic)))
      continue;
    const message = `${claim.id} (${technique.name}) is tagged without any of its tactics`;
    report('mapping/technique-without-tactic', claim, message, { remedy: `Add ${technique.tactics.join(' or ')}.` });
  }
}

/** Short names of the tactics that the tagged techniques serve today. */
function servedTactics(detection: Detection, framework: Framework, catalogs: Catalogs): ReadonlySet<string> {
  const served = new Set<string>();
  for (const claim of detection.claims) {
    if (claim.framework !== framework) continue;
    for (const tactic of currentTechnique(claim, catalogs)?.tactics ?? []) served.add(tactic);
  }
  return served;
}
