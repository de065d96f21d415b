// SPDX-License-Identifier: Apache-2.0
import type { Range } from './locate.ts';
import {
  COMMENT,
  DOUBLE,
  endOf,
  FLOW_ITEM,
  ITEMS,
  KEY,
  PLAIN,
  REST,
  SINGLE,
  SPACES,
  TEXT_HEAD,
  UNUSUAL,
} from './yaml-patterns.ts';

/** Where an entry of a collection stands. A block scalar has no range: its text is not contiguous. */
interface Place {
  readonly key: Range | undefined;
  readonly value: Range | undefined;
}

/** Of every collection, its entries by key or index. */
export type Places = Map<object, Map<string | number, Place>>;

export interface BlockOptions {
  /** Is told where everything stands. */
  readonly places?: Places | undefined;
  /** Keys of a document whose values nobody will look at: checked as all else is, they come empty, texts not at all. */
  readonly unread?: ReadonlySet<string> | undefined;
}

/**
 * Reads the YAML that rules are mostly written in, many times faster than a whole parser: block mappings and
 * sequences, lists in brackets and quoted scalars on one line, plain scalars, literal and folded text. At the first thing that is anything else,
 * or wrong in any way, it gives up (undefined) and the whole parser decides. It may only ever say what that one says:
 * tests hold the two against each other on real rules and on mutations of them.
 */
export function readBlockYaml(text: string, options: BlockOptions = {}): unknown[] | undefined {
  if (!text.isWellFormed()) return undefined;
  try {
    return new BlockReader(text, options).documents();
  } catch (thrown) {
    if (thrown === GIVE_UP) return undefined;
    throw thrown;
  }
}

/** What YAML's core schema takes for null or a boolean. */
const WORDS = new Map<string, unknown>([
  ...['null', 'Null', 'NULL', '~'].map((word): [string, unknown] => [word, null]),
  ...['true', 'True', 'TRUE'].map((word): [string, unknown] => [word, true]),
  ...['false', 'False', 'FALSE'].map((word): [string, unknown] => [word, false]),
]);
const LONGEST_WORD = 5;
const SIMPLE_INTEGER = /^\d{1,15}$/;
/** Whatever may be another number is left to the parser that knows them all. */
const MAYBE_NUMBER = /^-?(?:(?:\d+(?:\.\d*)?|\.\d+)(?:e[-+]?\d*)?|0[ox][\da-f]*|\.(?:inf|nan))$/i;
const DEEPEST = 50;

const NO_LINES: readonly string[] = [];
const GIVE_UP = Symbol('give up');
const [NEWLINE, SPACE, DOUBLE_QUOTE, HASH, QUOTE, DASH, NINE, GREATER, OPEN, CLOSE, BAR] = [
  0x0a, 0x20, 0x22, 0x23, 0x27, 0x2d, 0x39, 0x3e, 0x5b, 0x5d, 0x7c,
];

function giveUp(): never {
  throw GIVE_UP;
}

function isWord(text: string): boolean {
  return text.length <= LONGEST_WORD && WORDS.has(text);
}

function pastSpaces(text: string, at: number): number {
  return text.charCodeAt(at) === SPACE ? endOf(SPACES, text, at) : at;
}

class BlockReader {
  readonly #text: string;
  readonly #places: Places | undefined;
  readonly #unread: ReadonlySet<string> | undefined;
  /** Of the line at hand; -1 at the end of a document. */
  #indent = -1;
  /** Where what is still to be read of the line at hand begins. */
  #start = 0;
  /** Where the next line begins. */
  #next = 0;
  /** Whether the document ended at the marker of another one. */
  #atMarker = false;
  #depth = 0;
  /** Whether what is read is only checked. */
  #skims = false;
  /** Of the scalar that was read last; -1 where it has no place. */
  #from = -1;
  #to = -1;

  constructor(text: string, { places, unread }: BlockOptions) {
    this.#text = text;
    this.#places = places;
    this.#unread = unread;
  }

  documents(): unknown[] {
    const documents: unknown[] = [];
    this.#advance();
    // A marker may stand before the first document, and must before every other one.
    if (this.#atMarker) this.#advance();
    for (;;) {
      documents.push(this.#document());
      if (!this.#atMarker) return documents;
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

  /** Goes to the next line with content. */
  #advance(): void {
    const text = this.#text;
    this.#atMarker = false;
    while (this.#next < text.length) {
      const start = pastSpaces(text, this.#next);
      const first = text.charCodeAt(start);
      if (first === NEWLINE) {
        this.#next = start + 1;
      } else if (first === HASH) {
        this.#next = endOf(COMMENT, text, start);
        if (this.#next === -1) giveUp();
      } else if (start < text.length) {
        this.#start = start;
        this.#indent = start - this.#next;
        if (first === DASH && this.#indent === 0 && text.startsWith('---', start)) this.#endAtMarker();
        return;
      } else {
        break;
      }
    }
    this.#indent = -1;
  }

  #endAtMarker(): void {
    const end = this.#start + 3;
    if (end < this.#text.length && this.#text.charCodeAt(end) !== NEWLINE) giveUp();
    this.#next = end + 1;
    this.#indent = -1;
    this.#atMarker = true;
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
    if (this.#skims) this.#skimItems(indent);
    while (this.#indent === indent && this.#isItem()) {
      const column = indent - this.#start;
      this.#start = pastSpaces(this.#text, this.#start + 2);
      this.#from = -1;
      let item: unknown;
      if (!this.#isItem() && this.#keyEnd() !== -1) {
        this.#indent = column + this.#start;
        item = this.#collection(this.#indent);
        this.#from = -1;
      } else {
        item = this.#scalar(indent);
      }
      if (!this.#skims) items.push(item);
      if (this.#places) this.#note(items, items.length - 1, undefined, this.#range());
    }
    return items;
  }

  /** Goes past simple items in one step, as far as there are any. */
  #skimItems(indent: number): void {
    const end = endOf(ITEMS, this.#text, this.#start - indent);
    // The last one may go on in the next line.
    if (end === -1 || this.#text.charCodeAt(end + indent) === SPACE) return;
    this.#next = end;
    this.#advance();
    if (this.#indent > indent) giveUp();
  }

  #mapping(indent: number): Record<string, unknown> {
    const text = this.#text;
    const unread = this.#depth === 1 ? this.#unread : undefined;
    const map: Record<string, unknown> = {};
    let skimmed: Set<string> | undefined;
    while (this.#indent === indent && !this.#isItem()) {
      const end = this.#keyEnd();
      if (end === -1) giveUp();
      let to = end - 1;
      while (text.charCodeAt(to) === SPACE) to--;
      const quoted = text.charCodeAt(this.#start) === QUOTE ? 1 : 0;
      const from = this.#start + quoted;
      to -= quoted;
      const key = text.slice(from, to);
      const skims = this.#skims || unread?.has(key) === true;
      const isKnown = skims ? skimmed?.has(key) === true : map[key] !== undefined;
      if (isKnown || isWord(key) || key === '__proto__') giveUp();
      this.#start = end;
      this.#from = -1;
      if (skims) {
        (skimmed ??= new Set()).add(key);
        const value = this.#skim(indent);
        if (typeof value === 'object' && !this.#skims) map[key] = value;
      } else {
        map[key] = this.#value(indent);
      }
      if (this.#places) this.#note(map, key, { start: from, end: to }, this.#range());
    }
    return map;
  }

  /** What stands after a key, checked and not built. */
  #skim(indent: number): unknown {
    const before = this.#skims;
    this.#skims = true;
    const value = this.#value(indent);
    this.#skims = before;
    return value;
  }

  /** What stands after a key: a scalar on its line, or a collection below it, or nothing. */
  #value(indent: number): unknown {
    const first = this.#text.charCodeAt(this.#start);
    if (first !== NEWLINE && first !== HASH && this.#start < this.#text.length) return this.#scalar(indent);
    this.#next = this.#start;
    this.#advance();
    const nested = this.#indent > indent || (this.#indent === indent && this.#isItem());
    const value = nested ? this.#collection(this.#indent) : null;
    this.#from = -1;
    return value;
  }

  #note(collection: object, step: string | number, key: Range | undefined, value: Range | undefined): void {
    const entries = this.#places?.get(collection);
    if (entries) entries.set(step, { key, value });
    else this.#places?.set(collection, new Map([[step, { key, value }]]));
  }

  #range(): Range | undefined {
    return this.#from === -1 ? undefined : { start: this.#from, end: this.#to };
  }

  /** Index after the colon, and the spaces after it, of a simple key at the start of the line at hand; -1 where there is none. */
  #keyEnd(): number {
    return endOf(KEY, this.#text, this.#start);
  }

  /** The scalar (or list in brackets) that begins at #start; afterwards the next line is at hand. `indent` is that of its collection. */
  #scalar(indent: number): unknown {
    const first = this.#text.charCodeAt(this.#start);
    let value: unknown;
    if (first === QUOTE || first === DOUBLE_QUOTE) value = this.#quoted(first);
    else if (first === BAR || first === GREATER) value = this.#blockText(indent);
    else if (first === OPEN) value = this.#brackets();
    else value = this.#plain(indent);
    this.#advance();
    // A scalar that goes on in some other way, or something that belongs to nothing.
    if (this.#indent > indent) giveUp();
    return value;
  }

  /** Takes what was found up to `end` for the scalar at hand, and the line as read. */
  #endLine(end: number): void {
    if (end === -1) giveUp();
    this.#next = this.#text.charCodeAt(end) === NEWLINE ? end + 1 : endOf(REST, this.#text, end);
    if (this.#next === -1) giveUp();
  }

  #plain(indent: number): unknown {
    const text = this.#text;
    const start = this.#start;
    const end = endOf(PLAIN, text, start);
    this.#endLine(end);
    this.#from = start;
    this.#to = end;
    const more = text.charCodeAt(this.#next + indent) === SPACE ? this.#moreLines(end, indent) : NO_LINES;
    if (this.#skims && text.charCodeAt(start) > NINE) return '';
    const value = text.slice(start, end);
    if (more.length > 0) return [value, ...more].join(' ');
    if (text.charCodeAt(start) <= NINE && MAYBE_NUMBER.test(value)) {
      return SIMPLE_INTEGER.test(value) ? Number(value) : giveUp();
    }
    return isWord(value) ? WORDS.get(value) : value;
  }

  /** The lines that a plain scalar goes on in, each deeper than what it stands in. */
  #moreLines(end: number, indent: number): readonly string[] {
    const text = this.#text;
    const lines: string[] = [];
    for (let before = end; text.charCodeAt(before) === NEWLINE;) {
      const start = endOf(SPACES, text, this.#next);
      const to = start - this.#next > indent ? endOf(PLAIN, text, start) : -1;
      if (to === -1) break;
      this.#endLine(to);
      this.#from = -1;
      lines.push(text.slice(start, to));
      before = to;
    }
    return lines;
  }

  /** A list in brackets on one line. */
  #brackets(): string[] {
    const text = this.#text;
    const items: string[] = [];
    let at = endOf(SPACES, text, this.#start + 1);
    while (text.charCodeAt(at) !== CLOSE) {
      const end = endOf(FLOW_ITEM, text, at);
      if (end === -1) giveUp();
      const quoted = text.charCodeAt(at) === QUOTE || text.charCodeAt(at) === DOUBLE_QUOTE ? 1 : 0;
      const range = { start: at + quoted, end: end - quoted };
      const item = text.slice(range.start, range.end);
      if (isWord(item)) giveUp();
      items.push(item);
      if (this.#places) this.#note(items, items.length - 1, undefined, item === '' ? undefined : range);
      at = endOf(SPACES, text, end);
      if (text.charCodeAt(at) === CLOSE) break;
      at = endOf(SPACES, text, at + 1);
      if (text.charCodeAt(at) === CLOSE) giveUp();
    }
    this.#endLine(at + 1);
    this.#from = -1;
    return items;
  }

  #quoted(quote: number): string {
    const text = this.#text;
    const end = endOf(quote === QUOTE ? SINGLE : DOUBLE, text, this.#start);
    this.#endLine(end);
    if (this.#skims) return '';
    const from = this.#start + 1;
    const value = text.slice(from, end - 1);
    // An empty scalar has no text to point at.
    this.#from = value === '' ? -1 : from;
    this.#to = end - 1;
    if (quote === QUOTE) return value.replaceAll("''", "'");
    return value.includes('\\') ? (JSON.parse(`"${value}"`) as string) : value;
  }

  /** Literal (`|`) or folded (`>`) text without anything that needs care: indicators, blank first lines, deeper indents. */
  #blockText(indent: number): string {
    const text = this.#text;
    const folded = text.charCodeAt(this.#start) === GREATER;
    const stripped = text.charCodeAt(this.#start + 1) === DASH;
    const begin = endOf(TEXT_HEAD, text, this.#start);
    if (begin === -1) giveUp();
    const lines: string[] = [];
    let inner = -1;
    let trailing = 0;
    this.#next = begin;
    while (this.#next < text.length) {
      const from = this.#next;
      const newline = text.indexOf('\n', from);
      const start = endOf(SPACES, text, from);
      if (start === newline || start === text.length) {
        if (inner === -1 || start - from > inner) giveUp();
        trailing++;
      } else {
        const column = start - from;
        if (inner === -1 && column > indent) inner = column;
        if (column < inner || inner === -1) break;
        if (folded && (column > inner || trailing > 0)) giveUp();
        for (; trailing > 0; trailing--) lines.push('');
        if (!this.#skims) lines.push(text.slice(from + inner, newline));
      }
      if (newline === -1) giveUp();
      this.#next = newline + 1;
    }
    if (inner === -1 || UNUSUAL.test(text.slice(begin, this.#next))) giveUp();
    return lines.join(folded ? ' ' : '\n') + (stripped ? '' : '\n');
  }
}
