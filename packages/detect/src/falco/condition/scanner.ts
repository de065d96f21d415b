// SPDX-License-Identifier: Apache-2.0

/** What is wrong in a condition, and where: thrown while it is read, caught where its file is known. */
export class ConditionError extends Error {
  override readonly name = 'ConditionError';
  readonly offset: number;
  /** What would have been right at that place. */
  readonly expected: string | undefined;
  /** The field is not known: what `skip-if-unknown-filter` forgives. */
  readonly unknownField: boolean;

  constructor(message: string, offset: number, expected?: string, unknownField = false) {
    super(message);
    this.offset = offset;
    this.expected = expected;
    this.unknownField = unknownField;
  }
}

const BLANKS = /[ \t\b\r\n]+/y;
const ESCAPES: Readonly<Record<string, string>> = {
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  '\\': '\\',
  '/': '/',
  // Falco reads an escaped blank as a backslash, for the sake of old rules.
  ' ': '\\',
};

/** Reads a text from left to right. What a word means depends on where it stands, so there is no list of tokens. */
export class Scanner {
  readonly text: string;
  offset: number;

  constructor(text: string, offset: number) {
    this.text = text;
    this.offset = offset;
  }

  get atEnd(): boolean {
    return this.offset >= this.text.length;
  }

  /** Whether there were any. */
  skipBlanks(): boolean {
    return this.take(BLANKS) !== undefined;
  }

  /** What a sticky pattern finds here, and goes past it. */
  take(pattern: RegExp): string | undefined {
    const found = this.peek(pattern);
    if (found !== undefined) this.offset += found.length;
    return found;
  }

  peek(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.offset;
    return pattern.exec(this.text)?.[0];
  }

  takeMark(mark: string): boolean {
    if (!this.text.startsWith(mark, this.offset)) return false;
    this.offset += mark.length;
    return true;
  }

  /**
   * A string in quotes, unescaped. As in Falco a quote after a backslash never ends it, even where the backslash is
   * escaped itself.
   */
  takeQuoted(): string | undefined {
    const quote = this.text[this.offset];
    if (quote !== '"' && quote !== "'") return undefined;
    let end = this.text.indexOf(quote, this.offset + 1);
    while (end !== -1 && this.text[end - 1] === '\\') end = this.text.indexOf(quote, end + 1);
    if (end === -1) {
      throw new ConditionError(
        'a string is not closed',
        this.offset,
        `${quote} (a quote after a backslash does not end a string)`,
      );
    }
    const value = this.#unescape(this.offset + 1, end, quote);
    this.offset = end + 1;
    return value;
  }

  #unescape(start: number, end: number, quote: string): string {
    const raw = this.text.slice(start, end);
    if (!raw.includes('\\')) return raw;
    return raw.replace(/\\([^])/g, (_, letter: string, at: number) => {
      const value = letter === '"' || letter === "'" ? (letter === quote ? letter : undefined) : ESCAPES[letter];
      if (value === undefined) {
        throw new ConditionError(
          `\\${letter} is no escape in a ${quote}-quoted string`,
          start + at,
          `one of \\b \\f \\n \\r \\t \\\\ \\/ \\${quote}`,
        );
      }
      return value;
    });
  }
}
