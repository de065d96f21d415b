// SPDX-License-Identifier: Apache-2.0
import type { LoadContext } from '@helios/core/gate';
import { parseDocuments, type SourceFile } from '@helios/core/input';
import type { DocumentFile } from './ruleset.ts';
import { type ParseSettings, parseRule, type Selections } from './sigma/parse.ts';

/** What a file says, in JSON. */
interface Facts {
  readonly documents: readonly unknown[];
  readonly selections: readonly (Selections | null)[];
}

/**
 * The documents of a file, with what its rules ask: remembered between runs by its content, since parsing YAML and
 * applying modifiers is most of what loading thousands of rules costs. Throws HeliosError `input`.
 */
export async function readDocuments(
  context: LoadContext,
  source: SourceFile,
  { placeholders = new Map() }: ParseSettings,
): Promise<DocumentFile> {
  const kind = `sigma:${JSON.stringify([...placeholders])}`;
  const facts = await context.derive<Facts | null>(kind, source, async () => {
    const documents = await parseDocuments(source);
    if (!documents.every(isJson)) return null;
    return { documents, selections: documents.map((document) => selectionsOf(document, placeholders)) };
  });
  return { path: source.path, ...(facts ?? { documents: await parseDocuments(source) }) };
}

function selectionsOf(document: unknown, placeholders: ReadonlyMap<string, readonly string[]>): Selections | null {
  const parsed = parseRule(document, { placeholders });
  return 'rule' in parsed ? [...parsed.rule.selections] : null;
}

/** Whether a value would be the same after it was written as JSON: YAML knows infinities and a negative zero, too. */
function isJson(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value) && !Object.is(value, -0);
  if (typeof value !== 'object' || value === null) return value !== undefined && typeof value !== 'bigint';
  return Object.values(value).every(isJson);
}
