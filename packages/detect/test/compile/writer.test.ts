// SPDX-License-Identifier: Apache-2.0
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Dialect, whole, write } from '../../src/compile/writer.ts';
import { type Expression, not } from '../../src/sigma/expression.ts';

const NAMES = ['a', 'b', 'c', 'd'] as const;

const leaf = fc
  .constantFrom(...NAMES)
  .map((field): Expression => ({ kind: 'leaf', field, test: { is: 'null' }, at: [] }));
const expressions = fc.letrec<{ any: Expression }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 5 },
    leaf,
    tie('any').map(not),
    fc.record({
      kind: fc.constantFrom('and' as const, 'or' as const),
      parts: fc.array(tie('any'), { minLength: 1, maxLength: 4 }),
    }),
  ),
})).any;

function holds(expression: Expression, values: Readonly<Record<string, boolean>>): boolean {
  switch (expression.kind) {
    case 'leaf':
      return values[expression.field ?? ''] === true;
    case 'not':
      return !holds(expression.part, values);
    case 'and':
      return expression.parts.every((part) => holds(part, values));
    case 'or':
      return expression.parts.some((part) => holds(part, values));
  }
}

/** The syntax of JavaScript, which can be run. */
const JAVASCRIPT: Dialect = {
  leaf: ({ field = '' }, { negated }) => whole(negated ? `!${field}` : field),
  not: ({ text }) => ({ text: `!(${text})`, binds: 'not' }),
  and: '&&',
  or: '||',
  precedence: true,
};
const { not: _, ...withoutNot } = JAVASCRIPT;
const DIALECTS: Readonly<Record<string, Dialect>> = {
  'that has `not` and precedence': JAVASCRIPT,
  'without precedence': { ...JAVASCRIPT, precedence: false },
  'without `not`': withoutNot,
  'without both': { ...withoutNot, precedence: false },
  'that asks several questions about a field as one': {
    ...JAVASCRIPT,
    anyOf: (leaves) => whole(`[${leaves.map(({ field }) => field).join(', ')}].includes(true)`),
  },
  'in which a negation needs something to take from': { ...JAVASCRIPT, precedence: false, everything: 'true' },
};

describe.each(Object.entries(DIALECTS))('a language %s', (_name, dialect) => {
  it('is written with the meaning that the tree has', () => {
    fc.assert(
      fc.property(expressions, fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }), (expression, bits) => {
        const values = Object.fromEntries(NAMES.map((name, index) => [name, bits[index] ?? false]));
        const { text } = write(expression, dialect);
        expect(runInNewContext(text, { ...values }), text).toBe(holds(expression, values));
      }),
      { numRuns: 300 },
    );
  });
});

it('never puts `and` beside `or` where neither binds closer, nor a negation alone where it finds nothing', () => {
  const dialect = DIALECTS['in which a negation needs something to take from'] ?? JAVASCRIPT;
  fc.assert(
    fc.property(expressions, (expression) => {
      let { text } = write(expression, dialect);
      for (let inner = ''; inner !== text;) {
        inner = text;
        text = text.replaceAll(/\(([^()]*)\)/g, (_all, group: string) => {
          expect(group).not.toMatch(/&&.*\|\||\|\|.*&&/);
          // `!(…)` has become `!x`: never without a part that is not negated.
          if (group.includes('||')) expect(group.split('||').filter((part) => part.trim().startsWith('!'))).toEqual([]);
          else if (group.includes('&&')) expect(group).toMatch(/(?:^|&& )\w/);
          return 'x';
        });
      }
      expect(text).not.toMatch(/&&.*\|\||\|\|.*&&/);
    }),
  );
});
