// SPDX-License-Identifier: Apache-2.0
import type { Range } from './locate.ts';

/** Where a collection's entries stand, by key or index. A block scalar has no range: its text is not contiguous. */
interface Entry {
  readonly key?: Range;
  readonly value?: Range;
}
export type Places = Map<object, Map<string | number, Entry>>;

/**
 * Reads the YAML that rules are mostly written in, many times faster than a whole parser: block mappings and
 * sequences, plain and quoted scalars on one line, literal and folded text. At the first thing that is anything else,
 * or wrong in any way, it gives up (undefined) and the whole parser decides. It may only ever say what that one says:
 * tests hold the two against each other on real rules and on mutations of them.
 * With `places` it records where everything stands.
 */
export function readBlockYaml(text: string, places?: Places): unknown[] | undefined {
  if (UNUSUAL.test(text)) return undefined;
  try {
    return new BlockReader(text, places).documents();
  } catch (thrown) {
    if (thrown === GIVE_UP) return undefined;
    throw thrown;
  }
}

/** Tabs, carriage returns, controls, surrogates, byte order marks: all have rules of their own. */
const UNUSUAL = /[^\n\u0020-\u007e\u00a0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd]/;
/** What YAML's core schema takes for null or a boolean, and one name that no object should be given. */
const RESERVED = /^(?:null|true|false|__proto__)$/i;
const RESERVED_LENGTH = 10;
const WORDS = new Map<string, unknown>([
  ...['null', 'Null', 'NULL', '~'].map((word): [string, unknown] => [word, null]),
  ...['true', 'True', 'TRUE'].map((word): [string, unknown] => [word, true]),
  ...['false', 'False', 'FALSE'].map((word): [string, unknown] => [word, false]),
]);
const PLAIN_START = /^(?:[A-Za-z0-9_~/\\$(^;=<\u00c0-\ud7ff]|\.[A-Za-z])/;
const SIMPLE_INTEGER = /^(?:0|[1-9]\d{0,14})$/;
/** Whatever may be another number is left to the parser that knows them all. */
const MAYBE_NUMBER = /^(?:[-+]?[\d.]+(?:e[-+]?\d*)?|0[ox][\da-f]*|\.(?:inf|nan))$/i;
const DEEPEST = 50;

const GIVE_UP = Symbol('give up');
const [SPACE, HASH, QUOTE, DASH, COLON] = [0x20, 0x23, 0x27, 0x2d, 0x3a];

const KEY_START = flags('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_');
const KEY_PART = flags('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_0123456789.|/()$ -');

/** One flag for each ASCII character. */
function flags(characters: string): Uint8Array {
  return Uint8Array.from({ length: 128 }, (_, code) => (characters.includes(String.fromCharCode(code)) ? 1 : 0));
}

function isKeyStart(code: number): boolean {
  return KEY_START[code] === 1;
}

function isKeyPart(code: number): boolean {
  return KEY_PART[code] === 1;
}

function giveUp(): never {
  throw GIVE_UP;
}

class BlockReader {
  readonly #text: string;
  readonly #places: Places | undefined;
  /** The line at hand: its indent, where its content begins and where it ends; indent -1 at the end of a document. */
  #indent = -1;
  #start = 0;
  #end = 0;
  /** Where the next line begins. */
  #next = 0;
  #depth = 0;
  #range: Range | undefined;

  constructor(text: string, places: Places | undefined) {
    this.#text = text;
    this.#places = places;
  }

  documents(): unknown[] {
    const documents: unknown[] = [];
    this.#advance();
    // A marker may stand before the first document, and must before every other one.
    if (this.#atMarker()) this.#advance();
    for (;;) {
      documents.push(this.#document());
      if (!this.#atMarker()) return documents;
      this.#advance();
    }
  }

  /** An empty document, or a lone scalar, has more to it than is worth telling here. */
  #document(): unknown {
    if (this.#indent !== 0) giveUp();
    const document = this.#collection(0);
    if (!this.#atEnd()) giveUp();
    return document;
  }

  #atEnd(): boolean {
    return this.#indent === -1;
  }

  #atMarker(): boolean {
    return this.#atEnd() && this.#start < this.#end;
  }

  /** Goes to the next line with content. */
  #advance(): void {
    const text = this.#text;
    while (this.#next < text.length) {
      const from = this.#next;
      const newline = text.indexOf('\n', from);
      this.#end = newline === -1 ? text.length : newline;
      this.#next = this.#end + 1;
      let start = from;
      while (text.charCodeAt(start) === SPACE) start++;
      if (start >= this.#end || text.charCodeAt(start) === HASH) continue;
      this.#start = start;
      this.#indent = start - from;
      if (this.#indent === 0 && text.startsWith('---', start)) {
        if (this.#end - start !== 3) giveUp();
        this.#indent = -1;
      }
      return;
    }
    this.#indent = -1;
    this.#start = this.#end;
  }

  #collection(indent: number): unknown {
    if (++this.#depth > DEEPEST) giveUp();
    const value = this.#isItem() ? this.#sequence(indent) : this.#mapping(indent);
    this.#depth--;
    // More than this level, and less than what it holds: no level that there is.
    if (this.#indent > indent) giveUp();
    return value;
  }

  #isItem(): boolean {
    return this.#text.charCodeAt(this.#start) === DASH && this.#text.charCodeAt(this.#start + 1) === SPACE;
  }

  #sequence(indent: number): unknown[] {
    const items: unknown[] = [];
    while (this.#indent === indent && this.#isItem()) {
      const text = this.#text;
      let start = this.#start + 2;
      while (text.charCodeAt(start) === SPACE) start++;
      const column = indent + start - this.#start;
      this.#start = start;
      const index = items.length;
      this.#range = undefined;
      if (start < this.#end && !this.#isItem() && this.#keyEnd() !== -1) {
        this.#indent = column;
        items.push(this.#collection(column));
        this.#record(items, index, undefined, undefined);
      } else {
        items.push(this.#scalar(indent));
        this.#record(items, index, undefined, this.#range);
      }
    }
    return items;
  }

  #mapping(indent: number): Record<string, unknown> {
    const map: Record<string, unknown> = {};
    while (this.#indent === indent && !this.#isItem()) {
      const colon = this.#keyEnd();
      if (colon === -1) giveUp();
      const quoted = this.#text.charCodeAt(this.#start) === QUOTE ? 1 : 0;
      const name = { start: this.#start + quoted, end: colon - quoted };
      const key = this.#text.slice(name.start, name.end);
      if (map[key] !== undefined) giveUp();
      this.#start = colon + 1;
      while (this.#text.charCodeAt(this.#start) === SPACE) this.#start++;
      this.#range = undefined;
      if (this.#start < this.#end && this.#text.charCodeAt(this.#start) !== HASH) {
        map[key] = this.#scalar(indent);
        this.#record(map, key, name, this.#range);
        continue;
      }
      this.#advance();
      const nested = this.#indent > indent || (this.#indent === indent && this.#isItem());
      map[key] = nested ? this.#collection(this.#indent) : null;
      this.#record(map, key, name, undefined);
    }
    return map;
  }

  #record(collection: object, step: string | number, key: Range | undefined, value: Range | undefined): void {
    if (!this.#places) return;
    const entries = this.#places.get(collection) ?? new Map<string | number, Entry>();
    this.#places.set(collection, entries.set(step, { ...(key && { key }), ...(value && { value }) }));
  }

  /** Index of the colon that ends a simple key at the start of the line at hand; -1 where there is none. */
  #keyEnd(): number {
    const text = this.#text;
    let at = this.#start;
    const quoted = text.charCodeAt(at) === QUOTE;
    if (quoted) at++;
    else if (!isKeyStart(text.charCodeAt(at))) return -1;
    const first = at;
    while (at < this.#end && isKeyPart(text.charCodeAt(at))) at++;
    if (quoted && (at === first || text.charCodeAt(at++) !== QUOTE)) return -1;
    if (at >= this.#end || text.charCodeAt(at) !== COLON || text.charCodeAt(at - 1) === SPACE) return -1;
    if (at + 1 < this.#end && text.charCodeAt(at + 1) !== SPACE) return -1;
    return at - this.#start < RESERVED_LENGTH && RESERVED.test(text.slice(first, quoted ? at - 1 : at)) ? -1 : at;
  }

  /** The scalar that begins at #start; afterwards the next line is at hand. `indent` is that of its collection. */
  #scalar(indent: number): unknown {
    const first = this.#text[this.#start] ?? '';
    const value =
      first === "'" || first === '"'
        ? this.#quoted(first)
        : first === '|' || first === '>'
          ? this.#blockText(indent)
          : this.#plain();
    if (first !== '|' && first !== '>') this.#advance();
    // A scalar that goes on in the next line, or something that belongs to nothing.
    if (this.#indent > indent) giveUp();
    return value;
  }

  #plain(): unknown {
    const line = this.#text.slice(this.#start, this.#end);
    if (!PLAIN_START.test(line)) giveUp();
    const comment = line.indexOf(' #');
    const value = (comment === -1 ? line : line.slice(0, comment)).trimEnd();
    if (value.includes(': ') || value.endsWith(':')) giveUp();
    this.#range = { start: this.#start, end: this.#start + value.length };
    if (SIMPLE_INTEGER.test(value)) return Number(value);
    if (MAYBE_NUMBER.test(value)) giveUp();
    return WORDS.has(value) ? WORDS.get(value) : value;
  }

  #quoted(quote: string): string {
    const text = this.#text;
    const from = this.#start + 1;
    const end = quote === "'" ? this.#singleQuoteEnd(from) : text.indexOf(quote, from);
    if (end === -1 || end >= this.#end) giveUp();
    const value = text.slice(from, end);
    if (quote === '"' && value.includes('\\')) giveUp();
    let rest = end + 1;
    if (rest < this.#end && text.charCodeAt(rest) !== SPACE) giveUp();
    while (text.charCodeAt(rest) === SPACE) rest++;
    if (rest < this.#end && text.charCodeAt(rest) !== HASH) giveUp();
    // An empty scalar has no text to point at.
    this.#range = end > from ? { start: from, end } : undefined;
    return quote === "'" ? value.replaceAll("''", "'") : value;
  }

  /** Two single quotes stand for one. */
  #singleQuoteEnd(from: number): number {
    let end = this.#text.indexOf("'", from);
    while (end !== -1 && this.#text[end + 1] === "'") end = this.#text.indexOf("'", end + 2);
    return end;
  }

  /** Literal (`|`) or folded (`>`) text without anything that needs care: indicators, blank first lines, deeper indents. */
  #blockText(indent: number): string {
    const text = this.#text;
    const header = text.slice(this.#start, this.#end).trimEnd();
    const folded = header[0] === '>';
    if (header.length > 2 || (header.length === 2 && header[1] !== '-')) giveUp();
    const lines: string[] = [];
    let inner = -1;
    let trailing = 0;
    while (this.#next < text.length) {
      const from = this.#next;
      const newline = text.indexOf('\n', from);
      const end = newline === -1 ? text.length : newline;
      let start = from;
      while (text.charCodeAt(start) === SPACE) start++;
      if (start >= end) {
        if (inner === -1 || start - from > inner) giveUp();
        trailing++;
      } else {
        const column = start - from;
        if (inner === -1 && column > indent) inner = column;
        if (column < inner || inner === -1) break;
        if (folded && (column > inner || trailing > 0)) giveUp();
        for (; trailing > 0; trailing--) lines.push('');
        lines.push(text.slice(from + inner, end));
      }
      if (newline === -1) giveUp();
      this.#next = end + 1;
    }
    if (lines.length === 0) giveUp();
    this.#advance();
    return lines.join(folded ? ' ' : '\n') + (header.length === 2 ? '' : '\n');
  }
}
