// SPDX-License-Identifier: Apache-2.0
import type { Pointer } from '@helios/core/finding';
import { ANY, type Text } from '../sigma/text.ts';
import { refuse } from './problem.ts';

/** In characters: `index.max_regex_length`, as it is by default. */
const LONGEST = 1000;

/** A text with wildcards, in either case of each letter where case does not count. Throws Refusal. */
export function luceneText(text: Text, ignoreCase: boolean, at: Pointer): string {
  const literal = (part: string): string => Array.from(part, (char) => character(char, ignoreCase)).join('');
  return checked(
    text.map((part) => (typeof part === 'string' ? literal(part) : part === ANY ? '.*' : '.')).join(''),
    at,
  );
}

/**
 * A regular expression of RE2 for Lucene (org.apache.lucene.util.automaton.RegExp; elastic.co/docs, "Regular expression
 * syntax"): it matches whole values, `.` is any character, newlines too, and there are no anchors but those that all of
 * it begins or ends with, no flags, no word boundaries and no names of classes. Throws Refusal.
 */
export function luceneRegex(source: string, flags: string, at: Pointer): string {
  return checked(new Translation(source, flags, at).translate(), at);
}

function checked(pattern: string, at: Pointer): string {
  return pattern.length > LONGEST
    ? refuse('length', `the regular expression has ${pattern.length} characters; an index takes ${LONGEST}`, at)
    : pattern;
}

/** Operators of all of Lucene's optional syntax, too. */
function escaped(char: string): string {
  return /[.?+*|{}[\]()"\\#@&<>~^$-]/.test(char) ? `\\${char}` : char;
}

function character(char: string, ignoreCase: boolean): string {
  const cases = ignoreCase ? casesOf(char) : [char];
  return cases.length === 1 ? escaped(char) : `[${cases.map(escaped).join('')}]`;
}

function casesOf(char: string): string[] {
  return [...new Set([char, char.toLowerCase(), char.toUpperCase()])].filter((each) => [...each].length === 1);
}

const CLASSES: Readonly<Record<string, string>> = { d: '0-9', w: 'A-Za-z0-9_', s: '\t\n\f\r ' };
const CONTROLS: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', f: '\f', v: '\v', a: '\x07' };

class Translation {
  readonly #source: string;
  readonly #at: Pointer;
  #ignoreCase: boolean;
  #dotAll: boolean;
  #index = 0;

  constructor(source: string, flags: string, at: Pointer) {
    const leading = /^\(\?([ims]+)\)/.exec(source);
    const all = flags + (leading?.[1] ?? '');
    this.#source = source.slice(leading?.[0].length ?? 0);
    this.#at = at;
    this.#ignoreCase = all.includes('i');
    this.#dotAll = all.includes('s');
    if (all.includes('m') && /[$^]/.test(this.#source)) this.#refuse('the beginning or end of a line');
  }

  translate(): string {
    const alternatives = [this.#alternative()];
    while (this.#take('|')) alternatives.push(this.#alternative());
    if (this.#index < this.#source.length) this.#refuse('a parenthesis that was never opened');
    return alternatives.join('|');
  }

  /** At the top: found anywhere but where an anchor stands. */
  #alternative(): string {
    const start = this.#take('^') || this.#take(String.raw`\A`);
    const body = this.#sequence();
    const end = this.#take('$') || this.#take(String.raw`\z`);
    return `${start ? '' : '.*'}${body}${end ? '' : '.*'}`;
  }

  #sequence(): string {
    let written = '';
    while (this.#index < this.#source.length && !/^(?:[|)$]|\\z)/.test(this.#rest())) written += this.#repeated();
    return written;
  }

  #repeated(): string {
    const atom = this.#atom();
    const times = /^(?:[*+?]|\{\d+(?:,\d*)?\})/.exec(this.#rest())?.[0];
    if (times === undefined) return atom;
    this.#index += times.length;
    // As few as can be are as many, where only whether it matches is asked.
    this.#take('?');
    return atom + times;
  }

  #atom(): string {
    const char = this.#next();
    switch (char) {
      case '.':
        return this.#dotAll ? '.' : '[^\n]';
      case '(':
        return this.#group();
      case '[':
        return this.#class();
      case '\\':
        return this.#escape();
      case '^':
        return this.#refuse('an anchor within the pattern');
      default:
        return character(char, this.#ignoreCase);
    }
  }

  #group(): string {
    const [ignoreCase, dotAll] = [this.#ignoreCase, this.#dotAll];
    const head = /^\?(?:P?<\w+>|([is]*):)/.exec(this.#rest());
    if (head) {
      this.#index += head[0].length;
      this.#ignoreCase ||= head[1]?.includes('i') ?? false;
      this.#dotAll ||= head[1]?.includes('s') ?? false;
    } else if (this.#rest().startsWith('?')) this.#refuse('flags within the pattern');
    const alternatives = [this.#sequence()];
    while (this.#take('|')) alternatives.push(this.#sequence());
    if (!this.#take(')')) this.#refuse('an anchor within the pattern');
    [this.#ignoreCase, this.#dotAll] = [ignoreCase, dotAll];
    // Nothing is an empty string there, not an empty alternative.
    return `(${alternatives.map((each) => (each === '' ? '""' : each)).join('|')})`;
  }

  #class(): string {
    const negated = this.#take('^');
    let items = '';
    for (let first = true; first || !this.#rest().startsWith(']'); first = false) {
      const [named = '', name = ''] = /^\\([dws])/.exec(this.#rest()) ?? [];
      if (named !== '') {
        this.#index += named.length;
        items += CLASSES[name] ?? '';
        continue;
      }
      if (this.#rest().startsWith('[:')) this.#refuse('a named class');
      const from = this.#member();
      const ranged = /^-(?!\])/.test(this.#rest());
      if (ranged) this.#index++;
      items += ranged ? this.#range(from, this.#member()) : this.#cased(from);
    }
    this.#index++;
    return `[${negated ? '^' : ''}${items}]`;
  }

  #member(): string {
    const char = this.#next();
    return char === '\\' ? (this.#escapedCharacter() ?? this.#refuse('a class within a class')) : char;
  }

  #cased(char: string): string {
    return (this.#ignoreCase ? casesOf(char) : [char]).map(escaped).join('');
  }

  #range(from: string, to: string): string {
    const own = `${escaped(from)}-${escaped(to)}`;
    if (!this.#ignoreCase) return own;
    if (/^[a-z]{2}$/.test(from + to)) return own + own.toUpperCase();
    if (/^[A-Z]{2}$/.test(from + to)) return own + own.toLowerCase();
    if (/^[0-9]{2}$/.test(from + to)) return own;
    return this.#refuse(`the range ${from}-${to} in either case`);
  }

  #escape(): string {
    const name = this.#rest().charAt(0);
    const known = CLASSES[name] ?? CLASSES[name.toLowerCase()];
    if (known !== undefined) {
      this.#index++;
      return `[${name === name.toLowerCase() ? '' : '^'}${known}]`;
    }
    const char = this.#escapedCharacter();
    return char === undefined ? this.#refuse(`\\${name}`) : character(char, this.#ignoreCase);
  }

  /** What stands after a backslash for one character. */
  #escapedCharacter(): string | undefined {
    const [number = '', braced, two] = /^x(?:\{([0-9A-Fa-f]+)\}|([0-9A-Fa-f]{2}))/.exec(this.#rest()) ?? [];
    if (number !== '') {
      this.#index += number.length;
      return String.fromCodePoint(Number.parseInt(braced ?? two ?? '', 16));
    }
    const char = this.#next();
    if (Object.hasOwn(CONTROLS, char)) return CONTROLS[char];
    return /[A-Za-z0-9]/.test(char) ? undefined : char;
  }

  #rest(): string {
    return this.#source.slice(this.#index);
  }

  #next(): string {
    const char = String.fromCodePoint(this.#source.codePointAt(this.#index) ?? 0);
    this.#index += char.length;
    return char;
  }

  #take(text: string): boolean {
    const taken = this.#source.startsWith(text, this.#index);
    if (taken) this.#index += text.length;
    return taken;
  }

  #refuse(what: string): never {
    return refuse('regex', `it has no way to write ${what}`, this.#at);
  }
}
