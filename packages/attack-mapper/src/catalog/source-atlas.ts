// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { parentOf, type Technique } from './catalog.ts';
import type { CatalogFacts } from './build.ts';

const item = z.object({
  id: z.string(),
  name: z.string(),
  tactics: z.array(z.string()).optional(),
  modified_date: z.union([z.string(), z.date()]).optional(),
  'ATT&CK-reference': z.object({ id: z.string() }).optional(),
});
type Item = z.infer<typeof item>;

/** ATLAS.yaml of mitre-atlas/atlas-data. Undefined when the document is something else. */
export function readAtlas(document: unknown): CatalogFacts | undefined {
  const atlas = z
    .object({
      id: z.literal('ATLAS'),
      version: z.union([z.string(), z.number()]),
      matrices: z.tuple([z.object({ tactics: z.array(item), techniques: z.array(item) })]),
    })
    .safeParse(document);
  if (!atlas.success) return undefined;
  const [{ tactics, techniques }] = atlas.data.matrices;
  const shortNames = new Map(tactics.map((tactic) => [tactic.id, shortNameOf(tactic.name)]));
  const byId = new Map(techniques.map((technique) => [technique.id, technique]));
  const youngest = [...tactics, ...techniques]
    .map(({ modified_date: day }) => String(day ?? ''))
    .reduce((a, b) => (a > b ? a : b), '');
  return {
    framework: 'atlas',
    domain: 'atlas',
    version: String(atlas.data.version),
    ...(youngest !== '' && { released: youngest.slice(0, 10) }),
    tactics: tactics.map(({ id, name }) => ({ id, shortName: shortNameOf(name), name })),
    techniques: techniques.map((technique) => techniqueOf(technique, byId, shortNames)),
  };
}

/** A sub-technique names no tactics: it has those of its parent. */
function techniqueOf(
  technique: Item,
  byId: ReadonlyMap<string, Item>,
  shortNames: ReadonlyMap<string, string>,
): Technique {
  const tactics = technique.tactics ?? byId.get(parentOf(technique.id))?.tactics ?? [];
  const attack = technique['ATT&CK-reference']?.id;
  return {
    id: technique.id,
    name: technique.name,
    tactics: tactics.map((id) => shortNames.get(id) ?? id).sort(),
    state: 'live',
    ...(attack !== undefined && { attack }),
  };
}

function shortNameOf(name: string): string {
  return name.toLowerCase().replaceAll(' ', '-');
}
