// SPDX-License-Identifier: Apache-2.0
import type { FindingDraft, Pointer } from '@helios/core/finding';
import type { Place, Ruleset } from '../ruleset.ts';
import { draftAt } from './draft.ts';

/** How values are written, by the document: parsing has made it all one. */
export function* judgeStyle({ rules }: Ruleset): Generator<FindingDraft> {
  for (const { place, written, rule } of rules) {
    for (const { key, value, at } of itemsOf(written['detection'], ['detection'])) {
      yield* judgeItem(key, value, at, place, rule.title);
    }
  }
}

interface Item {
  readonly key: string;
  readonly value: string;
  readonly at: Pointer;
}

function* judgeItem(key: string, value: string, at: Pointer, place: Place, title: string): Generator<FindingDraft> {
  const [, ...modifiers] = key.split('|');
  if (/(?<!\\)\*\*/.test(value) && !modifiers.includes('re'))
    yield draftAt('detect/double-wildcard', place, at, title, '`**` means the same as `*`', { matched: value });
  if (modifiers.length > 0) return;
  const modifier = modifierFor(value);
  if (modifier !== undefined)
    yield draftAt('detect/wildcard-for-modifier', place, at, title, `\`${value}\` says \`${modifier}\` by wildcards`, {
      matched: value,
      remedy: `Write ${key.split('|')[0]}|${modifier} and leave the stars out.`,
    });
}

/** What `*x*`, `x*` and `*x` are in words; undefined where there are other wildcards as well. */
function modifierFor(value: string): string | undefined {
  const inner = /^(\*?)([^*?\\]+)(\*?)$/.exec(value);
  if (!inner || (inner[1] === '' && inner[3] === '')) return undefined;
  if (inner[1] === '') return 'startswith';
  return inner[3] === '' ? 'endswith' : 'contains';
}

/** Every text value of a selection, with the key that it stands under. */
function* itemsOf(node: unknown, at: Pointer, key = ''): Generator<Item> {
  if (typeof node === 'string' && key !== '') yield { key, value: node, at };
  else if (Array.isArray(node)) for (const [index, item] of node.entries()) yield* itemsOf(item, [...at, index], key);
  else if (node !== null && typeof node === 'object') {
    for (const [name, value] of Object.entries(node)) {
      const isSelection = at.length === 1;
      if (isSelection && name === 'condition') continue;
      yield* itemsOf(value, [...at, name], isSelection ? '' : name);
    }
  }
}
