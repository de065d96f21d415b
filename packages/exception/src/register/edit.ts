// SPDX-License-Identifier: Apache-2.0
import { fail } from '@helios/core/error';
import type { Exception } from '@helios/core/finding';
import { canonicalJson } from '@helios/core/hash';
import { isMap, isPair, isScalar, isSeq, parseDocument, stringify, type YAMLMap, type YAMLSeq } from 'yaml';

/** How an entry ended, as it is written into the register. */
export type End = NonNullable<Exception['end']>;

/**
 * The text of a register in which an entry is closed. Only its lines change: comments, order, quotes and spacing of
 * everything else stay as a person wrote them. Throws HeliosError `config` where it cannot be done so.
 */
export function closeEntry(path: string, text: string, id: string, end: End): string {
  const [entry, ...others] = entriesIn(path, text).items.filter((item) => isMap(item) && item.get('id') === id);
  if (!isMap(entry) || others.length > 0) return refuse(path, `has no single entry ${id} that can be edited`);
  const state = entry.get('state') === 'approved' ? placeOf(entry, 'state') : undefined;
  if (!state) return refuse(path, `${id} has no state \`approved\` that can be edited`);
  const more = entry.flow ? `, "end": ${JSON.stringify(end)}` : '';
  const closed = `${text.slice(0, state.start)}closed${more}${text.slice(state.end)}`;
  const edited = entry.flow
    ? closed
    : insertBelow(closed, state.start, stringify({ end }, { lineWidth: 0 }), state.indent);
  return verified(path, text, edited, (exceptions) =>
    exceptions.map((each) => (each['id'] === id ? { ...each, state: 'closed', end } : each)),
  );
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

function placeOf(map: YAMLMap, key: string): { start: number; end: number; indent: number } | undefined {
  const pair = map.items.find((item) => isPair(item) && isScalar(item.key) && item.key.value === key);
  if (!pair || !isScalar(pair.key) || !isScalar(pair.value)) return undefined;
  const [start, end] = pair.value.range ?? [];
  const [from] = pair.key.range ?? [];
  // All keys of a block stand in one column, and that of the entry is known.
  return start === undefined || end === undefined || from === undefined ? undefined : { start, end, indent: from };
}

/** Puts lines below the one that holds an offset, in the column of the key that begins at `key`. */
function insertBelow(text: string, offset: number, lines: string, key: number): string {
  const column = key - (text.lastIndexOf('\n', key - 1) + 1);
  const newline = text.indexOf('\n', offset);
  const at = newline === -1 ? text.length : newline;
  return `${text.slice(0, at)}\n${indented(lines, column).trimEnd()}${text.slice(at)}`;
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
  const read = (text: string): { exceptions: Readonly<Record<string, unknown>>[] } =>
    parseDocument(text).toJS() as { exceptions: Readonly<Record<string, unknown>>[] };
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
