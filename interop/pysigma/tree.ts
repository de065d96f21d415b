// SPDX-License-Identifier: Apache-2.0

/** What a query asks, whatever language it is in. */
export type Tree =
  | { readonly is: 'and' | 'or'; readonly parts: readonly Tree[] }
  | { readonly is: 'not'; readonly part: Tree }
  /** Unknown, as of a missing field, is false. */
  | { readonly is: 'known'; readonly part: Tree }
  | Atom;

export interface Atom {
  readonly is: 'atom';
  /** Empty for what is sought in the whole event. */
  readonly field: string;
  readonly asks: 'text' | 'regex' | 'network' | 'order' | 'nothing' | 'something';
  /** Of a text: `ANY` and `ONE` stand for wildcards. */
  readonly value: string;
  /** Whether case counts. */
  readonly cased: boolean;
  /** Whether the field stands in quotes that make it a text. */
  readonly quoted?: boolean;
}

export const ANY = '\u0001';
export const ONE = '\u0002';

/** Ways in which two queries may differ, from what is least to what is most. */
export const DIFFERENCES = [
  'case',
  'missing',
  'nothing',
  'number',
  'name',
  'network',
  'regex',
  'escape',
  'parts',
] as const;
export type Difference = (typeof DIFFERENCES)[number];

/** One text for all trees that mean the same but for some differences: negations at the atoms, parts in order, none twice. */
export function canonical(tree: Tree, but: ReadonlySet<Difference>, negated = false): string {
  switch (tree.is) {
    case 'not':
      return canonical(tree.part, but, !negated);
    case 'known':
      return but.has('missing') ? canonical(tree.part, but, negated) : `known(${canonical(tree.part, but, negated)})`;
    case 'and':
    case 'or': {
      const kind = negated ? (tree.is === 'and' ? 'or' : 'and') : tree.is;
      const parts = [...new Set(flat(tree, tree.is).map((part) => canonical(part, but, negated)))].sort();
      return parts.length === 1 ? parts.join('') : `${kind}(${parts.join(' ; ')})`;
    }
    case 'atom': {
      const parts = tree.asks === 'text' && but.has('parts') ? partsOf(tree, but) : [tree];
      if (parts.length === 1) return atomText(parts[0] ?? tree, but, negated);
      return canonical({ is: 'and', parts }, new Set([...but].filter((each) => each !== 'parts')), negated);
    }
  }
}

/** A pattern as all of the texts between its wildcards, anywhere and in any order. */
function partsOf(tree: Atom, but: ReadonlySet<Difference>): Atom[] {
  const value = but.has('escape') ? tree.value.replaceAll(/[*?]/g, ANY) : tree.value;
  if (!/[\u0001\u0002]/.test(value)) return [tree];
  const texts = value.split(/[\u0001\u0002]+/).filter((text) => text !== '');
  return texts.length === 0 ? [tree] : texts.map((text) => ({ ...tree, value: `${ANY}${text}${ANY}` }));
}

/** Parts within parts of the same kind; a double negation hides none. */
function flat(tree: Tree, kind: 'and' | 'or'): Tree[] {
  if (tree.is === kind) return tree.parts.flatMap((part) => flat(part, kind));
  if (tree.is === 'not' && tree.part.is === 'not') return flat(tree.part.part, kind);
  if (tree.is === 'not' && (tree.part.is === 'and' || tree.part.is === 'or') && tree.part.is !== kind)
    return tree.part.parts.flatMap((part) => flat({ is: 'not', part }, kind));
  return [tree];
}

function atomText({ field, asks, value, cased, quoted }: Atom, but: ReadonlySet<Difference>, negated: boolean): string {
  const name = quoted === true && !but.has('name') ? `'${field}'` : field;
  const isNothing = asks === 'nothing' || asks === 'something' || (asks === 'text' && (value === '' || value === ANY));
  if (isNothing && but.has('nothing')) {
    const there = (asks === 'something' || value === ANY) !== negated;
    return `${name} is ${there ? 'there' : 'nothing'}`;
  }
  const not = negated ? 'not ' : '';
  if (asks === 'network' && but.has('network')) return `${not}${name} in a network`;
  if (asks === 'regex' && but.has('regex')) return `${not}${name} matches`;
  const caseless = but.has('case') || value.toLowerCase() === value.toUpperCase();
  let text = asks === 'text' ? value.toLowerCase() : value;
  if (but.has('escape')) text = text.replaceAll('\\', '').replaceAll(/[\u0001\u0002*?]+/g, ANY);
  if (but.has('number')) text = text.replaceAll(/\b0+(?=\d)/g, '');
  return `${not}${name} ${asks}${cased && !caseless ? ' cased' : ''} ${text}`;
}
