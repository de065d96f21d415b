// SPDX-License-Identifier: Apache-2.0
import { ANY, type Atom, ONE, type Tree } from './tree.ts';

/** How the boolean part of a language is written, and its questions. */
export interface Language {
  /** Whether `or` binds closer than `and`, as in Splunk's search. */
  readonly orFirst?: boolean;
  /** Whether two questions beside each other must both hold. */
  readonly juxtaposed?: boolean;
  /** Reads one question where the reader stands. Throws Unread. */
  readonly question: (reader: Reader) => Tree;
}

/** A query, or a part of it, that is not understood: never compared, always counted. */
export class Unread extends Error {}

export function parse(text: string, language: Language): Tree {
  const reader = new Reader(text, language);
  const tree = reader.expression();
  if (!reader.isOver()) throw new Unread(reader.rest());
  return tree;
}

export class Reader {
  readonly #text: string;
  readonly #language: Language;
  #at = 0;

  constructor(text: string, language: Language) {
    this.#text = text;
    this.#language = language;
  }

  rest(): string {
    return this.#text.slice(this.#at, this.#at + 60);
  }

  isOver(): boolean {
    this.space();
    return this.#at >= this.#text.length;
  }

  space(): void {
    while (/\s/.test(this.#text[this.#at] ?? '')) this.#at++;
  }

  /** Takes what matches here; undefined, and nothing taken, where it does not. */
  take(pattern: RegExp): RegExpExecArray | undefined {
    this.space();
    const sticky = new RegExp(pattern.source, `${pattern.flags.replace('y', '')}y`);
    sticky.lastIndex = this.#at;
    const found = sticky.exec(this.#text) ?? undefined;
    if (found) this.#at = sticky.lastIndex;
    return found;
  }

  need(pattern: RegExp): RegExpExecArray {
    const found = this.take(pattern);
    if (!found) throw new Unread(`${pattern.source} at ${this.rest()}`);
    return found;
  }

  expression(): Tree {
    return this.#language.orFirst === true
      ? this.#joined('and', () => this.#joined('or', () => this.#unary()))
      : this.#joined('or', () => this.#joined('and', () => this.#unary()));
  }

  #joined(kind: 'and' | 'or', next: () => Tree): Tree {
    const parts = [next()];
    for (;;) {
      if (this.take(new RegExp(String.raw`${kind}\b`, 'i'))) parts.push(next());
      else if (kind === 'and' && this.#language.juxtaposed === true && this.#hasMore()) parts.push(next());
      else return parts.length === 1 && parts[0] ? parts[0] : { is: kind, parts };
    }
  }

  #hasMore(): boolean {
    return !this.isOver() && !/^(?:\)|\||or\b)/i.test(this.#text.slice(this.#at));
  }

  #unary(): Tree {
    if (this.take(/not\b/i)) return { is: 'not', part: this.#unary() };
    if (this.take(/\(/)) {
      const inner = this.expression();
      this.need(/\)/);
      return inner;
    }
    return this.#language.question(this);
  }
}

export function atom(field: string, asks: Atom['asks'], value = '', cased = false): Atom {
  return { is: 'atom', field, asks, value, cased };
}

export function anyOf(parts: readonly Tree[]): Tree {
  return parts.length === 1 && parts[0] ? parts[0] : { is: 'or', parts };
}

/** `*` and `?` are wildcards but after a backslash, which stands for what follows; only before some, where told. */
export function globOf(text: string, escapable = /[^]/): string {
  return text.replaceAll(/\\([^])|[*?]/gu, (token, escaped: string | undefined) => {
    if (escaped !== undefined) return escapable.test(escaped) ? escaped : token;
    return token === '*' ? ANY : ONE;
  });
}

/** A literal between double quotes, as C has them. */
export const QUOTED = /"((?:[^"\\]|\\[^])*)"/;

export function unescaped(literal: string): string {
  return literal.replaceAll(/\\([^])/gu, (_, char: string) => (char === 'n' ? '\n' : char === 't' ? '\t' : char));
}
