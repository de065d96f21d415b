// SPDX-License-Identifier: Apache-2.0
import { type Catalog, isLive, parentOf, type Technique } from '../catalog/catalog.ts';
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
    detections: [...(exact.get(technique.id) ?? [])].map((id) => titles.get(id) ?? id).sort(),
    withSubs: claimants.get(technique.id)?.size ?? 0,
    validated: [...(claimants.get(technique.id) ?? [])].some((id) => passing.has(id)),
  }));
}

export function isParent({ technique }: Heat): boolean {
  return parentOf(technique.id) === technique.id;
}
