// SPDX-License-Identifier: Apache-2.0
import type { FindingDraft } from '@helios/core/finding';
import { canonicalJson } from '@helios/core/hash';
import type { Place, Ruleset } from '../ruleset.ts';
import { type Expression, leavesOf, or } from '../sigma/expression.ts';
import type { SigmaRule } from '../sigma/rule.ts';
import { ANY } from '../sigma/text.ts';
import { draftAt } from './draft.ts';
import { logicOf } from './meaning.ts';

/** What a rule asks, and whether another asks the same. */
export function* judgeLogic({ rules, filters }: Ruleset): Generator<FindingDraft> {
  const first = new Map<string, { rule: SigmaRule; place: Place }>();
  for (const { rule, place, written } of rules) {
    const { title, conditions } = rule;
    for (const name of rule.unused)
      yield draftAt(
        'detect/unused-selection',
        place,
        ['detection', name],
        title,
        `no condition uses the selection "${name}"`,
        { matched: name },
      );
    const condition = conditions[0]?.at ?? ['detection'];
    const whole = or(rule.expressions);
    yield* judgeLeaves(whole, place, title);
    const key = canonicalJson([logicOf(whole), rule.logsource]);
    const same = first.get(key);
    if (!same) first.set(key, { rule, place });
    else if (written['id'] !== undefined && rule.id !== same.rule.id)
      yield draftAt(
        'detect/duplicate-logic',
        place,
        condition,
        title,
        `asks the same as "${same.rule.title}" in ${same.place.path}`,
      );
  }
  yield* judgeFilters(filters);
}

/** A filter is joined by `and`: without a `not`, it keeps what it names, and drops all else. */
function* judgeFilters(filters: Ruleset['filters']): Generator<FindingDraft> {
  for (const { filter, place } of filters) {
    if (!hasNot(filter.expression))
      yield draftAt(
        'detect/filter-keeps',
        place,
        ['filter', 'condition'],
        filter.title,
        'keeps only what it names, for nothing in it is negated',
      );
  }
}

function hasNot(expression: Expression): boolean {
  if (expression.kind === 'leaf') return expression.test.is === 'exists' && !expression.test.present;
  return expression.kind === 'not' || expression.parts.some(hasNot);
}

function* judgeLeaves(expression: Expression, place: Place, title: string): Generator<FindingDraft> {
  for (const { test, at, field } of new Set(leavesOf(expression))) {
    if (test.is === 'null' && typeof at.at(-1) === 'number')
      yield draftAt('detect/null-in-list', place, at, title, 'null within a list of values');
    if (test.is !== 'text') continue;
    // oxlint-disable-next-line no-control-regex -- that is what is looked for
    if (test.text.some((part) => typeof part === 'string' && /[\0-\x08\x0b\x0c\x0e-\x1f]/.test(part)))
      yield draftAt('detect/control-character', place, at, title, 'a value holds a control character');
    if (field !== undefined && test.text.length === 1 && test.text[0] === ANY)
      yield draftAt(
        'detect/bare-wildcard',
        place,
        at,
        title,
        '`*` alone asks whether the field is there and has a value',
      );
  }
}
