// SPDX-License-Identifier: Apache-2.0
import type { FindingDraft, Pointer } from '@helios/core/finding';
import type { Place, Ruleset } from '../ruleset.ts';
import { draftAt } from './draft.ts';
import { itemsOf } from './item.ts';
import { knownFieldsOf } from './known-fields.ts';
import { slipOf } from './slip.ts';

interface Use {
  readonly place: Place;
  readonly at: Pointer;
  readonly title: string;
}

/**
 * Names of fields are told apart by case, and by spaces: of two spellings in rules for one product, one mostly is a
 * slip.
 */
export function* judgeFields({ rules }: Ruleset): Generator<FindingDraft> {
  const spellings = new Map<string, Map<string, Use[]>>();
  for (const { rule, place, written } of rules) {
    for (const { field, at } of itemsOf(written['detection'])) {
      if (field === '') continue;
      if (field.trim() !== field)
        yield draftAt('detect/padded-field-name', place, at, rule.title, `a space is part of the name "${field}"`, {
          matched: field,
        });
      const meant = slipIn(field, knownFieldsOf(rule.logsource));
      if (meant !== undefined)
        yield draftAt(
          'detect/misspelt-field',
          place,
          at,
          rule.title,
          `no event of its category has a field "${field}"`,
          {
            matched: field,
            remedy: `Did you mean "${meant}"?`,
          },
        );
      const key = JSON.stringify([
        rule.logsource.product,
        rule.logsource.service ?? rule.logsource.category,
        field.toLowerCase(),
      ]);
      const uses = spellings.get(key) ?? new Map<string, Use[]>();
      spellings.set(key, uses);
      uses.set(field, [...(uses.get(field) ?? []), { place, at, title: rule.title }]);
    }
  }
  yield* judgeSpellings(spellings);
}

/** The known name that one is nearly, but for case, spaces, underscores or a letter. */
function slipIn(field: string, known: ReadonlySet<string> | undefined): string | undefined {
  if (!known || known.has(field)) return undefined;
  const plain = (name: string): string => name.replaceAll(/[\s_-]/g, '').toLowerCase();
  return [...known].find((each) => plain(each) === plain(field)) ?? slipOf(field, [...known]);
}

function* judgeSpellings(spellings: ReadonlyMap<string, ReadonlyMap<string, readonly Use[]>>): Generator<FindingDraft> {
  for (const uses of spellings.values()) {
    if (uses.size < 2) continue;
    const [usual, ...rare] = [...uses].sort(([a, m], [b, n]) => n.length - m.length || (a < b ? -1 : 1));
    for (const [field, places] of rare) {
      // As many here as there: nothing tells which is right.
      if (!usual || places.length * 2 > usual[1].length) continue;
      for (const { place, at, title } of places)
        yield draftAt(
          'detect/odd-field-name',
          place,
          at,
          title,
          `the field is "${usual[0]}" in ${usual[1].length} places and "${field}" here`,
          {
            matched: field,
          },
        );
    }
  }
}
