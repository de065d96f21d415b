// SPDX-License-Identifier: Apache-2.0
import { visible } from '@helios/core/report';
import type { Transformer } from './condition/expression.ts';
import { toText } from './evaluate/comparison.ts';
import { longestField, typeOf } from './evaluate/field-type.ts';
import { type Fields, type Reader, readerOf } from './evaluate/field.ts';
import { transform, transformedType } from './evaluate/transform.ts';

interface Slot {
  /** As written, without the per cent sign: `proc.name`, `toupper(proc.name)`. */
  readonly field: string;
  readonly read: Reader;
  /** Characters; shorter values are padded, longer ones cut. */
  readonly width: number | undefined;
}

/** The output of a rule, ready to be filled. */
export type OutputFormat = readonly (string | Slot)[];

const FIELD =
  /((?:(?:tolower|toupper|b64|basename|len)\()*)([a-zA-Z]\w*(?:\.[a-zA-Z]\w*)+)(\[(?:"[^"]*"|'[^']*'|[^\]]*)\])?(\)*)/y;

/**
 * Reads an output such as `%8proc.name opened %fd.name`, with transformers (`%toupper(proc.name)`) and the same within
 * parentheses (`%(proc.name)`). Throws an Error that names what is wrong.
 */
export function parseOutput(text: string, source: string): OutputFormat {
  const parts: (string | Slot)[] = [];
  // Falco writes <NA> for what is absent; the star at the start once asked for that.
  let at = text.startsWith('*') ? 1 : 0;
  while (at < text.length) {
    const sign = text.indexOf('%', at);
    if (sign === -1) return [...parts, text.slice(at)];
    if (sign > at) parts.push(text.slice(at, sign));
    const width = /\d*/y;
    width.lastIndex = sign + 1;
    const digits = width.exec(text)?.[0] ?? '';
    const { slot, end } = readSlot(text, sign + 1 + digits.length, source, digits);
    parts.push(slot);
    at = end;
  }
  return parts;
}

/** One line without anything hidden in it; `<NA>` where the event has no value. */
export function formatOutput(format: OutputFormat, fields: Fields): string {
  const text = format.map((part) => (typeof part === 'string' ? part : fill(part, fields))).join('');
  return visible(text.trimEnd());
}

/** The fields that an output shows, as written. */
export function fieldsOf(format: OutputFormat): readonly string[] {
  return format.filter((part) => typeof part !== 'string').map(({ field }) => field);
}

function readSlot(text: string, start: number, source: string, digits: string): { slot: Slot; end: number } {
  const parenthesis = text[start] === '(' ? 1 : 0;
  FIELD.lastIndex = start + parenthesis;
  const found = FIELD.exec(text);
  const written = text.slice(start, start + 40);
  if (!found)
    throw new Error(start >= text.length ? 'an output cannot end with %' : `invalid formatting token ${written}`);
  const [, functions = '', dotted = '', bracket = '', closing = ''] = found;
  const transformers = functions.split('(').slice(0, -1) as Transformer[];
  const wanted = transformers.length + parenthesis;
  const name = closing.length < wanted || wanted > 0 ? dotted : (longestField(source, dotted) ?? dotted);
  if (closing.length < wanted) throw new Error(`a parenthesis is not closed in ${written}`);
  const argument = name === dotted && bracket !== '' ? bracket.slice(1, -1).replace(/^(["'])(.*)\1$/, '$2') : undefined;
  let type = typeOf(source, name, argument);
  if (!type) throw new Error(`nonexistent field ${dotted}`);
  for (const transformer of transformers.toReversed()) {
    type = transformedType(transformer, type);
    if (!type) throw new Error(`${transformer}() does not take ${name}`);
  }
  const plain = readerOf(name, argument);
  const read: Reader = (fields) =>
    transformers.reduceRight<unknown>(
      (value, by) => (value === undefined ? value : transform(by, value)),
      plain(fields),
    );
  const inner = argument === undefined ? name : `${name}[${argument}]`;
  return {
    slot: {
      field: `${functions}${inner}${')'.repeat(transformers.length)}`,
      read,
      width: digits === '' ? undefined : Math.min(Number(digits), 1000),
    },
    end: start + parenthesis + functions.length + name.length + (argument === undefined ? 0 : bracket.length) + wanted,
  };
}

function fill({ read, width }: Slot, fields: Fields): string {
  const value = read(fields);
  const items: readonly unknown[] = Array.isArray(value) ? value : [value];
  const text = value === undefined ? '<NA>' : Array.isArray(value) ? `(${items.map(toText).join(',')})` : toText(value);
  return width === undefined ? text : text.slice(0, width).padEnd(width);
}
