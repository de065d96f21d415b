// SPDX-License-Identifier: Apache-2.0
import type { AST } from 'toml-eslint-parser';
import type { Pointer } from '../finding/draft.ts';
import type { Locator, Range } from './locate.ts';
import type { SourceFile } from './source.ts';

/** Every value of a TOML file with its full pointer; tables come out of the parser with theirs resolved. */
interface Entry {
  readonly pointer: Pointer;
  readonly range: Range;
  readonly name: Range;
}

export async function locateInToml({ text }: SourceFile): Promise<Locator> {
  const { parseTOML } = await import('toml-eslint-parser');
  const entries = new Map<string, Entry>();
  try {
    for (const node of parseTOML(text).body[0].body) {
      for (const entry of entriesOf(node, [])) entries.set(JSON.stringify(entry.pointer), entry);
    }
  } catch {
    // The reader and this parser differ at the edges of TOML 1.1: then the finding has its file, and no line.
    return () => undefined;
  }
  return (document, pointer, part) => {
    if (document !== 0) return undefined;
    for (let length = pointer.length; length > 0; length--) {
      const entry = entries.get(JSON.stringify(pointer.slice(0, length)));
      if (entry) return part === 'key' ? entry.name : entry.range;
    }
    return { start: 0, end: 0 };
  };
}

function entriesOf(node: AST.TOMLKeyValue | AST.TOMLTable, parent: Pointer): Entry[] {
  if (node.type === 'TOMLTable') {
    const name = rangeOf(node.key);
    return [
      { pointer: node.resolvedKey, range: name, name },
      ...node.body.flatMap((inner) => entriesOf(inner, node.resolvedKey)),
    ];
  }
  const pointer = [...parent, ...node.key.keys.map((key) => (key.type === 'TOMLBare' ? key.name : key.value))];
  return valuesOf(node.value, pointer, rangeOf(node.key));
}

function valuesOf(node: AST.TOMLContentNode, pointer: Pointer, name: Range): Entry[] {
  switch (node.type) {
    case 'TOMLArray':
      return [
        { pointer, range: name, name },
        ...node.elements.flatMap((element, index) => valuesOf(element, [...pointer, index], rangeOf(element))),
      ];
    case 'TOMLInlineTable':
      return [{ pointer, range: name, name }, ...node.body.flatMap((inner) => entriesOf(inner, pointer))];
    case 'TOMLValue':
      return [{ pointer, range: rangeOf(node), name }];
  }
}

function rangeOf(node: { readonly range: readonly [number, number] }): Range {
  return { start: node.range[0], end: node.range[1] };
}
