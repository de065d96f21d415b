// SPDX-License-Identifier: Apache-2.0
import { parseYaml } from '@helios/core/input';
import { describe, expect, it } from 'vitest';
import { or } from '../../src/sigma/expression.ts';
import { applyFilters, parseFilter, type SigmaFilter } from '../../src/sigma/filter.ts';
import { compileMatcher } from '../../src/sigma/match.ts';
import { EventView } from '../../src/sigma/view.ts';
import { eventOf, ruleOf } from './event.ts';

function read(body: string, product = 'windows'): ReturnType<typeof parseFilter> {
  return parseFilter({ title: 'F', logsource: { product }, filter: parseYaml('test', body)[0] });
}

function filterOf(body: string, product?: string): SigmaFilter {
  const parsed = read(body, product);
  if ('problem' in parsed) throw new Error(parsed.problem.message);
  return parsed.filter;
}

/** Whether a rule for `a: 1` with the title T still matches when the user is `adm`. */
function stillMatches(filter: SigmaFilter): boolean {
  const { expressions } = applyFilters(ruleOf('{s: {a: 1}, condition: s}'), [filter]);
  return compileMatcher(or(expressions))(new EventView(eventOf({ a: 1, user: 'adm' })));
}

const NOT_ADM = 'known: {user: adm}, condition: not known';

describe('a filter', () => {
  it.each<readonly [rules: string, product: string, matched: boolean]>([
    ['T', 'windows', false],
    ['[T]', 'windows', false],
    ['any', 'windows', false],
    ['[other]', 'windows', true],
    ['[any]', 'windows', true],
    ['any', 'linux', true],
  ])('for %s of %s: the rule still matches is %s', (rules, product, matched) => {
    expect(stillMatches(filterOf(`{rules: ${rules}, ${NOT_ADM}}`, product))).toBe(matched);
  });

  it.each([
    [`{${NOT_ADM}}`, 'the filter names no rules'],
    [`{rules: [], ${NOT_ADM}}`, 'the filter names no rules'],
    [`{rules: [5], ${NOT_ADM}}`, 'a rule is named by text'],
    ['{rules: any, known: {user: adm}}', 'the detection has no condition'],
    ['{rules: any, condition: known}', 'the detection has no selection'],
    ['[]', 'the filter is empty'],
  ])('%s is refused: %s', (body, message) => {
    expect(read(body)).toMatchObject({ problem: { message } });
  });
});
