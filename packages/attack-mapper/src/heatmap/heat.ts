// SPDX-License-Identifier: Apache-2.0
import { redact } from '@helios/core/finding';
import { type Catalog, isLive, parentOf, type Tactic, titleOf, type Technique } from '../catalog/catalog.ts';
import { type Claimants, claimantsOf } from '../coverage/coverage.ts';
import type { Inputs } from '../gate.ts';

/** How well one live technique is seen. */
export interface Heat {
  readonly technique: Technique;
  /** Titles of the detections that name this very technique, sorted. */
  readonly detections: readonly string[];
  /** The same, with those of its sub-techniques. */
  readonly withSubs: number;
  /** Whether the tests of one of them pass. */
  readonly validated: boolean;
}

/** All live techniques of a catalog in the order of their ids. */
export function measureHeat(catalog: Catalog, { files, catalogs, passing }: Inputs): Heat[] {
  const detections = files.flatMap((file) => file.detections);
  const titles = new Map(detections.map(({ id, title }) => [id, title]));
  const claimants: Claimants = claimantsOf(detections, catalogs);
  const exact = new Map<string, Set<string>>();
  for (const { id, claims } of detections) {
    for (const claim of claims)
      if (claim.kind === 'technique') exact.set(claim.id, (exact.get(claim.id) ?? new Set()).add(id));
  }
  return catalog.document.techniques.filter(isLive).map((technique) => ({
    technique,
    detections: [...(exact.get(technique.id) ?? [])].map((id) => redact(titles.get(id) ?? id)).sort(),
    withSubs: claimants.get(technique.id)?.size ?? 0,
    validated: [...(claimants.get(technique.id) ?? [])].some((id) => passing.has(id)),
  }));
}

export function isParent({ technique }: Heat): boolean {
  return parentOf(technique.id) === technique.id;
}

/** A tactic with its techniques, those that most detections see first. */
export interface HeatColumn {
  readonly tactic: Tactic;
  readonly cells: readonly Heat[];
}

/** The matrix as people know it: a column for each tactic, in the order of the catalog; sub-techniques count for theirs. */
export function heatColumns(catalog: Catalog, heat: readonly Heat[]): HeatColumn[] {
  const parents = heat.filter(isParent);
  return catalog.document.tactics.map((tactic) => ({
    tactic,
    cells: parents
      .filter(({ technique }) => technique.tactics.includes(tactic.shortName))
      .sort((a, b) => b.withSubs - a.withSubs || (a.technique.id < b.technique.id ? -1 : 1)),
  }));
}

/** `MITRE ATT&CK 19: 170 of 222 techniques seen` */
export function heatTitle(catalog: Catalog, heat: readonly Heat[]): string {
  const parents = heat.filter(isParent);
  return `${titleOf(catalog)}: ${parents.filter(isSeen).length} of ${parents.length} techniques seen`;
}

export function isSeen({ withSubs }: Heat): boolean {
  return withSubs > 0;
}

/** Steps of a picture's colours: from so many detections on, and what a legend says of it. */
export const HEAT_STEPS = [
  [0, 'none'],
  [1, '1'],
  [2, '2 to 4'],
  [5, '5 to 19'],
  [20, '20 and more'],
] as const;

/** What the mark of a validated technique says in a legend. */
export const VALIDATED = '✓ tests of one pass';

export function heatStep({ withSubs }: Heat): number {
  return HEAT_STEPS.findLastIndex(([least]) => withSubs >= least);
}

/** What a cell says to who hears it or points at it. */
export function heatLabel({ technique, withSubs, validated }: Heat): string {
  return `${technique.id} ${technique.name}: ${withSubs} ${withSubs === 1 ? 'detection' : 'detections'}${validated ? ', validated' : ''}`;
}
