// SPDX-License-Identifier: Apache-2.0
import { type Catalog, currentOf, type Framework, type Tactic, type Technique } from '../catalog/catalog.ts';
import type { Claim } from '../claim/claim.ts';

/** One catalog for each framework. */
export type Catalogs = Readonly<Record<Framework, Catalog>>;

/** The live technique that a claim stands for today, through revocations; undefined when there is none. */
export function currentTechnique(claim: Claim, catalogs: Catalogs): Technique | undefined {
  if (claim.kind !== 'technique') return undefined;
  const technique = currentOf(claim.id, catalogs[claim.framework].techniques);
  return technique?.domain === undefined ? technique : undefined;
}

/** The tactic that a claim names, by short name or id. */
export function tacticOf(claim: Claim, catalogs: Catalogs): Tactic | undefined {
  return claim.kind === 'tactic' ? catalogs[claim.framework].tactics.get(claim.id) : undefined;
}

/** The tactics that took over from one that is gone. */
export function successorsOf(claim: Claim, catalogs: Catalogs): readonly string[] {
  return catalogs[claim.framework].document.renamedTactics[claim.id] ?? [];
}
