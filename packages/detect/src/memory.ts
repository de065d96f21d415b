// SPDX-License-Identifier: Apache-2.0
import type { LoadContext } from '@helios/core/gate';
import { parseDocuments, type SourceFile } from '@helios/core/input';
import { type DocumentFile, isRule } from './ruleset.ts';
import { type Outline, outlineOf } from './sigma/outline.ts';
import { type ParseSettings, parseRule, type Selections } from './sigma/parse.ts';

/** What a file says, in JSON. */
interface Facts {
  readonly documents: readonly unknown[];
  /** Of each document that is a rule. */
  readonly selections: readonly (Selections | null)[];
}

/**
 * The documents of a file, with what its rules ask: remembered between runs by its content, since parsing YAML and
 * applying modifiers is most of what loading thousands of rules costs. Outlines are remembered on their own: with them, the
 * rest is not looked at before an event comes near a rule. Throws HeliosError `input`.
 */
export async function readDocuments(
  context: LoadContext,
  source: SourceFile,
  settings: ParseSettings,
): Promise<DocumentFile> {
  const kind = JSON.stringify([...(settings.placeholders ?? [])]);
  const facts = await context.deriveLater<Facts | null>(`sigma:${kind}`, source, async () => {
    const documents = await parseDocuments(source);
    if (!documents.every(isJson)) return null;
    return { documents, selections: documents.map((document) => selectionsOf(document, settings)) };
  });
  const outlines = await context.derive<readonly Outline[] | null>(`outlines:${kind}`, source, () =>
    outlinesOf(facts(), settings),
  );
  if (!outlines) return { path: source.path, ...(facts() ?? { documents: await parseDocuments(source) }) };
  return {
    path: source.path,
    outlines,
    get documents() {
      return facts()?.documents ?? [];
    },
    get selections() {
      return facts()?.selections ?? [];
    },
  };
}

/** Only where all documents are sound rules: whatever else a file holds is looked at every time. */
function outlinesOf(facts: Facts | null, settings: ParseSettings): Outline[] | null {
  if (!facts?.documents.every(isRule)) return null;
  const outlines: Outline[] = [];
  for (const [index, document] of facts.documents.entries()) {
    const parsed = parseRule(document, settings, facts.selections[index] ?? undefined);
    if ('problem' in parsed) return null;
    outlines.push(outlineOf(parsed.rule));
  }
  return outlines;
}

function selectionsOf(document: unknown, settings: ParseSettings): Selections | null {
  const parsed = parseRule(document, settings);
  return 'rule' in parsed ? [...parsed.rule.selections] : null;
}

/** Whether a value would be the same after it was written as JSON: YAML knows infinities and a negative zero, too. */
function isJson(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value) && !Object.is(value, -0);
  if (typeof value !== 'object' || value === null) return value !== undefined && typeof value !== 'bigint';
  return Object.values(value).every(isJson);
}
