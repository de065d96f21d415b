// SPDX-License-Identifier: Apache-2.0
import type { Locator, Range } from './locate.ts';
import { type Places, readBlockYaml } from './yaml-block.ts';

/**
 * Locates in the YAML that the block reader takes, out of what it recorded while reading. Where it has no place for
 * something (a block scalar, a collection within a list) it answers nothing, and the events of the whole parser do.
 */
export function locateInBlockYaml(text: string): Locator | undefined {
  const places: Places = new Map();
  const documents = readBlockYaml(text, places);
  if (!documents) return undefined;
  return (document, pointer, part) => {
    let node = documents[document];
    let name: Range | undefined;
    let value: Range | undefined;
    let named = false;
    for (const step of pointer) {
      const at = Array.isArray(node) ? Number(step) : String(step);
      const entry = isCollection(node) ? places.get(node)?.get(at) : undefined;
      if (!entry) break;
      node = (node as Readonly<Record<string | number, unknown>>)[at];
      value = entry.value;
      named = entry.key !== undefined;
      name = entry.key ?? name;
    }
    if (part === 'key' || (isCollection(node) && named)) return name;
    // Nothing is written for an empty value: its key stands for it.
    return value ?? (node === null || node === '' ? name : undefined);
  };
}

function isCollection(node: unknown): node is object {
  return node !== null && typeof node === 'object';
}
