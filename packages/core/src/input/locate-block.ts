// SPDX-License-Identifier: Apache-2.0
import type { Locator, Range } from './locate.ts';
import { type Places, readBlockYaml } from './yaml-block.ts';

/**
 * Locates in the YAML that the block reader takes, out of what it recorded while reading. Where it has no place for
 * something (a block scalar, a collection within a list) it answers nothing, and the events of the whole parser do.
 */
export function locateInBlockYaml(text: string): Locator | undefined {
  const places: Places = new Map();
  const documents = readBlockYaml(text, { places });
  if (!documents) return undefined;
  return (document, pointer, part) => {
    let node = documents[document];
    let name: Range | undefined;
    let value: Range | undefined;
    let named = false;
    for (const step of pointer) {
      const at = Array.isArray(node) ? Number(step) : String(step);
      const place = isCollection(node) ? places.get(node)?.get(at) : undefined;
      if (!place) break;
      node = (node as Readonly<Record<string | number, unknown>>)[at];
      value = place.value;
      named = place.key !== undefined;
      name = place.key ?? name;
    }
    if (part === 'key' || (isCollection(node) && named)) return name;
    // Nothing is written for an empty value: its key stands for it.
    return value ?? (node === null || node === '' ? name : undefined);
  };
}

/**
 * Locates within one entry of a file that is a single block mapping, and reads nothing but that entry: there, only a key
 * can begin a line without indent. Undefined where the key alone does not tell the entry.
 */
export function locateInEntry(text: string, key: string): Locator | undefined {
  if (!SIMPLE_KEY.test(key) || !BLOCK_MAPPING.test(text)) return undefined;
  const head = `${key}:`;
  const start = text.startsWith(head) ? 0 : text.indexOf(`\n${head}`) + 1;
  if (start === 0 && !text.startsWith(head)) return undefined;
  if (text.includes(`\n${head}`, start) || text.includes('\n---', 1)) return undefined;
  NEXT_KEY.lastIndex = start;
  const end = NEXT_KEY.exec(text)?.index ?? text.length;
  const locate = locateInBlockYaml(text.slice(start, end + 1));
  return (document, pointer, part) => {
    const range = document === 0 && pointer[0] === key ? locate?.(0, pointer, part) : undefined;
    return range && { start: range.start + start, end: range.end + start };
  };
}

const SIMPLE_KEY = /^[A-Za-z][\w-]*$/;
/** After comments and a marker, the first line begins with a key. */
const BLOCK_MAPPING = /^(?:(?:#.*|---)?\n)*[A-Za-z][\w-]*:(?:\s|$)/;
/** The end of a line before one that begins with neither space, comment nor list item. */
const NEXT_KEY = /\n(?=[^\s#-])/g;

function isCollection(node: unknown): node is object {
  return node !== null && typeof node === 'object';
}
