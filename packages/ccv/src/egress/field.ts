// SPDX-License-Identifier: Apache-2.0

type Json = Readonly<Record<string, unknown>>;

/** Under one key, or the first of several that is there. */
export type Field = string | readonly string[];

export function isObject(value: unknown): value is Json {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

/** A dot may be part of a key (Zeek writes `id.orig_h`) or lead into an object; the whole key comes first. */
export function valueAt(record: unknown, field: Field): unknown {
  const paths = typeof field === 'string' ? [field] : field;
  for (const path of paths) {
    const value = valueOf(record, path);
    if (value !== undefined && value !== null) return value;
  }
  return undefined;
}

function valueOf(record: unknown, path: string): unknown {
  if (!isObject(record)) return undefined;
  if (Object.hasOwn(record, path)) return record[path];
  for (let dot = path.indexOf('.'); dot !== -1; dot = path.indexOf('.', dot + 1)) {
    const key = path.slice(0, dot);
    const value = Object.hasOwn(record, key) ? valueOf(record[key], path.slice(dot + 1)) : undefined;
    if (value !== undefined) return value;
  }
  return undefined;
}

/** What is longer is no name, and would be kept for each pair. */
const LONGEST = 1024;

/** A text that is not empty, or a number as text; without lone surrogates, which no record can hold. */
export function textAt(record: unknown, field: Field): string | undefined {
  const value = valueAt(record, field);
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' && value.length <= LONGEST ? value.toWellFormed() : undefined;
}

type Epoch = 's' | 'ms' | 'us' | 'ns';
/** Milliseconds in one. */
const MS_IN: Readonly<Record<Epoch, number>> = { s: 1000, ms: 1, us: 1e-3, ns: 1e-6 };

/** RFC 3339 §5.6; a time without its zone is nobody's time. */
const INSTANT = /^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:[Zz]|[+-]\d{2}:?\d{2})$/;

/** What JavaScript's dates can hold is far more than logs do; a clock that says 1970 was never set. */
const EARLIEST = Date.UTC(1990, 0);
const LATEST = Date.UTC(2200, 0);

/** Milliseconds since 1970, whole; undefined for what is no time. */
export function timeAt(record: unknown, field: Field, epoch: Epoch): number | undefined {
  const value = valueAt(record, field);
  const written = typeof value === 'string' && INSTANT.test(value);
  const time = written ? Date.parse(value.toUpperCase().replace(' ', 'T')) : Math.round(Number(value) * MS_IN[epoch]);
  return time >= EARLIEST && time < LATEST ? time : undefined;
}

/** A whole number of bytes, 0 for what is none. */
export function bytesAt(record: unknown, field: Field | undefined): number {
  const value = field === undefined ? 0 : Number(valueAt(record, field));
  return Number.isSafeInteger(value) && value > 0 ? value : 0;
}
