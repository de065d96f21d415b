// SPDX-License-Identifier: Apache-2.0
import type { Range } from './locate.ts';

/** Where an entry of a collection stands. A block scalar has no range: its text is not contiguous. */
export interface Place {
  readonly collection: object;
  /** Key or index. */
  readonly step: string | number;
  readonly key: Range | undefined;
  readonly value: Range | undefined;
}

/**
 * Reads the YAML that rules are mostly written in, many times faster than a whole parser: block mappings and
 * sequences, plain and quoted scalars on one line, literal and folded text. At the first thing that is anything else,
 * or wrong in any way, it gives up (undefined) and the whole parser decides. It may only ever say what that one says:
 * tests hold the two against each other on real rules and on mutations of them.
 * With `places` it records where everything stands.
 */
export function readBlockYaml(text: string, places?: Place[]): unknown[] | undefined {
  if (UNUSUAL.test(text) || !text.isWellFormed()) return undefined;
  try {
    return new BlockReader(text, places).documents();
  } catch (thrown) {
    if (thrown === GIVE_UP) return undefined;
    throw thrown;
  }
}

/** Tabs, carriage returns, controls, byte order marks: all have rules of their own. By code units, which is quick. */
const UNUSUAL = /[^\n\u0020-\u007e\u00a0-\u2027\u202a-\ufefe\uff00-\ufffd]/;
/** What YAML's core schema takes for null or a boolean, and one name that no object should be given. */
const RESERVED = /^(?:null|true|false|__proto__)$/i;
const RESERVED_START = flags('nNtTfF_');
const WORD_LENGTH = 5;
const WORDS = new Map<string, unknown>([
  ...['null', 'Null', 'NULL', '~'].map((word): [string, unknown] => [word, null]),
  ...['true', 'True', 'TRUE'].map((word): [string, unknown] => [word, true]),
  ...['false', 'False', 'FALSE'].map((word): [string, unknown] => [word, false]),
]);
const PLAIN_START = flags('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_~/\\$(^;=<');
/** Beyond ASCII from the first letter on, up to what is half a character. */
const [FIRST_LETTER, SURROGATES] = [0xc0, 0xd800];
const SIMPLE_INTEGER = /^(?:0|[1-9]\d{0,14})$/;
/** Whatever may be another number is left to the parser that knows them all. */
const MAYBE_NUMBER = /^(?:\d+(?:\.\d*)?(?:e[-+]?\d*)?|0[ox][\da-f]*|\.(?:inf|nan))$/i;
/** Double quotes whose escapes JSON reads as YAML does; a surrogate may be one half of a pair. */
const JSON_STRING = /^"(?:[^"\\]|\\(?:["\\/bfnrt]|u(?![dD][89a-fA-F])[\da-fA-F]{4}))*"/;
const DEEPEST = 50;

const GIVE_UP = Symbol('give up');
const [SPACE, HASH, QUOTE, DASH, DOT, ZERO, NINE, COLON] = [0x20, 0x23, 0x27, 0x2d, 0x2e, 0x30, 0x39, 0x3a];

const KEY_START = flags('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_');
const KEY_PART = flags('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_0123456789.|/()$ -');

/** One flag for each UTF-16 code unit: an index outside of a table would cost more than the table does. */
function flags(characters: string): Uint8Array {
  const table = new Uint8Array(0x10000);
  for (const character of characters) table[character.charCodeAt(0)] = 1;
  return table;
}

function isKeyStart(code: number): boolean {
  return KEY_START[code] === 1;
}

function isKeyPart(code: number): boolean {
  return KEY_PART[code] === 1;
}

function isPlainStart(code: number): boolean {
  return PLAIN_START[code] === 1 || (code >= FIRST_LETTER && code < SURROGATES);
}

function giveUp(): never {
  throw GIVE_UP;
}

class BlockReader {
  readonly #text: string;
  readonly #places: Place[] | undefined;
  /** The line at hand: its indent, where its content begins and where it ends; indent -1 at the end of a document. */
  #indent = -1;
  #start = 0;
  #end = 0;
  /** Where the next line begins. */
  #next = 0;
  #depth = 0;
  /** Of the scalar that was read last; -1 where it has no place. */
  #from = -1;
  #to = -1;

  constructor(text: string, places: Place[] | undefined) {
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
      this.#from = -1;
      if (start < this.#end && !this.#isItem() && this.#keyEnd() !== -1) {
        this.#indent = column;
        items.push(this.#collection(column));
        this.#from = -1;
      } else {
        items.push(this.#scalar(indent));
      }
      this.#places?.push({ collection: items, step: items.length - 1, key: undefined, value: this.#range() });
    }
    return items;
  }

  #mapping(indent: number): Record<string, unknown> {
    const map: Record<string, unknown> = {};
    while (this.#indent === indent && !this.#isItem()) {
      const colon = this.#keyEnd();
      if (colon === -1) giveUp();
      const quoted = this.#text.charCodeAt(this.#start) === QUOTE ? 1 : 0;
      const name = this.#start + quoted;
      const key = this.#text.slice(name, colon - quoted);
      if (map[key] !== undefined) giveUp();
      this.#start = colon + 1;
      while (this.#text.charCodeAt(this.#start) === SPACE) this.#start++;
      this.#from = -1;
      map[key] = this.#value(indent);
      this.#places?.push({
        collection: map,
        step: key,
        key: { start: name, end: colon - quoted },
        value: this.#range(),
      });
    }
    return map;
  }

  /** What stands after a key: a scalar on its line, or a collection below it, or nothing. */
  #value(indent: number): unknown {
    if (this.#start < this.#end && this.#text.charCodeAt(this.#start) !== HASH) return this.#scalar(indent);
    this.#advance();
    const nested = this.#indent > indent || (this.#indent === indent && this.#isItem());
    const value = nested ? this.#collection(this.#indent) : null;
    this.#from = -1;
    return value;
  }

  #range(): Range | undefined {
    return this.#from === -1 ? undefined : { start: this.#from, end: this.#to };
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
    const reserved =
      RESERVED_START[text.charCodeAt(first)] === 1 && RESERVED.test(text.slice(first, quoted ? at - 1 : at));
    return reserved ? -1 : at;
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
    const text = this.#text;
    const start = this.#start;
    const first = text.charCodeAt(start);
    const numeric = first === DOT || (first >= ZERO && first <= NINE);
    const starts = first === DOT ? isKeyStart(text.charCodeAt(start + 1)) : first === COLON || isPlainStart(first);
    if (!starts) giveUp();
    const end = this.#plainEnd(start);
    const value = text.slice(start, end);
    this.#from = start;
    this.#to = end;
    if (numeric && SIMPLE_INTEGER.test(value)) return Number(value);
    if (numeric && MAYBE_NUMBER.test(value)) giveUp();
    return value.length <= WORD_LENGTH && WORDS.has(value) ? WORDS.get(value) : value;
  }

  /** Where a plain scalar ends: before a comment, and before the spaces at the end of the line. */
  #plainEnd(start: number): number {
    const line = this.#text.slice(start, this.#end);
    const comment = line.indexOf(' #');
    let end = comment === -1 ? line.length : comment;
    while (line.charCodeAt(end - 1) === SPACE) end--;
    const colon = line.indexOf(': ');
    if ((colon !== -1 && colon < end) || line.charCodeAt(end - 1) === COLON) giveUp();
    return start + end;
  }

  #quoted(quote: string): string {
    const text = this.#text;
    const from = this.#start + 1;
    const end = quote === "'" ? this.#singleQuoteEnd(from) : this.#doubleQuoteEnd(from);
    if (end === -1 || end >= this.#end) giveUp();
    const value = text.slice(from, end);
    let rest = end + 1;
    if (rest < this.#end && text.charCodeAt(rest) !== SPACE) giveUp();
    while (text.charCodeAt(rest) === SPACE) rest++;
    if (rest < this.#end && text.charCodeAt(rest) !== HASH) giveUp();
    // An empty scalar has no text to point at.
    this.#from = end > from ? from : -1;
    this.#to = end;
    if (quote === "'") return value.replaceAll("''", "'");
    return value.includes('\\') ? (JSON.parse(`"${value}"`) as string) : value;
  }

  /** A backslash takes the meaning from a quote, and has more meanings than are worth telling here. */
  #doubleQuoteEnd(from: number): number {
    const text = this.#text;
    const end = text.indexOf('"', from);
    if (end === -1 || !text.slice(from, end).includes('\\')) return end;
    const [string] = JSON_STRING.exec(text.slice(from - 1, this.#end)) ?? giveUp();
    return from + string.length - 2;
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
