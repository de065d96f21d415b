// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import type { documentOf } from '../sigma/reference.ts';

/**
 * Rules and events of so few letters, numbers and networks that what is asked in one place often follows from, or rules
 * out, what is asked in another.
 */
type RandomRule = Parameters<typeof documentOf>[0];
type Item = RandomRule['selections'][string][number];

const FIELDS = ['a', 'b'];
const words = fc
  .array(fc.constantFrom('x', 'X', 'y', 'İ', '\u{1F600}', '*', '?', '1', '2'), { maxLength: 4 })
  .map((letters) => letters.join(''));
const texts = fc.oneof(words, fc.constantFrom('10.0.0.1', '10.0.1.1', '5', '7.5', '12', '1e1', '2026-01-05T12:30:00'));
const one = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<readonly T[]> =>
  fc.array(arbitrary, { minLength: 1, maxLength: 1 });

const kinds: fc.Arbitrary<Pick<Item, 'modifiers' | 'values'>> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      modifiers: fc.constantFrom<string[]>(
        [],
        [],
        ['contains'],
        ['startswith'],
        ['endswith'],
        ['cased'],
        ['contains', 'cased'],
        ['neq'],
      ),
      values: fc.array(texts, { minLength: 1, maxLength: 3 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      modifiers: fc.constantFrom(['gt'], ['gte'], ['lt'], ['lte']),
      values: one(fc.constantFrom(5, 7, 7.5, 12)),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      modifiers: fc.constantFrom(['hour', 'gt'], ['hour', 'lte'], ['hour'], ['day', 'lt']),
      values: one(fc.constantFrom(5, 11, 12)),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      modifiers: fc.constant(['cidr']),
      values: one(fc.constantFrom('10.0.0.0/8', '10.0.0.0/24', '10.0.1.0/24', '::/0', '::ffff:0:0/96')),
    }),
  },
  { weight: 1, arbitrary: fc.record({ modifiers: fc.constant(['exists']), values: one(fc.boolean()) }) },
  { weight: 1, arbitrary: fc.record({ modifiers: fc.constant([]), values: fc.constant([null]) }) },
  { weight: 1, arbitrary: fc.record({ modifiers: fc.constant(['re']), values: one(fc.constantFrom('x', '^y')) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      modifiers: fc.constantFrom(['fieldref'], ['fieldref', 'cased']),
      values: one(fc.constant('b')),
    }),
  },
);
const items: fc.Arbitrary<Item> = fc
  .tuple(fc.constantFrom(...FIELDS), kinds)
  .map(([field, kind]) => ({ field, ...kind }));

/** A selection of one field with one value each. */
export const questions: fc.Arbitrary<readonly Item[]> = fc.array(
  kinds.map(({ modifiers, values: [first = ''] }) => ({ field: 'a', modifiers, values: [first] })),
  { minLength: 2, maxLength: 5 },
);

const NAMES = ['p', 'q', 'r', 's'];
const nodes: fc.Arbitrary<RandomRule['condition']> = fc.letrec<{ node: RandomRule['condition'] }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 4, depthSize: 'medium' },
    fc.record({ is: fc.constant('name' as const), name: fc.constantFrom(...NAMES) }),
    fc.record({ is: fc.constant('not' as const), part: tie('node') }),
    fc.record({
      is: fc.constantFrom('and' as const, 'and' as const, 'or' as const),
      parts: fc.array(tie('node'), { minLength: 2, maxLength: 3 }),
    }),
  ),
})).node;

export const tangledRules: fc.Arbitrary<RandomRule> = fc.record({
  selections: fc.record(
    Object.fromEntries(NAMES.map((name) => [name, fc.array(items, { minLength: 1, maxLength: 2 })])),
  ),
  condition: nodes,
});

const values = fc.oneof(
  { weight: 8, arbitrary: texts.map((text) => text.replaceAll(/[*?]/g, 'z')) },
  { weight: 2, arbitrary: fc.constantFrom<unknown>(5, 7, 12, 6, '::ffff:10.0.0.1', 'fe80::1', null, '', 'a*?') },
  { weight: 1, arbitrary: fc.constant({ inner: 'x' }) },
);

export const singleEvents: fc.Arbitrary<Record<string, unknown>> = fc.record(
  { a: values, b: values },
  { requiredKeys: [] },
);
export const listEvents: fc.Arbitrary<Record<string, unknown>> = fc.record(
  { a: fc.array(values, { maxLength: 3 }), b: fc.array(values, { maxLength: 3 }) },
  { requiredKeys: [] },
);
