// SPDX-License-Identifier: Apache-2.0
import type { Finding } from '@helios/core/finding';
import type { Catalog } from '../catalog/catalog.ts';
import { isLive } from '../catalog/catalog.ts';

/** What a new version asks of a tree: what can be done for its owner, and what only a person can decide. */
export interface Migration {
  readonly changes: readonly Finding[];
  readonly decisions: readonly Finding[];
  /** Ids that more than one old id became: going back would be a guess. */
  readonly merged: readonly { readonly id: string; readonly from: readonly string[] }[];
}

const LIFECYCLE = new Set([
  'mapping/revoked-technique',
  'mapping/deprecated-technique',
  'mapping/renamed-tactic',
  'mapping/unknown-technique',
  'mapping/unknown-tactic',
]);

/** Sorts the findings against the new version into the two kinds. */
export function planMigration(findings: readonly Finding[], from: Catalog, to: Catalog): Migration {
  // A tactic that its techniques do not serve concerns a migration only where the split of a tactic is the cause.
  const relevant = findings.filter(
    ({ ruleId, fix }) => LIFECYCLE.has(ruleId) || (ruleId === 'mapping/tactic-without-technique' && fix),
  );
  return {
    changes: relevant.filter((finding) => finding.fix),
    decisions: relevant.filter((finding) => !finding.fix),
    merged: mergedIds(from, to),
  };
}

/** Live before, and revoked since in favour of an id that others became too. */
function mergedIds(from: Catalog, to: Catalog): Migration['merged'] {
  const moved = from.document.techniques.flatMap((technique) => {
    const now = to.techniques.get(technique.id);
    return isLive(technique) && now?.state === 'revoked' && now.replacement !== undefined
      ? [{ old: technique.id, id: now.replacement }]
      : [];
  });
  const groups = [...Map.groupBy(moved, ({ id }) => id)].filter(([, group]) => group.length > 1);
  return groups.map(([id, group]) => ({ id, from: group.map(({ old }) => old) }));
}
