// SPDX-License-Identifier: Apache-2.0
import type { FindingDraft, Pointer } from '@helios/core/finding';
import type { Ruleset } from '../ruleset.ts';
import { fold } from '../sigma/text.ts';
import { draftAt } from './draft.ts';
import { type Item, itemsOf } from './item.ts';

/** How values are written, by the document: parsing has made it all one. */
export function* judgeStyle({ rules }: Ruleset): Generator<FindingDraft> {
  for (const { place, written, rule } of rules) {
    for (const item of itemsOf(written['detection'])) {
      for (const { ruleId, at, message, matched, remedy } of problemsOf(item))
        yield draftAt(ruleId, place, at, rule.title, message, { matched, ...(remedy !== undefined && { remedy }) });
    }
  }
}

interface StyleProblem {
  readonly ruleId: string;
  readonly at: Pointer;
  readonly message: string;
  readonly matched: string;
  readonly remedy?: string;
}

function* problemsOf(item: Item): Generator<StyleProblem> {
  for (const { value, at } of item.values) if (typeof value === 'string') yield* problemsOfText(value, at, item);
  yield* wildcardsIn(item);
  yield* repeatedIn(item);
  yield* absorbedIn(item);
}

function* problemsOfText(value: string, at: Pointer, { field, modifiers }: Item): Generator<StyleProblem> {
  if (modifiers.includes('re')) return;
  if (/(?<!\\)\*\*/.test(value))
    yield { ruleId: 'detect/double-wildcard', at, message: '`**` means the same as `*`', matched: value };
  if (/(?<!\\)(?:\\\\)*\\[*?]/.test(value))
    yield {
      ruleId: 'detect/escaped-wildcard',
      at,
      message: `\`${value}\` looks for a wildcard itself`,
      matched: value,
    };
  if (field !== '' && modifiers.length === 0 && /^(?:0|[1-9]\d{0,14})$/.test(value))
    yield { ruleId: 'detect/number-as-text', at, message: `the number ${value} is written as text`, matched: value };
}

/** A list in which only some values have stars would have to be taken apart, so it is left alone. */
function* wildcardsIn({ field, modifiers, values }: Item): Generator<StyleProblem> {
  const [first, ...rest] = values;
  if (field === '' || modifiers.length > 0 || !first) return;
  const modifier = modifierFor(first.value);
  if (modifier === undefined || rest.some(({ value }) => modifierFor(value) !== modifier)) return;
  for (const { value, at } of values)
    yield {
      ruleId: 'detect/wildcard-for-modifier',
      at,
      message: `\`${String(value)}\` says \`${modifier}\` by wildcards`,
      matched: String(value),
      remedy: `Write ${field}|${modifier} and leave the stars out.`,
    };
}

/** What `*x*`, `x*` and `*x` are in words; undefined where there are other wildcards as well. */
function modifierFor(value: unknown): string | undefined {
  const inner = typeof value === 'string' && /^(\*?)([^*?\\]+)(\*?)$/.exec(value);
  if (!inner || (inner[1] === '' && inner[3] === '')) return undefined;
  if (inner[1] === '') return 'startswith';
  return inner[3] === '' ? 'endswith' : 'contains';
}

/** Case counts where it says so, in regular expressions, and before a value is encoded. */
const BY_CASE = new Set(['cased', 're', 'base64', 'base64offset']);

function* repeatedIn({ values, modifiers }: Item): Generator<StyleProblem> {
  const folds = !modifiers.some((modifier) => BY_CASE.has(modifier));
  const seen = new Set<unknown>();
  for (const { value, at } of values) {
    const same = typeof value === 'string' && folds ? fold(value) : value;
    const matched = JSON.stringify(value);
    if (seen.has(same))
      yield { ruleId: 'detect/repeated-value', at, message: `${matched} stands there already`, matched };
    seen.add(same);
  }
}

/** Told once for a list: generated ones hold hundreds. */
function* absorbedIn({ values, modifiers }: Item): Generator<StyleProblem> {
  const within = withinOf(modifiers);
  if (!within) return;
  const texts = values.flatMap(({ value, at }) => (typeof value === 'string' ? [{ text: fold(value), at }] : []));
  const found = texts.flatMap(({ text, at }) => {
    const wider = texts.find((each) => each.text !== text && within(text, each.text));
    return wider ? [{ text, at, wider: wider.text }] : [];
  });
  const [first, ...more] = found;
  if (!first) return;
  const rest = more.length === 0 ? '' : `; so it is with ${more.length} others of the list`;
  yield {
    ruleId: 'detect/absorbed-value',
    at: first.at,
    message: `whatever holds ${JSON.stringify(first.text)} holds ${JSON.stringify(first.wider)} too, which is asked for as well${rest}`,
    matched: first.text,
  };
}

/** Whether the one value can only be found where the other is; undefined where that cannot be told by the texts. */
function withinOf(modifiers: readonly string[]): ((text: string, other: string) => boolean) | undefined {
  const [only, ...more] = modifiers;
  if (more.length > 0) return undefined;
  const plain = (text: string): boolean => !/[*?\\]/.test(text);
  if (only === 'contains') return (text, other) => plain(other) && plain(text) && text.includes(other);
  if (only === 'startswith') return (text, other) => plain(other) && plain(text) && text.startsWith(other);
  if (only === 'endswith') return (text, other) => plain(other) && plain(text) && text.endsWith(other);
  return undefined;
}
