// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { nearestOf } from '@helios/core/config';
import { parseStrictJson } from '@helios/core/input';
import { fail } from '@helios/core/error';

const techniqueSchema = z.strictObject({
  id: z.string(),
  name: z.string(),
  tactics: z.array(z.string()).describe('Short names'),
  platforms: z.array(z.string()).optional(),
  state: z.enum(['live', 'revoked', 'deprecated']),
  /** Set when revoked, if the source names one. */
  replacement: z.string().optional(),
  /** Set when not the catalog's own: an id that is right, but in another matrix. */
  domain: z.string().optional(),
  /** ATLAS only: the ATT&CK id that the entry refers to. */
  attack: z.string().optional(),
});

const tacticSchema = z.strictObject({
  id: z.string(),
  shortName: z.string(),
  name: z.string(),
});

/** A catalog file: facts of one version of one matrix, small enough to commit. */
const catalogSchema = z.strictObject({
  schema: z.literal('helios/catalog/v1'),
  framework: z.enum(['attack', 'atlas']),
  domain: z.string(),
  version: z.string(),
  /** Day of the youngest change in the source, where the source has dates. */
  released: z.iso.date().optional(),
  source: z.strictObject({ name: z.string(), sha256: z.string().regex(/^[0-9a-f]{64}$/) }),
  notice: z.string(),
  /** In the order of the matrix. */
  tactics: z.array(tacticSchema),
  /** Short names of tactics that are gone, each with those that took over its techniques. */
  renamedTactics: z.record(z.string(), z.array(z.string())),
  techniques: z.array(techniqueSchema),
});

export type CatalogDocument = z.infer<typeof catalogSchema>;
export type Technique = Readonly<z.infer<typeof techniqueSchema>>;
export type Tactic = Readonly<z.infer<typeof tacticSchema>>;
export type Framework = CatalogDocument['framework'];

/** A catalog that can be asked. */
export interface Catalog {
  /** Path or name that it was read from. */
  readonly path: string;
  /** Whether it is a file of the judged repository. */
  readonly inTree: boolean;
  readonly document: CatalogDocument;
  /** By id in capitals. */
  readonly techniques: ReadonlyMap<string, Technique>;
  /** By short name and by id. */
  readonly tactics: ReadonlyMap<string, Tactic>;
  /** The live sub-techniques of a technique, in the order of the catalog. */
  subTechniques(parent: string): readonly Technique[];
  /** The short name that a word was probably meant to be. */
  nearestTactic(word: string): string | undefined;
}

/** A catalog of the judged repository. Throws HeliosError `input` or `config`. */
export function parseCatalog(path: string, text: string): Catalog {
  const parsed = catalogSchema.safeParse(parseStrictJson(path, text));
  const hint = 'Make it with `sec-attack-mapper catalog build`.';
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return fail('config', `not a catalog: ${issue?.path.join('.') || 'the document'}: ${issue?.message}`, {
      path,
      hint,
    });
  }
  const catalog = indexCatalog(path, parsed.data, true);
  // Of two facts about one id the later would hide the earlier.
  const twice = parsed.data.techniques.find((technique) => catalog.techniques.get(technique.id) !== technique);
  if (twice) fail('config', `names ${twice.id} twice`, { path, hint });
  return catalog;
}

/** A catalog that came with this very version of Helios: a test has checked it, and checking it again costs every run. */
export function trustCatalog(path: string, text: string): Catalog {
  return indexCatalog(path, JSON.parse(text) as CatalogDocument, false);
}

function indexCatalog(path: string, document: CatalogDocument, inTree: boolean): Catalog {
  const shortNames = document.tactics.map(({ shortName }) => shortName);
  // Whoever writes for another version writes the same few words in many rules.
  const nearest = new Map<string, string | undefined>();
  let children: ReadonlyMap<string, readonly Technique[]> | undefined;
  return {
    path,
    inTree,
    document,
    techniques: new Map(document.techniques.map((technique) => [technique.id, technique])),
    tactics: new Map(
      document.tactics.flatMap((tactic) => [
        [tactic.shortName, tactic],
        [tactic.id, tactic],
      ]),
    ),
    subTechniques(parent) {
      children ??= Map.groupBy(
        document.techniques.filter((technique) => isLive(technique) && parentOf(technique.id) !== technique.id),
        ({ id }) => parentOf(id),
      );
      return children.get(parent) ?? [];
    },
    nearestTactic(word) {
      if (!nearest.has(word)) nearest.set(word, nearestOf(word, shortNames));
      return nearest.get(word);
    },
  };
}

/** `ATT&CK enterprise v19`, `ATLAS v5.6.0` */
export function titleOf({ document }: Catalog): string {
  return document.framework === 'attack'
    ? `ATT&CK ${document.domain} v${document.version}`
    : `ATLAS v${document.version}`;
}

export function isLive(technique: Technique): boolean {
  return technique.state === 'live' && technique.domain === undefined;
}

/** Follows replacements; sources have been seen with chains, and nothing forbids a cycle. */
export function currentOf(id: string, techniques: ReadonlyMap<string, Technique>): Technique | undefined {
  let technique = techniques.get(id);
  if (technique?.state !== 'revoked') return technique?.state === 'live' ? technique : undefined;
  const seen = new Set<string>();
  while (technique?.state === 'revoked' && technique.replacement !== undefined && !seen.has(technique.id)) {
    seen.add(technique.id);
    technique = techniques.get(technique.replacement);
  }
  return technique?.state === 'live' ? technique : undefined;
}

/** `T1059.001` → `T1059`; a technique is its own parent. */
export function parentOf(id: string): string {
  const dot = id.indexOf('.', id.startsWith('AML.') ? 4 : 0);
  return dot === -1 ? id : id.slice(0, dot);
}

/** One fact a line, so that a new version reads as a diff. Ends with a newline. */
export function formatCatalog(document: CatalogDocument): string {
  const { tactics, techniques, ...head } = document;
  const lines = (items: readonly unknown[]): string => items.map((item) => `    ${JSON.stringify(item)}`).join(',\n');
  const top = Object.entries(head).map(([key, value]) => `  ${JSON.stringify(key)}: ${JSON.stringify(value)},\n`);
  return `{\n${top.join('')}  "tactics": [\n${lines(tactics)}\n  ],\n  "techniques": [\n${lines(techniques)}\n  ]\n}\n`;
}
