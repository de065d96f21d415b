// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';

/**
 * A second reading of the specification: slow, without compiling, indexing or sharing anything with the engine. Rules are
 * made as trees, written down as Sigma, and judged here by the tree.
 */
export interface RandomRule {
  readonly selections: Readonly<Record<string, readonly Item[]>>;
  readonly condition: Node;
}

interface Item {
  readonly field: string;
  readonly modifiers: readonly string[];
  readonly values: readonly (string | number | boolean | null)[];
}

type Node =
  | { readonly is: 'name'; readonly name: string }
  | { readonly is: 'of'; readonly all: boolean; readonly pattern: string }
  | { readonly is: 'not'; readonly part: Node }
  | { readonly is: 'and' | 'or'; readonly parts: readonly Node[] };

const NAMES = ['sel_a', 'sel_b', 'filter', '_x'];
const FIELDS = ['a', 'b', 'c.d', 'E'];
const LETTERS = ['a', 'B', 'ß', '1', '-', '/', ' ', '\\', '*', '?', '.', 'Σ', '\u{1F600}'];

const word = fc.array(fc.constantFrom(...LETTERS), { maxLength: 6 }).map((letters) => letters.join(''));
const scalar = fc.oneof({ weight: 6, arbitrary: word }, { weight: 1, arbitrary: fc.constantFrom(1, 11, true, false) });

const items: fc.Arbitrary<Item> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      field: fc.constantFrom(...FIELDS),
      modifiers: fc.constantFrom<string[]>(
        [],
        ['contains'],
        ['startswith'],
        ['endswith'],
        ['cased'],
        ['contains', 'cased'],
        ['neq'],
        ['windash'],
        ['windash', 'contains'],
      ),
      values: fc.array(scalar, { minLength: 1, maxLength: 3 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      field: fc.constantFrom(...FIELDS),
      modifiers: fc.constantFrom(['contains', 'all'], ['all']),
      values: fc.array(scalar, { minLength: 2, maxLength: 3 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      field: fc.constantFrom(...FIELDS),
      modifiers: fc.constant([]),
      values: fc.constant([null]),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      field: fc.constantFrom(...FIELDS),
      modifiers: fc.constant(['exists']),
      values: fc.constantFrom([true], [false]),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      field: fc.constantFrom(...FIELDS),
      modifiers: fc.constantFrom(['gt'], ['gte'], ['lt'], ['lte']),
      values: fc.constantFrom([1], [5], [11]),
    }),
  },
);

const nodes: fc.Arbitrary<Node> = fc.letrec<{ node: Node }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    fc.record({ is: fc.constant('name' as const), name: fc.constantFrom(...NAMES) }),
    fc.record({
      is: fc.constant('of' as const),
      all: fc.boolean(),
      pattern: fc.constantFrom('sel_*', 'them', '*', 'f*r'),
    }),
    fc.record({ is: fc.constant('not' as const), part: tie('node') }),
    fc.record({
      is: fc.constantFrom('and' as const, 'or' as const),
      parts: fc.array(tie('node'), { minLength: 2, maxLength: 3 }),
    }),
  ),
})).node;

export const randomRules: fc.Arbitrary<RandomRule> = fc.record({
  selections: fc.record(
    Object.fromEntries(NAMES.map((name) => [name, fc.array(items, { minLength: 1, maxLength: 2 })])),
  ),
  condition: nodes,
});

/** Events made of the letters that the rules are made of, so that they meet. */
export const randomEvents: fc.Arbitrary<Record<string, unknown>> = fc
  .record(
    {
      a: fc.oneof(scalar, fc.array(scalar, { maxLength: 2 }), fc.constant(null)),
      b: scalar,
      'c.d': scalar,
      c: fc.record({ d: fc.oneof(scalar, fc.array(scalar, { maxLength: 2 })) }, { requiredKeys: [] }),
      E: fc.oneof(word, fc.integer({ min: -2, max: 20 })),
    },
    { requiredKeys: [] },
  )
  .map((event) => ({ ...event }));

/** The rule as its author would have written it. */
export function documentOf({ selections, condition }: RandomRule): Record<string, unknown> {
  const detection = Object.fromEntries(
    Object.entries(selections).map(([name, list]) => [
      name,
      list.map((item) => ({
        [[item.field, ...item.modifiers].join('|')]: item.values.length === 1 ? item.values[0] : item.values,
      })),
    ]),
  );
  return {
    title: 'T',
    logsource: { product: 'windows' },
    detection: { ...detection, condition: textOf(condition, true) },
  };
}

function textOf(node: Node, top = false): string {
  switch (node.is) {
    case 'name':
      return node.name;
    case 'of':
      return `${node.all ? 'all' : '1'} of ${node.pattern}`;
    case 'not':
      return `not ${textOf(node.part)}`;
    default: {
      const text = node.parts.map((part) => textOf(part)).join(` ${node.is} `);
      return top ? text : `(${text})`;
    }
  }
}

/** Whether the event meets the rule, by the tree. */
export function judge({ selections, condition }: RandomRule, event: Record<string, unknown>): boolean {
  const meets = (node: Node): boolean => {
    switch (node.is) {
      case 'name':
        return (selections[node.name] ?? []).some((item) => meetsItem(item, event));
      case 'of': {
        const names = NAMES.filter((name) =>
          node.pattern === 'them' ? name[0] !== '_' : new RegExp(`^${node.pattern.replaceAll('*', '.*')}$`).test(name),
        );
        return node.all
          ? names.every((name) => meets({ is: 'name', name }))
          : names.some((name) => meets({ is: 'name', name }));
      }
      case 'not':
        return !meets(node.part);
      case 'and':
        return node.parts.every(meets);
      case 'or':
        return node.parts.some(meets);
    }
  };
  return meets(condition);
}

function valuesOf(event: Record<string, unknown>, field: string): unknown[] | undefined {
  const [head = '', tail] = field.split('.');
  const found =
    field in event
      ? event[field]
      : tail !== undefined && typeof event[head] === 'object' && event[head] !== null
        ? (event[head] as Record<string, unknown>)[tail]
        : undefined;
  return found === undefined ? undefined : Array.isArray(found) ? (found as unknown[]) : [found];
}

function meetsItem({ field, modifiers, values }: Item, event: Record<string, unknown>): boolean {
  const held = valuesOf(event, field);
  const present = held !== undefined && held.length > 0;
  const has = (name: string): boolean => modifiers.includes(name);
  if (has('exists')) return present === values[0];
  const one = (value: Item['values'][number]): boolean => {
    if (value === null) return !present || held.every((each) => each === null);
    return (held ?? []).some(
      (each) => each !== null && meetsValue(value, each as string | number | boolean, modifiers),
    );
  };
  const met = has('all') ? values.every(one) : values.some(one);
  return has('neq') ? present && !met : met;
}

function meetsValue(
  value: string | number | boolean,
  held: string | number | boolean,
  modifiers: readonly string[],
): boolean {
  const bound = Number(value);
  const number = /^-?[0-9]+(\.[0-9]+)?$/.test(String(held)) ? Number(held) : Number.NaN;
  if (modifiers.includes('gt')) return number > bound;
  if (modifiers.includes('gte')) return number >= bound;
  if (modifiers.includes('lt')) return number < bound;
  if (modifiers.includes('lte')) return number <= bound;
  const patterns = modifiers.includes('windash') ? dashes(String(value)) : [String(value)];
  return patterns.some((pattern) => {
    const before = modifiers.includes('contains') || modifiers.includes('endswith') ? '[^]*' : '';
    const after = modifiers.includes('contains') || modifiers.includes('startswith') ? '[^]*' : '';
    const same = modifiers.includes('cased') ? (text: string) => text : lower;
    return new RegExp(`^${before}${regexOf(pattern, same)}${after}$`, 'u').test(same(String(held)));
  });
}

/** The regular expression that a value stands for, by the rule of escapes alone. */
function regexOf(value: string, same: (text: string) => string): string {
  return value.replaceAll(/\\[\\*?]|[^]/gu, (token) => {
    if (token === '*') return '[^]*';
    if (token === '?') return '[^]';
    const char = token.length === 2 && token[0] === '\\' ? token.slice(1) : token;
    return same(char).replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);
  });
}

const lower = (text: string): string => [...text].map((char) => char.toLowerCase()).join('');

/** All ways to write the dashes that begin a word, one after the other. */
function dashes(value: string): string[] {
  const at = [...value.matchAll(/\B[-/]\b/g)].map(({ index }) => index);
  let all = [value];
  for (const index of at)
    all = all.flatMap((text) =>
      ['-', '/', '\u2013', '\u2014', '\u2015'].map((dash) => text.slice(0, index) + dash + text.slice(index + 1)),
    );
  return all;
}
