// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { isLive, type Tactic, type Technique } from './catalog.ts';
import type { CatalogFacts } from './build.ts';

const entry = z.object({
  uuid: z.string(),
  value: z.string(),
  revoked: z.boolean().optional(),
  meta: z.object({
    external_id: z.string(),
    kill_chain: z.array(z.string()).optional(),
    mitre_platforms: z.array(z.string()).optional(),
  }),
  related: z.array(z.object({ 'dest-uuid': z.string(), type: z.string() })).optional(),
});
type Entry = z.infer<typeof entry>;

/**
 * ATT&CK as a MISP galaxy cluster. It spans all domains, mixes tactics among the techniques, and has no flag for
 * deprecated techniques: those come from the catalog of the version before. Undefined for any other document.
 */
export function readMisp(document: unknown): CatalogFacts | undefined {
  const cluster = z.object({ type: z.literal('mitre-attack-pattern'), values: z.array(entry) }).safeParse(document);
  if (!cluster.success) return undefined;
  const ids = new Map(cluster.data.values.map((value) => [value.uuid, value.meta.external_id]));
  const [tactics, patterns] = partition(cluster.data.values, (value) => value.meta.external_id.startsWith('TA'));
  const techniques = patterns.map((value) => techniqueOf(value, ids));
  return { framework: 'attack', domain: 'enterprise', tactics: tacticsOf(tactics, techniques), techniques };
}

/** The tactics of the live techniques; more than one of a name, as every domain has its own "Initial Access". */
function tacticsOf(values: readonly Entry[], techniques: readonly Technique[]): Tactic[] {
  const inUse = new Set(techniques.filter(isLive).flatMap((technique) => technique.tactics));
  return values
    .map((value) => ({ id: value.meta.external_id, name: nameOf(value) }))
    .map(({ id, name }) => ({ id, shortName: name.toLowerCase().replaceAll(' ', '-'), name }))
    .filter(({ shortName }) => inUse.has(shortName));
}

function partition<T>(items: readonly T[], test: (item: T) => boolean): [T[], T[]] {
  return [items.filter(test), items.filter((item) => !test(item))];
}

function nameOf(value: Entry): string {
  return value.value.replace(` - ${value.meta.external_id}`, '');
}

function techniqueOf(value: Entry, ids: ReadonlyMap<string, string>): Technique {
  const id = value.meta.external_id;
  const chains = value.meta.kill_chain ?? [];
  const domain = domainOf(chains);
  const successor = value.related?.find(({ type }) => type === 'revoked-by')?.['dest-uuid'];
  const replacement = successor === undefined ? undefined : ids.get(successor);
  return {
    id,
    name: nameOf(value),
    tactics: [...new Set(chains.map((chain) => chain.slice(chain.indexOf(':') + 1)))].sort(),
    platforms: [...new Set(value.meta.mitre_platforms ?? [])].sort(),
    state: value.revoked ? 'revoked' : 'live',
    ...(value.revoked && replacement !== undefined && { replacement }),
    ...(domain !== undefined && { domain }),
  };
}

/** Kill chains are named `attack-Linux:…`, `mobile-attack-Android:…`, `pre-attack:…`. */
function domainOf(chains: readonly string[]): string | undefined {
  if (chains.length === 0 || chains.some((chain) => chain.startsWith('attack-'))) return undefined;
  return chains[0]?.split('-attack')[0];
}
