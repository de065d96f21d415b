// SPDX-License-Identifier: Apache-2.0
import { distance } from 'fastest-levenshtein';
import { z } from 'zod';
import { fail, HeliosError } from '../error.ts';
import { parseStrictJson, parseYaml, type SourceFile, syntaxOf } from '../input/index.ts';
import type { Pointer } from '../finding/draft.ts';
import { locatorOf, type Part } from '../input/locate.ts';
import { positionAt } from '../input/position.ts';

/**
 * One document that steers Helios, parsed and checked against its schema.
 * Throws HeliosError `config` with line, column, and for an unknown key the nearest known one.
 */
export async function parseConfigFile<T>(source: SourceFile, schema: z.ZodType<T>): Promise<T> {
  const document = parseSteering(source);
  return checkConfig(source, document, schema, []);
}

/** The single document of a steering file. */
export function parseSteering(source: SourceFile): unknown {
  try {
    if (syntaxOf(source.path) === 'json') return parseStrictJson(source.path, source.text);
    const documents = parseYaml(source.path, source.text);
    if (documents.length !== 1)
      fail('input', `holds ${documents.length} documents`, { path: source.path, hint: 'Write exactly one.' });
    return documents[0];
  } catch (cause) {
    if (!(cause instanceof HeliosError)) throw cause;
    throw new HeliosError('config', cause.message, { ...cause.detail, cause });
  }
}

/** Checks the part of a document that lies under `pointer`. */
export async function checkConfig<T>(
  source: SourceFile,
  value: unknown,
  schema: z.ZodType<T>,
  pointer: readonly (string | number)[],
): Promise<T> {
  const result = schema.safeParse(value, { reportInput: true });
  if (result.success) return result.data;
  const issue = foremost(result.error.issues);
  const path = issue.path.filter((step) => typeof step !== 'symbol');
  const place = [...pointer, ...path];
  if (issue.code === 'unrecognized_keys') {
    const [key = ''] = issue.keys;
    const where = place.length === 0 ? '' : ` in ${place.join('.')}`;
    return failAt(
      source,
      [...place, key],
      `unknown key "${key}"${where}`,
      meant(key, keysAt(schema, path), 'Known keys'),
      'key',
    );
  }
  const named = place.length === 0 ? 'the document' : place.join('.');
  return issue.input === undefined
    ? failAt(source, place, `${named} is missing`, 'Add it; the JSON Schema says what it holds.')
    : failAt(source, place, `${named}: ${issue.message}`, 'Correct the value; the JSON Schema says what is allowed.');
}

/** HeliosError `config` with the position of a value, or of the key that names it. */
export async function failAt(
  source: SourceFile,
  pointer: Pointer,
  message: string,
  hint: string,
  part?: Part,
): Promise<never> {
  const range = await locatorOf(source)({ pointer }, part);
  return fail('config', message, { path: source.path, hint, ...(range && positionAt(source.text, range.start)) });
}

/** The issue to tell of: of a union the branch that got furthest, and a misspelt key before what it left missing. */
function foremost(issues: readonly z.core.$ZodIssue[]): z.core.$ZodIssue {
  const flat = issues.flatMap((issue) =>
    issue.code === 'invalid_union' && issue.errors.length > 0
      ? issue.errors.flat().map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] }))
      : [issue],
  );
  const rank = (issue: z.core.$ZodIssue): number =>
    issue.path.length * 2 + (issue.code === 'unrecognized_keys' ? 3 : 0);
  const [first] = [...flat].sort((a, b) => rank(b) - rank(a));
  return first ?? fail('config', 'does not have the expected form');
}

/** The keys that a schema knows at a place, read off its JSON Schema. */
function keysAt(schema: z.ZodType, path: readonly (string | number)[]): string[] {
  const root = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonSchema;
  let nodes = branches(root, root);
  for (const step of path) {
    nodes = nodes
      .map((node) => (typeof step === 'number' ? node.items : (node.properties?.[step] ?? node.additionalProperties)))
      .flatMap((node) => (node !== null && typeof node === 'object' ? branches(node, root) : []));
  }
  return nodes.flatMap((node) => Object.keys(node.properties ?? {}));
}

interface JsonSchema {
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, JsonSchema>>;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: JsonSchema | boolean;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
}

/** What a node may be, after the parts that have names of their own. */
function branches(node: JsonSchema, root: JsonSchema): JsonSchema[] {
  const named = node.$ref === undefined ? undefined : root.$defs?.[node.$ref.slice('#/$defs/'.length)];
  const inner = named ? [named] : (node.anyOf ?? node.oneOf);
  return inner ? inner.flatMap((each) => branches(each, root)) : [node];
}

/** What to say to somebody who wrote an unknown word. */
export function meant(word: string, known: readonly string[], title: string): string {
  const nearest = nearestOf(word, known);
  return nearest === undefined ? `${title}: ${known.join(', ')}.` : `Did you mean "${nearest}"?`;
}

/** The known word that a word begins, or that is near enough to a misspelt one to be meant. */
export function nearestOf(word: string, known: readonly string[]): string | undefined {
  const begun = known.filter((candidate) => candidate.startsWith(word));
  if (begun.length === 1) return begun[0];
  let best: string | undefined;
  let least = Math.max(2, Math.floor(word.length / 3)) + 1;
  for (const candidate of [...known].sort()) {
    const steps = distance(word.toLowerCase(), candidate.toLowerCase());
    if (steps < least) [best, least] = [candidate, steps];
  }
  return best;
}
