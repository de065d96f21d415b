// SPDX-License-Identifier: Apache-2.0
import { isLive, parentOf } from '../catalog/catalog.ts';
import type { Claim } from '../claim/claim.ts';
import type { Detection, Scenario } from '../detection/detection.ts';
import type { Catalogs } from '../mapping/catalogs.ts';

/** A thing that should be seen: a technique, or one technique of one scenario step. */
export interface Target {
  readonly name: string;
  readonly claimed: boolean;
  readonly validated: boolean;
}

/** Ids of the detections that name each live technique. A sub-technique counts for its parent, never the other way round. */
export type Claimants = ReadonlyMap<string, ReadonlySet<string>>;

export function claimantsOf(detections: readonly Detection[], catalogs: Catalogs): Claimants {
  const claimants = new Map<string, Set<string>>();
  const add = (technique: string, id: string): void => {
    const ids = claimants.get(technique);
    if (ids) ids.add(id);
    else claimants.set(technique, new Set([id]));
  };
  for (const { id, claims } of detections) {
    for (const technique of liveIds(claims, catalogs)) {
      const parent = parentOf(technique);
      add(technique, id);
      if (parent !== technique) add(parent, id);
    }
  }
  return claimants;
}

/** The live techniques among claims; a revoked id covers nothing until it is replaced. */
function liveIds(claims: readonly Claim[], catalogs: Catalogs): string[] {
  const ids: string[] = [];
  for (const { kind, framework, id } of claims) {
    const technique = kind === 'technique' ? catalogs[framework].techniques.get(id) : undefined;
    if (technique && isLive(technique)) ids.push(technique.id);
  }
  return ids;
}

/** `passing` holds ids of detections whose tests passed. */
export function coverScope(relevant: readonly string[], claimants: Claimants, passing: ReadonlySet<string>): Target[] {
  return relevant.map((name) => {
    const ids = [...(claimants.get(name) ?? [])];
    return { name, claimed: ids.length > 0, validated: ids.some((id) => passing.has(id)) };
  });
}

/** A step's technique is covered when a detection that the step itself names claims it: another one elsewhere is luck. */
export function coverScenarios(
  scenarios: readonly Scenario[],
  claimants: Claimants,
  passing: ReadonlySet<string>,
  catalogs: Catalogs,
): Target[] {
  return scenarios.flatMap((scenario) =>
    scenario.steps.flatMap((step) =>
      liveIds(step.claims, catalogs).map((technique) => {
        const ids = step.detections.map(({ id }) => id).filter((id) => claimants.get(technique)?.has(id));
        return {
          name: `${scenario.id}/${step.id} ${technique}`,
          claimed: ids.length > 0,
          validated: ids.some((id) => passing.has(id)),
        };
      }),
    ),
  );
}
