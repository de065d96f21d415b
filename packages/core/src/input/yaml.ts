// SPDX-License-Identifier: Apache-2.0
import { CORE_SCHEMA, defineMappingTag, defineScalarTag, defineSequenceTag, loadAll, YAMLException } from 'js-yaml';
import { HeliosError, messageOf } from '../error.ts';
import { checkLineLength, checkShape, LIMITS, refuse } from './limits.ts';
import { readBlockYaml } from './yaml-block.ts';

// Other tools' tags (`!Ref`, `!!timestamp`) keep the plain value: a file is not malformed for carrying them.
const foreign = ['!', 'tag:'].flatMap((prefix) => [
  defineScalarTag(prefix, { matchByTagPrefix: true, resolve: (text) => text, identify: () => false }),
  defineSequenceTag<unknown[]>(prefix, {
    matchByTagPrefix: true,
    create: () => [],
    addItem: (items, item) => void items.push(item),
    identify: () => false,
  }),
  defineMappingTag<Record<string, unknown>>(prefix, {
    matchByTagPrefix: true,
    create: () => Object.create(null) as Record<string, unknown>,
    addPair(map, key, value) {
      if (key !== null && typeof key === 'object') return 'a key must be a scalar';
      map[String(key)] = value;
      return '';
    },
    has: (map, key) => Object.hasOwn(map, String(key)),
    keys: (map) => Object.keys(map),
    get: (map, key) => map[String(key)],
    identify: () => false,
  }),
]);

/** Exported for `locate`, which must see what the reader saw. */
export const yamlOptions = { maxDepth: LIMITS.depth, schema: CORE_SCHEMA.withTags(...foreign) };

/**
 * All documents of a YAML 1.2 text (core schema, no merge keys, duplicate keys refused). A stream
 * without documents gives []. Aliases share their value; their expansion is counted, cycles are refused.
 * The values of `unread` keys of a document are checked as all else is, and may come empty or not at all.
 */
export function parseYaml(path: string, text: string, unread?: ReadonlySet<string>): unknown[] {
  checkLineLength(path, text);
  const plain = readBlockYaml(text, { unread });
  if (plain) return plain;
  let documents: unknown[];
  try {
    documents = loadAll(text, yamlOptions);
  } catch (cause) {
    throw yamlError(path, cause);
  }
  if (text.includes('&') && text.includes('*')) {
    for (const document of documents) checkShape(path, document);
  }
  return documents;
}

function yamlError(path: string, cause: unknown): HeliosError {
  if (!(cause instanceof YAMLException)) {
    return new HeliosError('input', `not valid YAML: ${messageOf(cause)}`, { path, cause });
  }
  if (cause.reason.includes('nesting exceeded')) refuse(path, 'nesting', LIMITS.depth, 'levels');
  const { mark } = cause;
  return new HeliosError('input', `not valid YAML: ${cause.reason}`, {
    path,
    cause,
    hint: 'Correct the YAML at this place.',
    ...(mark && { line: mark.line + 1, column: mark.column + 1 }),
  });
}

/** Whether the only thing wrong is how far in a bracket stands, which lenient readers take. */
export function isLooselyIndented(thrown: unknown): boolean {
  return (
    thrown instanceof HeliosError &&
    thrown.cause instanceof YAMLException &&
    thrown.cause.reason === 'deficient indentation'
  );
}
