// SPDX-License-Identifier: Apache-2.0
import { isCollection, isMap, isScalar, isSeq, type Node, parseAllDocuments } from 'yaml';
import { HeliosError, messageOf } from '../error.ts';
import type { Pointer } from '../finding/draft.ts';
import { LIMITS, refuse } from './limits.ts';
import type { Locator, Part, Range } from './locate.ts';
import { positionAt } from './position.ts';
import type { SourceFile } from './source.ts';

/**
 * YAML with a closing bracket no further in than its key: against the letter of YAML 1.2 §7.4, written by many
 * (Falco's own rules among them) and read by libyaml and go-yaml. Only such files pay for this slower reader.
 */
export function parseLenientYaml(path: string, text: string): unknown[] {
  if (text.length > LIMITS.lenientLength) {
    refuse(path, 'YAML with a bracket no further in than its key', LIMITS.lenientLength, 'characters');
  }
  try {
    return documentsOf(path, text).map((document) => document.toJS({ maxAliasCount: -1 }) as unknown);
  } catch (cause) {
    if (cause instanceof HeliosError) throw cause;
    throw new HeliosError('input', `not valid YAML: ${messageOf(cause).split('\n')[0]}`, { path, cause });
  }
}

export function locateInLenientYaml({ path, text }: SourceFile): Locator {
  const documents = documentsOf(path, text);
  return (document, pointer, part) => find(documents[document]?.contents, pointer, part);
}

function documentsOf(path: string, text: string) {
  const documents = parseAllDocuments(text, { version: '1.2', strict: false, uniqueKeys: true, logLevel: 'silent' });
  if (!Array.isArray(documents)) return [];
  for (const document of documents) {
    const [error] = document.errors;
    if (!error) continue;
    if (error.message.includes('call stack')) refuse(path, 'nesting', LIMITS.depth, 'levels');
    // The first line is the reason; the rest is a picture of the source, which our own reports draw.
    const reason = error.message.split('\n')[0]?.replace(/ at line \d+, column \d+:$/, '');
    throw new HeliosError('input', `not valid YAML: ${reason}`, {
      path,
      cause: error,
      hint: 'Correct the YAML at this place.',
      ...positionAt(text, error.pos[0]),
    });
  }
  return documents;
}

function find(root: unknown, pointer: Pointer, part: Part): Range | undefined {
  let node = root;
  let name: Range | undefined;
  let named = false;
  for (const step of pointer) {
    const pair = isMap(node)
      ? node.items.find(({ key }) => isScalar(key) && String(key.value) === String(step))
      : undefined;
    const next = isSeq(node) ? node.items[Number(step)] : pair?.value;
    if (!pair && next === undefined) break;
    named = pair !== undefined;
    if (pair) name = rangeOf(pair.key) ?? name;
    node = next;
  }
  const byName = part === 'key' || (isCollection(node) && named);
  return byName ? (name ?? rangeOf(node)) : (rangeOf(node) ?? name);
}

/** A quoted scalar is shown without its quotes, a collection by where it begins: as by the strict locator. */
function rangeOf(node: unknown): Range | undefined {
  const range = (node as Node | null | undefined)?.range;
  if (!range || range[0] === range[1]) return undefined;
  if (isCollection(node)) return { start: range[0], end: range[0] };
  const quoted = isScalar(node) && (node.type === 'QUOTE_DOUBLE' || node.type === 'QUOTE_SINGLE');
  return quoted ? { start: range[0] + 1, end: range[1] - 1 } : { start: range[0], end: range[1] };
}
