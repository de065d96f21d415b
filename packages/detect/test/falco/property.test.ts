// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { linkCondition } from '../../src/falco/evaluate/condition.ts';
import { eventTypesOf, hasMore } from '../../src/falco/evaluate/event-types.ts';
import { explainCondition } from '../../src/falco/evaluate/explain.ts';
import { parseCondition } from '../../src/falco/index.ts';
import { type Event, holdsPlainly, type Node, render, TYPES } from './reference.ts';

const WORDS = ['a', 'b', 'ab', 'aB', 'ba', 'a b', '', 'é', '/a', '/a/b', '/b/a', '/ab', 'and', 'x=y', 'not'];
const PATTERNS = ['*', 'a*', '*b', '/*/b', '?', 'a?', '/a*b', '*a*b*', '', 'a'];
const REGEXES = ['a', 'a.*', '[ab]+', '(a|/a)(/b)?', 'a?b?', '.*', '/[^/]+'];
const NUMBERS = ['0', '1', '-1', '10', '255'];
const ADDRESSES = ['10.0.0.1', '10.0.1.1', '192.0.2.1', '2001:db8::1', '2001:db8:1::1'];
const NETWORKS = [
  '10.0.0.0/8',
  '10.0.0.0/24',
  '0.0.0.0/0',
  '192.0.2.1/32',
  '10.0.0.1',
  '2001:db8::/32',
  '2001:db8:1::/48',
  '::/0',
];

const OPERATORS = {
  text: [
    '=',
    '!=',
    'contains',
    'icontains',
    'startswith',
    'endswith',
    'glob',
    'regex',
    'in',
    'intersects',
    'pmatch',
    'exists',
  ],
  number: ['=', '!=', '<', '<=', '>', '>=', 'in', 'exists'],
  flag: ['=', '!=', 'in', 'exists'],
  address: ['=', '!=', 'in', 'exists'],
  network: ['=', '!=', 'in', 'exists'],
} as const;

function valuesFor(type: keyof typeof OPERATORS, operator: string): readonly string[] {
  if (type === 'number') return NUMBERS;
  if (type === 'flag') return ['true', 'false'];
  if (type === 'address') return ADDRESSES;
  if (type === 'network') return NETWORKS;
  return operator === 'glob' ? PATTERNS : operator === 'regex' ? REGEXES : WORDS;
}

const check: fc.Arbitrary<Node> = fc.constantFrom(...Object.keys(TYPES)).chain((field) => {
  const type = TYPES[field] ?? 'text';
  return fc
    .constantFrom(...OPERATORS[type])
    .chain((operator) =>
      fc
        .array(fc.constantFrom(...valuesFor(type, operator)), { minLength: 1, maxLength: 3 })
        .map((values): Node => ({ kind: 'check', field, operator, values })),
    );
});

const { condition } = fc.letrec<{ condition: Node }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    check,
    fc.record({
      kind: fc.constantFrom('and', 'or'),
      nodes: fc.array(tie('condition'), { minLength: 2, maxLength: 3 }),
    }),
    fc.record({ kind: fc.constant('not'), node: tie('condition') }),
  ) as fc.Arbitrary<Node>,
}));

const absent = fc.constant(null);
const event: fc.Arbitrary<Event> = fc.record(
  {
    'proc.name': fc.oneof(fc.constantFrom(...WORDS), absent),
    'fd.name': fc.constantFrom(...WORDS),
    'proc.aname': fc.array(fc.constantFrom(...WORDS), { maxLength: 3 }),
    'fd.num': fc.oneof(fc.constantFrom(...NUMBERS, 'many'), fc.integer({ min: -2, max: 256 })),
    'proc.tty': fc.constantFrom(...NUMBERS.map(Number)),
    'container.privileged': fc.constantFrom(true, false, 'true', 'false', 'maybe'),
    'fd.sip': fc.oneof(fc.constantFrom(...ADDRESSES), fc.ipV4(), absent),
    'fd.snet': fc.oneof(fc.constantFrom(...ADDRESSES), fc.constant('unix')),
  },
  { requiredKeys: [] },
);

function linked(text: string) {
  return linkCondition(parseCondition(text), {
    source: 'syscall',
    text,
    macro: () => {
      throw new Error('no macros here');
    },
    warn: () => undefined,
  });
}

it('a condition holds for what it says: 24,000 random conditions and events, no difference', () => {
  let pairs = 0;
  fc.assert(
    fc.property(
      condition,
      fc.array(fc.boolean(), { minLength: 8, maxLength: 8 }),
      fc.array(event, { minLength: 4, maxLength: 4 }),
      (node, wraps, events) => {
        let next = 0;
        const text = render(node, () => wraps[next++ % wraps.length] ?? false);
        const judged = linked(text);
        for (const fields of events) {
          pairs++;
          expect([text, judged.holds(fields)]).toEqual([text, holdsPlainly(node, fields)]);
        }
      },
    ),
    { numRuns: 6_000, seed: 7 },
  );
  expect(pairs).toBeGreaterThanOrEqual(24_000);
});

it('an explanation says of the whole what the judge says, and of each part what its parts say', () => {
  fc.assert(
    fc.property(condition, event, (node, fields) => {
      const judged = linked(render(node, () => false));
      const explanation = explainCondition(judged, fields);
      expect(explanation.result === 'true').toBe(judged.holds(fields));
      const consistent = ({ kind, result, parts = [] }: typeof explanation): boolean => {
        const held = parts.map((part) => part.result === 'true');
        const whole =
          kind === 'and'
            ? held.every(Boolean)
            : kind === 'or'
              ? held.some(Boolean)
              : kind === 'not'
                ? !held[0]
                : result === 'true';
        return whole === (result === 'true') && parts.every(consistent);
      };
      expect(consistent(explanation)).toBe(true);
    }),
    { numRuns: 2_000, seed: 7 },
  );
});

it('what evt.type is restricted to leaves out no event that matches', () => {
  const TYPE_CHECKS = [
    'evt.type = open',
    'evt.type != open',
    'evt.type in (open, close)',
    'evt.type exists',
    'proc.name = a',
  ];
  const { tree } = fc.letrec<{ tree: string }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom(...TYPE_CHECKS),
      fc.tuple(tie('tree'), fc.constantFrom('and', 'or'), tie('tree')).map(([a, word, b]) => `(${a} ${word} ${b})`),
      tie('tree').map((inner) => `not (${inner})`),
    ),
  }));
  fc.assert(
    fc.property(tree, fc.constantFrom('open', 'close', 'execve'), fc.constantFrom('a', 'b'), (text, type, name) => {
      const types = eventTypesOf(parseCondition(text), () => undefined);
      if (!linked(text).holds({ 'evt.type': type, 'proc.name': name })) return;
      expect(hasMore({ except: false, names: new Set([type]) }, types)).toBe(false);
    }),
    { numRuns: 5_000, seed: 7 },
  );
});
