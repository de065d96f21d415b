// SPDX-License-Identifier: Apache-2.0
import type { FindingDraft } from '@helios/core/finding';
import type { Ruleset } from '../ruleset.ts';
import { draftAt } from './draft.ts';
import { itemsOf } from './item.ts';

const AFFIXES = ['contains', 'startswith', 'endswith'];

/** Modifiers that can be run, and cannot do what they are for. */
export function* judgeModifiers({ rules }: Ruleset): Generator<FindingDraft> {
  for (const { rule, place, written } of rules) {
    for (const { field, modifiers, at } of itemsOf(written['detection'])) {
      const message = problemOf(modifiers, field !== '');
      if (message !== undefined)
        yield draftAt('detect/idle-modifier', place, at, rule.title, message, { matched: modifiers.join('|') });
    }
  }
}

function problemOf(modifiers: readonly string[], hasField: boolean): string | undefined {
  const has = (...names: readonly string[]): boolean => names.some((name) => modifiers.includes(name));
  const twice = modifiers.find((name, index) => modifiers.indexOf(name) < index);
  if (twice !== undefined) return `\`${twice}\` stands there twice`;
  if (!hasField) return undefined;
  if (has('base64offset') && !has('contains'))
    return '`base64offset` finds parts of an encoded text, and without `contains` the whole field is asked for';
  if (has('all') && has('windash'))
    return '`all` with `windash` asks for every kind of dash at once, where pySigma translates the rule';
  // Of expressions and networks, several can hold of one value.
  if (has('all') && !has(...AFFIXES, 're', 'cidr', 'fieldref'))
    return '`all` without `contains` asks one field to be several values';
  return undefined;
}
