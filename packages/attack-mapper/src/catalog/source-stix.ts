// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import type { Tactic, Technique } from './catalog.ts';
import type { CatalogFacts } from './build.ts';

const object = z.object({
  type: z.string(),
  id: z.string(),
  name: z.string().optional(),
  modified: z.string().optional(),
  revoked: z.boolean().optional(),
  external_references: z.array(z.object({ source_name: z.string(), external_id: z.string().optional() })).optional(),
  kill_chain_phases: z.array(z.object({ kill_chain_name: z.string(), phase_name: z.string() })).optional(),
  relationship_type: z.string().optional(),
  source_ref: z.string().optional(),
  target_ref: z.string().optional(),
  tactic_refs: z.array(z.string()).optional(),
  x_mitre_deprecated: z.boolean().optional(),
  x_mitre_platforms: z.array(z.string()).optional(),
  x_mitre_shortname: z.string().optional(),
  x_mitre_version: z.string().optional(),
});
type StixObject = z.infer<typeof object>;

/** ATT&CK as STIX 2.x: the eight fields that matter. Undefined when the document is no STIX bundle. */
export function readStix(document: unknown): CatalogFacts | undefined {
  const bundle = z.object({ type: z.literal('bundle'), objects: z.array(object) }).safeParse(document);
  if (!bundle.success) return undefined;
  const { objects } = bundle.data;
  const domain =
    objects.find(({ type }) => type === 'x-mitre-matrix')?.external_references?.[0]?.external_id ?? 'enterprise-attack';
  const version = objects.find(({ type }) => type === 'x-mitre-collection')?.x_mitre_version;
  const patterns = objects.filter(({ type }) => type === 'attack-pattern');
  const attackIds = new Map(patterns.map((pattern) => [pattern.id, attackIdOf(pattern)]));
  const replacements = new Map(
    objects
      .filter(({ relationship_type: type }) => type === 'revoked-by')
      .map((link) => [link.source_ref, attackIds.get(link.target_ref ?? '')]),
  );
  const youngest = objects.map(({ modified }) => modified ?? '').reduce((a, b) => (a > b ? a : b), '');
  return {
    framework: 'attack',
    domain: domain.replace(/-attack$/, ''),
    ...(version !== undefined && { version }),
    ...(youngest !== '' && { released: youngest.slice(0, 10) }),
    tactics: tacticsOf(objects),
    techniques: patterns.flatMap((pattern) => techniqueOf(pattern, replacements.get(pattern.id))),
  };
}

function techniqueOf(pattern: StixObject, replacement: string | undefined): Technique[] {
  const id = attackIdOf(pattern);
  if (id === undefined) return [];
  const phases = (pattern.kill_chain_phases ?? []).filter(({ kill_chain_name: chain }) => chain.startsWith('mitre'));
  return [
    {
      id,
      name: pattern.name ?? id,
      tactics: [...new Set(phases.map(({ phase_name: phase }) => phase))].sort(),
      platforms: [...new Set(pattern.x_mitre_platforms ?? [])].sort(),
      state: pattern.revoked ? 'revoked' : pattern.x_mitre_deprecated ? 'deprecated' : 'live',
      ...(pattern.revoked && replacement !== undefined && { replacement }),
    },
  ];
}

function tacticsOf(objects: readonly StixObject[]): Tactic[] {
  const order = objects.find(({ type }) => type === 'x-mitre-matrix')?.tactic_refs ?? [];
  return objects
    .filter(({ type }) => type === 'x-mitre-tactic')
    .sort((a, b) => order.indexOf(a.id) - order.indexOf(b.id))
    .map((tactic) => ({
      id: attackIdOf(tactic) ?? tactic.id,
      shortName: tactic.x_mitre_shortname ?? '',
      name: tactic.name ?? '',
    }));
}

function attackIdOf(item: StixObject): string | undefined {
  return item.external_references?.find(({ source_name: source }) => source.startsWith('mitre-'))?.external_id;
}
