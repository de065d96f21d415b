// SPDX-License-Identifier: Apache-2.0
import type { LoadContext } from '@helios/core/gate';
import { parseDocuments, type SourceFile } from '@helios/core/input';
import { type BareNumber, findBareNumbers } from './lint/bare-numbers.ts';
import { type DocumentFile, isRule } from './ruleset.ts';
import { type Outline, outlineOf } from './sigma/outline.ts';
import { type ParseSettings, parseRule, type Selections } from './sigma/parse.ts';

/** What a file says, in JSON. */
interface Facts {
  readonly documents: readonly unknown[];
  /** Of each document that is a rule. */
  readonly selections: readonly (Selections | null)[];
}

/** What is asked of every file; the facts, which are many times as much, only of some. JSON. */
interface Summary {
  /** Null unless all documents are sound rules. */
  readonly outlines: readonly Outline[] | null;
  readonly bareNumbers: readonly BareNumber[];
}

export interface RuleFile extends DocumentFile, Pick<Summary, 'bareNumbers'> {}

/**
 * The documents of a file, with what its rules ask: remembered between runs by its content, since parsing YAML and
 * applying modifiers is most of what loading thousands of rules costs. What is remembered of a file of rules is looked at
 * when an event comes near one of them. Throws HeliosError `input`.
 */
export async function readDocuments(
  context: LoadContext,
  source: SourceFile,
  settings: ParseSettings,
): Promise<RuleFile> {
  const kind = JSON.stringify([...(settings.placeholders ?? [])]);
  const facts = await context.deriveLater<Facts | null>(`sigma:${kind}`, source, async () => {
    const documents = await parseDocuments(source);
    if (!documents.every(isJson)) return null;
    return { documents, selections: documents.map((document) => selectionsOf(document, settings)) };
  });
  const read = async (): Promise<Pick<DocumentFile, 'documents' | 'selections'>> =>
    facts() ?? { documents: await parseDocuments(source) };
  const { outlines, bareNumbers } = await context.derive<Summary>(`summary:${kind}`, source, async () => ({
    outlines: outlinesOf(facts(), settings),
    bareNumbers: await findBareNumbers(source, (await read()).documents),
  }));
  const { path } = source;
  if (!outlines) return { path, bareNumbers, ...(await read()) };
  return {
    path,
    bareNumbers,
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
