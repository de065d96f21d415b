// SPDX-License-Identifier: Apache-2.0
import { type Node, parseTree } from 'jsonc-parser';
import type { Locator, Range } from './locate.ts';
import type { SourceFile } from './source.ts';

export async function locateInJson({ text }: SourceFile): Promise<Locator> {
  const root = parseTree(text);
  const propertiesOf = indexProperties();
  return (document, pointer, part) => {
    if (!root || document !== 0) return undefined;
    let node = root;
    let name: Range | undefined;
    let named = false;
    for (const step of pointer) {
      const property = node.type === 'object' ? propertiesOf(node).get(String(step)) : undefined;
      const [key, value] = property?.children ?? [
        undefined,
        node.type === 'array' ? node.children?.[Number(step)] : undefined,
      ];
      if (!value) break;
      named = key !== undefined;
      if (key) name = rangeOf(key);
      node = value;
    }
    const isCollection = node.type === 'object' || node.type === 'array';
    if (name && (part === 'key' || (isCollection && named))) return name;
    return isCollection ? startOf(node) : rangeOf(node);
  };
}

/** The properties of an object by name, gathered once for each that is asked about; of equal names the last, as JSON.parse does. */
function indexProperties(): (node: Node) => ReadonlyMap<string, Node> {
  const known = new Map<Node, Map<string, Node>>();
  return (node) => {
    const properties =
      known.get(node) ?? new Map(node.children?.map((property) => [String(property.children?.[0]?.value), property]));
    known.set(node, properties);
    return properties;
  };
}

function rangeOf({ offset, length }: Node): Range {
  return { start: offset, end: offset + length };
}

function startOf({ offset }: Node): Range {
  return { start: offset, end: offset };
}
