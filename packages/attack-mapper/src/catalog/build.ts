// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { fail } from '@helios/core/error';
import { parseJson, parseYaml, syntaxOf } from '@helios/core/input';
import { type Catalog, type CatalogDocument, currentOf, type Tactic, type Technique } from './catalog.ts';
import { readAtlas } from './source-atlas.ts';
import { readMisp } from './source-misp.ts';
import { readStix } from './source-stix.ts';

/** What a source says, in its own completeness. */
export interface CatalogFacts {
  readonly framework: CatalogDocument['framework'];
  readonly domain: string;
  readonly version?: string;
  readonly released?: string;
  readonly tactics: readonly Tactic[];
  readonly techniques: readonly Technique[];
}

export interface BuildRequest {
  /** What the source is called in the catalog: a name, never a local path. */
  readonly name: string;
  readonly path: string;
  readonly text: string;
  /** For sources that do not say. */
  readonly version?: string;
  readonly released?: string;
  /** The catalog of the version before: what it calls deprecated stays so where the source has no such flag. */
  readonly previous?: Catalog;
}

const NOTICES: Readonly<Record<CatalogDocument['framework'], string>> = {
  attack:
    '© The MITRE Corporation. ATT&CK ids, names and relations are reproduced and distributed with the permission of The MITRE Corporation, under https://attack.mitre.org/resources/legal-and-branding/terms-of-use/',
  atlas: 'MITRE ATLAS ids, names and relations, © The MITRE Corporation, Apache-2.0; extracted, descriptions left out.',
};

/** Makes a catalog of facts out of a STIX bundle, a MISP galaxy cluster or ATLAS.yaml. Throws HeliosError. */
export function buildCatalog(request: BuildRequest): CatalogDocument {
  const facts = readFacts(request);
  const version = request.version ?? facts.version;
  if (version === undefined)
    fail('usage', `${request.path} does not say its version`, { hint: 'Give it with --release.' });
  const released = request.released ?? facts.released;
  const tactics = arrangeTactics(facts.tactics, request.previous);
  const techniques = facts.techniques.map((technique) => keepDeprecation(technique, request.previous)).sort(byId);
  return {
    schema: 'helios/catalog/v1',
    framework: facts.framework,
    domain: facts.domain,
    version,
    ...(released !== undefined && { released }),
    source: { name: request.name, sha256: createHash('sha256').update(request.text).digest('hex') },
    notice: NOTICES[facts.framework],
    tactics,
    renamedTactics: request.previous ? renamedTactics(request.previous, tactics, techniques) : {},
    techniques,
  };
}

function readFacts({ path, text }: BuildRequest): CatalogFacts {
  const document: unknown = syntaxOf(path) === 'json' ? parseJson(path, text) : parseYaml(path, text)[0];
  return (
    readStix(document) ??
    readMisp(document) ??
    readAtlas(document) ??
    fail('input', 'neither a STIX bundle, a MISP galaxy cluster nor ATLAS.yaml', {
      path,
      hint: 'Give enterprise-attack.json of mitre/cti, mitre-attack-pattern.json of MISP/misp-galaxy, or ATLAS.yaml.',
    })
  );
}

/**
 * One tactic of each name, in the order of the matrix before. Of several the one that was there before is meant,
 * else the lowest id; a tactic that is new takes the place of one that is gone.
 */
function arrangeTactics(tactics: readonly Tactic[], previous: Catalog | undefined): Tactic[] {
  const before = previous?.document.tactics ?? [];
  const gap = before.findIndex(({ shortName }) => !tactics.some((tactic) => tactic.shortName === shortName));
  const rank = ({ id }: Tactic): number => {
    const index = before.findIndex((tactic) => tactic.id === id);
    return index !== -1 ? index : gap !== -1 ? gap + 0.5 : before.length;
  };
  const groups = Map.groupBy(tactics, ({ shortName }) => shortName);
  const chosen = [...groups.values()].flatMap((group) => {
    const known = group.find(({ id }) => before.some((tactic) => tactic.id === id));
    return known ?? [...group].sort(byId).slice(0, 1);
  });
  return previous ? chosen.sort((a, b) => rank(a) - rank(b) || byId(a, b)) : chosen;
}

function keepDeprecation(technique: Technique, previous: Catalog | undefined): Technique {
  const before = previous?.techniques.get(technique.id);
  return technique.state === 'live' && before?.state === 'deprecated'
    ? { ...technique, state: 'deprecated' }
    : technique;
}

/** For each tactic that is gone: where its techniques are now. */
function renamedTactics(
  previous: Catalog,
  tactics: readonly Tactic[],
  techniques: readonly Technique[],
): Record<string, string[]> {
  const now = new Map(techniques.map((technique) => [technique.id, technique]));
  const shortNames = new Set(tactics.map((tactic) => tactic.shortName));
  const before = new Set(previous.document.tactics.map((tactic) => tactic.shortName));
  const renamed: Record<string, string[]> = { ...previous.document.renamedTactics };
  for (const gone of before) {
    if (shortNames.has(gone)) continue;
    const successors = previous.document.techniques
      .filter((technique) => technique.state === 'live' && technique.tactics.includes(gone))
      .flatMap((technique) => currentOf(technique.id, now)?.tactics ?? [])
      .filter((tactic) => !before.has(tactic));
    renamed[gone] = [...new Set(successors)].sort();
  }
  return renamed;
}

function byId(a: { readonly id: string }, b: { readonly id: string }): number {
  return a.id < b.id ? -1 : 1;
}
