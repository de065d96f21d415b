// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Formula, formulaOf, without } from '../../src/lint/reason/formula.ts';
import { isApart, isWithin, type Pattern, patternOf } from '../../src/lint/reason/patterns.ts';
import { relationsOf } from '../../src/lint/reason/relations.ts';
import { judgeFormula } from '../../src/lint/reason/verdict.ts';
import { type Expression, not } from '../../src/sigma/expression.ts';
import { compileMatcher } from '../../src/sigma/match.ts';
import { parseRule } from '../../src/sigma/parse.ts';
import { parseText } from '../../src/sigma/text.ts';
import { EventView } from '../../src/sigma/view.ts';
import { eventOf } from '../sigma/event.ts';
import { documentOf } from '../sigma/reference.ts';
import { judge, sigma } from '../stage.ts';
import { listEvents, questions, singleEvents, tangledRules } from './random-rules.ts';

const RUNS = process.env['HELIOS_THOROUGH'] === '1' ? 200_000 : 6_000;

function expressionOf(detection: Record<string, unknown>): Expression {
  const parsed = parseRule({ title: 'T', logsource: { product: 'windows' }, detection });
  if ('problem' in parsed) throw new Error(parsed.problem.message);
  const [expression] = parsed.rule.expressions;
  if (!expression) throw new Error('no condition');
  return expression;
}

function asExpression(formula: Formula): Expression {
  if (formula.is === 'literal') return formula.holds ? formula.of : not(formula.of);
  return { kind: formula.is === 'all' ? 'and' : 'or', parts: formula.parts.map(asExpression) };
}

describe('patterns', () => {
  const pattern = (text: string): Pattern =>
    patternOf({ text: parseText(text.replace(/^=/, '')), cased: text.startsWith('=') });

  it.each([
    ['abc', '*b*', true],
    ['ABC', 'abc', true],
    ['*ab*', '*b*', true],
    ['*b*', '*ab*', false],
    ['a?c', 'a*c', true],
    ['a*c', 'a?c', false],
    ['?*', '*?', false],
    ['=Abc', 'abc', true],
    ['abc', '=abc', false],
    // İ is one character, and two in lower case.
    ['=?x', '?x', false],
    ['', '*', true],
    ['*x*', '*', true],
  ])('%s is within %s: %s', (narrow, wide, expected) => {
    expect(isWithin(pattern(narrow), pattern(wide))).toBe(expected);
  });

  it.each([
    ['a*', 'b*', true],
    ['*a', '*b', true],
    ['*a*', 'b', true],
    ['*a*', 'b*', false],
    ['ab*', '?b*', false],
    ['ab*', '?c*', true],
    ['*?ab', 'ab', true],
    ['a*b', 'ab', false],
    ['a?b', 'ab', true],
    ['=a', '=A', true],
    ['=a', 'A', false],
    ['=?x', 'i\u0307x', false],
  ])('%s and %s are apart: %s', (left, right, expected) => {
    expect(isApart(pattern(left), pattern(right))).toBe(expected);
    expect(isApart(pattern(right), pattern(left))).toBe(expected);
  });
});

describe('what follows from what, whatever the event,', () => {
  it.each([
    ['where fields hold one value each', singleEvents, 'ofSingles'],
    ['where fields hold lists', listEvents, 'ofLists'],
  ] as const)(
    'does so %s',
    (_what, events, which) => {
      let said = 0;
      fc.assert(
        fc.property(questions, fc.array(events, { minLength: 12, maxLength: 12 }), (asked, all) => {
          const random = { selections: { s: asked }, condition: { is: 'name', name: 's' } } as const;
          const { atoms } = formulaOf(expressionOf(documentOf(random)['detection'] as Record<string, unknown>));
          const clauses = relationsOf(atoms)?.[which] ?? [];
          said += clauses.length;
          const matchers = atoms.map(({ leaf }) => compileMatcher(leaf));
          for (const fields of all) {
            const view = new EventView(eventOf(fields, { logsources: [] }));
            const answers = matchers.map((matches) => matches(view));
            for (const clause of clauses)
              expect(clause.some((literal) => answers[Math.abs(literal) - 1] === literal > 0)).toBe(true);
          }
        }),
        { numRuns: RUNS },
      );
      expect(said).toBeGreaterThan(RUNS);
    },
    1_200_000,
  );
});

describe(`of ${RUNS} random rules`, () => {
  it.each([
    ['whose fields hold one value each', singleEvents, ['any event', 'single values']],
    ['whose fields hold lists', listEvents, ['any event']],
  ] as const)(
    'what is said holds of all events %s',
    (_what, events, extents) => {
      const said = { never: 0, always: 0, idle: 0 };
      const holds = (extent: string): boolean => extents.some((each) => each === extent);
      fc.assert(
        fc.property(tangledRules, fc.array(events, { minLength: 8, maxLength: 8 }), (random, all) => {
          const expression = expressionOf(documentOf(random)['detection'] as Record<string, unknown>);
          const read = formulaOf(expression);
          const { never, always, idle } = judgeFormula(read);
          const views = all.map((fields) => new EventView(eventOf(fields, { logsources: [] })));
          const matches = compileMatcher(expression);
          const answers = views.map(matches);
          if (never && holds(never)) {
            said.never++;
            expect(answers).not.toContain(true);
          }
          if (always) {
            said.always++;
            expect(answers).not.toContain(false);
          }
          const sure = idle.every(({ extent }) => holds(extent)) ? idle : [];
          said.idle += sure.length;
          const left = without(read.formula, new Set(sure.map(({ part }) => part)));
          expect(views.map(compileMatcher(asExpression(left)))).toEqual(answers);
        }),
        { numRuns: RUNS / 2 },
      );
      expect(Object.values(said).every((count) => count > RUNS / 200)).toBe(true);
    },
    1_200_000,
  );
});

/** Findings on a rule with these selections and this condition, but those that it has no tests. */
async function told(...lines: readonly string[]): Promise<string[]> {
  const { findings } = await judge({ 'rule.yml': sigma(lines.map((line) => `  ${line}\n`).join('')) });
  return findings.flatMap(({ ruleId, location, message }) =>
    ruleId === 'detect/untested' ? [] : [`${ruleId.slice('detect/'.length)} ${location.line} ${message}`],
  );
}

describe('a rule never matches', () => {
  it.each([
    ['s: {a|startswith: abc}', 't: {a|contains: b}', 'condition: s and not t'],
    ['s: {a: x}', 't: {a: null}', 'condition: s and t'],
    ['s: {a|gt: 7}', 't: {a|gte: 5}', 'condition: s and not t'],
    ['s: {a|cidr: 10.0.0.0/24}', 't: {a|cidr: 10.0.0.0/8}', 'condition: s and not t'],
    ['s: {a: x, b: y}', 't: {a: X}', 'condition: s and not (t and 1 of t*)'],
    ["s: {'a|exists': false}", "t: {a: '*'}", 'condition: s and t'],
  ])('where it asks for something and for its contrary: %s, %s, %s', async (...lines) => {
    expect((await told(...lines)).filter((each) => !/^(?:bare|matches)/.test(each))).toEqual([
      'never-matches 10 asks for something and for its contrary',
    ]);
  });

  it.each([
    ['s: {a|gt: 7}', 't: {a|lt: 5}', 'condition: s and t'],
    ['s: {a|cidr: 10.0.0.0/24}', 't: {a|cidr: 10.0.1.0/24}', 'condition: s and t'],
    ["s: {a|contains: 'x y'}", 't: {a: [x, y]}', 'condition: s and t'],
  ])('unless a field holds a list: %s, %s, %s', async (...lines) => {
    expect(await told(...lines)).toEqual([expect.stringMatching(/^conflicting-values /)]);
  });
});

it('a rule that every event meets is told as that', async () => {
  expect(await told('s: {a: x}', 't: {a|startswith: x}', 'condition: not s or t')).toEqual([
    'always-matches 10 every event meets this',
  ]);
});

it('a condition that was made to take long does not', () => {
  const long = 'x'.repeat(100_000);
  const selections = { s: { 'a|contains': long }, t: { 'a|contains': `${long}?x` } };
  const expression = expressionOf({ ...selections, condition: `${'s and t or '.repeat(2000)}s` });
  const begin = performance.now();
  judgeFormula(formulaOf(expression));
  expect(performance.now() - begin).toBeLessThan(5_000);
}, 60_000);

describe('a part of a condition', () => {
  it.each([
    [
      'that takes out nothing',
      ["s: {a|endswith: '/cmd'}", "filter_a: {a|endswith: '/other'}", 'condition: s and not 1 of filter_*'],
      'idle-filter 9 a "*/other" takes out nothing that the rest of the condition lets through, unless a field holds a list; compare a "*/cmd" in "s"',
    ],
    [
      'that takes out what another does',
      [
        's: {b: x}',
        'filter_a: {a|contains: y}',
        'filter_b: {a|contains: xyz, c: d}',
        'condition: s and not 1 of filter_*',
      ],
      'idle-filter 10 "filter_b" takes out nothing that the rest of the condition lets through; compare a "*y*" in "filter_a"',
    ],
    [
      'that the rest rules out',
      ['s: {a|contains: [xyz, q]}', 't: {a|contains: y}', 'condition: s and not t'],
      'dead-part 8 a "*xyz*" cannot be met where the rest of the condition is; compare a "*y*" in "t"',
    ],
    [
      'that is only met where another is',
      ['s: {a|contains: y}', 't: {a|startswith: xyz, b: c}', 'condition: s or t'],
      'idle-part 9 "t" is only met where another alternative is; compare a "*y*" in "s"',
    ],
    [
      'that takes in what is asked anyhow',
      ['s_a: {a: x}', 's_b: {b: y}', 'condition: 1 of s_* and s_a'],
      'idle-part 8 "s_a" or "s_b" is met wherever the rest of the condition is; compare a "x" in "s_a"',
    ],
    [
      'that is met wherever the rest is',
      ['s: {a|endswith: xyz}', 't: {a|contains: y}', 'condition: s and t'],
      'idle-part 9 a "*y*" is met wherever the rest of the condition is; compare a "*xyz" in "s"',
    ],
  ])('%s is told', async (_what, lines, finding) => {
    expect(await told(...lines)).toEqual([finding]);
  });

  it.each([
    [['s: {a|endswith: xyz}', 'filter: {a|startswith: abc}', 'condition: s and not filter']],
    [['s: {a|contains: xyz}', 'filter: {a|contains: wxyz}', 'condition: s and not filter']],
    [['s: {a: x}', 't: {b: x}', 'condition: s or t']],
    [["s: {a|re: 'x'}", 't: {a|contains: x}', 'condition: s and t']],
    [['s: {a|contains: [x, y]}', 't: {a|contains: [y, z]}', 'condition: s and t']],
  ])('that counts is not: %s', async (lines) => {
    expect(await told(...lines)).toEqual([]);
  });
});
