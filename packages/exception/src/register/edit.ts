// SPDX-License-Identifier: Apache-2.0
import { fail } from '@helios/core/error';
import type { Exception, TextEdit } from '@helios/core/finding';
import { canonicalJson } from '@helios/core/hash';
import { applyEdits, parseYaml } from '@helios/core/input';
import { isMap, isPair, isScalar, isSeq, parseDocument, stringify, type YAMLMap, type YAMLSeq } from 'yaml';

/** How an entry ended, as it is written into the register. */
export type End = NonNullable<Exception['end']>;

/**
 * The text of a register in which entries are closed. Only their lines change: comments, order, quotes and spacing of
 * everything else stay as a person wrote them. Throws HeliosError `config` where it cannot be done so.
 */
export function closeEntries(path: string, text: string, ends: ReadonlyMap<string, End>): string {
  const entries = Map.groupBy(entriesIn(path, text).items.filter(isMap), (entry) => entry.get('id'));
  const edits = [...ends].flatMap(([id, end]) => {
    const [entry, ...others] = entries.get(id) ?? [];
    if (!entry || others.length > 0) return refuse(path, `has no single entry ${id} that can be edited`);
    return closingEdits(path, text, entry, end) ?? refuse(path, `${id} has no state \`approved\` that can be edited`);
  });
  return verified(path, text, applyEdits(path, text, edits), (exceptions) =>
    exceptions.map((each) => {
      const end = ends.get(String(each['id']));
      return end ? { ...each, state: 'closed', end } : each;
    }),
  );
}

function closingEdits(path: string, text: string, entry: YAMLMap, end: End): TextEdit[] | undefined {
  const state = entry.get('state') === 'approved' ? placeOf(entry, 'state') : undefined;
  if (!state) return undefined;
  const { key, start, end: after } = state;
  if (entry.flow) return [{ path, start, end: after, newText: `closed, "end": ${JSON.stringify(end)}` }];
  // All keys of a block stand in one column; what follows in the line may be a comment on the state.
  const column = key - (text.lastIndexOf('\n', key - 1) + 1);
  const newline = text.indexOf('\n', after);
  const below = newline === -1 ? text.length : newline;
  const lines = indented(stringify({ end }, { lineWidth: 0 }), column).trimEnd();
  return [
    { path, start, end: after, newText: 'closed' },
    { path, start: below, end: below, newText: `\n${lines}` },
  ];
}

/** The text of a register with one more entry at its end. */
export function appendEntry(path: string, text: string, entry: Exception): string {
  const entries = entriesIn(path, text);
  if (entries.items.some((item) => isMap(item) && item.get('id') === entry.id))
    refuse(path, `has an entry ${entry.id} already`);
  const [start, end] = rangeOf(path, entries);
  const edited = entries.flow ? inFlow(text, entries, start, end, entry) : inBlock(text, entries, end, entry);
  return verified(path, text, edited, (exceptions) => [...exceptions, { ...entry }]);
}

function inFlow(text: string, { items }: YAMLSeq, start: number, end: number, entry: Exception): string {
  if (items.length === 0) {
    const block = indented(stringify([entry], { lineWidth: 0 }), 2).trimEnd();
    return `${text.slice(0, start).trimEnd()}\n${block}${text.slice(end)}`;
  }
  return `${text.slice(0, end - 1).trimEnd()}, ${JSON.stringify(entry)}${text.slice(end - 1)}`;
}

function inBlock(text: string, { items }: YAMLSeq, end: number, entry: Exception): string {
  const [first] = items;
  const at = isMap(first) ? (first.range?.[0] ?? 0) : 0;
  const dash = text.slice(text.lastIndexOf('\n', at) + 1, at).indexOf('-');
  const block = indented(stringify([entry], { lineWidth: 0 }), Math.max(dash, 0));
  const before = text.slice(0, end).trimEnd();
  const rest = text.slice(end).replace(/^\s*\n/, '');
  return `${before}\n${block}${rest}`;
}

function entriesIn(path: string, text: string): YAMLSeq {
  const entries = parseDocument(text).get('exceptions', true);
  return isSeq(entries) ? entries : refuse(path, 'has no list of exceptions that can be edited');
}

/** Where a plain value stands, and its key. */
function placeOf(map: YAMLMap, name: string): { key: number; start: number; end: number } | undefined {
  const pair = map.items.find((item) => isPair(item) && isScalar(item.key) && item.key.value === name);
  if (!pair || !isScalar(pair.key) || !isScalar(pair.value)) return undefined;
  const [start, end] = pair.value.range ?? [];
  const [key] = pair.key.range ?? [];
  return start === undefined || end === undefined || key === undefined ? undefined : { key, start, end };
}

function indented(lines: string, columns: number): string {
  return lines.replace(/^(?=.)/gm, ' '.repeat(columns));
}

/** What was written is read again: a register must never say anything but what was meant. */
function verified(
  path: string,
  before: string,
  after: string,
  change: (exceptions: readonly Readonly<Record<string, unknown>>[]) => readonly unknown[],
): string {
  // Gates have read it so, and will; the shape is checked by comparing.
  const read = (text: string) => parseYaml(path, text)[0] as { exceptions: Readonly<Record<string, unknown>>[] };
  const wanted = { ...read(before), exceptions: change(read(before).exceptions) };
  // Absent fields are those that were set to undefined.
  const plain = (value: unknown): string => canonicalJson(JSON.parse(JSON.stringify(value)));
  return plain(wanted) === plain(read(after))
    ? after
    : refuse(path, 'cannot be edited without changing more than is meant');
}

function rangeOf(path: string, { range }: YAMLSeq): readonly [number, number] {
  return range ? [range[0], range[1]] : refuse(path, 'has no list of exceptions that can be edited');
}

function refuse(path: string, message: string): never {
  return fail('config', message, { path, hint: 'Edit it by hand, or write it in plain block style.' });
}
