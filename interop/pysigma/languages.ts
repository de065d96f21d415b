// SPDX-License-Identifier: Apache-2.0
import { anyOf, atom, globOf, type Language, parse, QUOTED, type Reader, unescaped, Unread } from './parse.ts';
import { ANY, type Atom, ONE, type Tree } from './tree.ts';

/** Reads a query of the language, by either side. Throws Unread. */
export const LANGUAGES: Readonly<Record<'splunk' | 'lucene' | 'esql' | 'kql', (query: string) => Tree>> = {
  splunk: (query) => {
    const search = query.replace(/^index=\*\s*/, '');
    if (/^\||\n\|/.test(search)) throw new Unread('a pipe');
    return parse(search, SPLUNK);
  },
  lucene: (query) => parse(query, LUCENE),
  esql: (query) => parse(query.replace(/^from [^|]*\|\s*where /i, ''), ESQL),
  kql: (query) => parse(query.replace(/^T\n\| where /, ''), KQL),
};

/** Splunk's search: an escaped star is a wildcard none the less; a backslash escapes itself and the quote. */
const SPLUNK: Language = {
  orFirst: true,
  juxtaposed: true,
  question: (reader) => {
    const text = (literal: string): string =>
      literal.replaceAll(/\\(["\\])|\*/g, (token, char: string | undefined) => char ?? (token === '*' ? ANY : token));
    const word = reader.take(/"((?:[^"\\]|\\[^])*)"(?!\s*(?:=|!=|[<>]|in\b))/i);
    if (word) return atom('', 'text', `${ANY}${text(word[1] ?? '')}${ANY}`.replaceAll(/\u0001+/g, ANY));
    const [, quoted, bare = ''] = reader.need(/(?:"((?:[^"\\]|\\[^])*)"|([\w.{}-]+))(?=\s*(?:=|!=|[<>]| in\b))/i);
    const field = quoted ?? bare;
    if (reader.take(/in\s*\(/i))
      return anyOf(list(reader, WORD).map((each) => atom(field, 'text', text(each.replaceAll(/^"|"$/g, '')))));
    const [, sign = ''] = reader.need(/(=|<=?|>=?)/);
    const [, literal, plain = ''] = reader.need(/(?:"((?:[^"\\]|\\[^])*)"|([^\s()"]+))/);
    if (sign !== '=') return atom(field, 'order', `${sign}${literal ?? plain}`);
    return atom(field, 'text', text(literal ?? plain));
  },
};

const WORD = /"(?:[^"\\]|\\[^])*"|[^\s(),]+/;

const LUCENE: Language = {
  question: (reader) => {
    if (reader.take(/\*:\*/)) return { is: 'and', parts: [] };
    if (reader.take(/_exists_:/)) return atom(unescaped(reader.need(TERM)[0]), 'something');
    const field = reader.take(/((?:[^\s:()"\\/*?]|\\[^])+):/);
    return luceneValues(reader, field ? unescaped(field[1] ?? '') : '');
  },
};

const TERM = /(?:[^\s()"\\]|\\[^])+/;

function luceneValues(reader: Reader, field: string): Tree {
  if (reader.take(/\(/)) {
    const parts = [luceneValues(reader, field)];
    while (reader.take(/or\b/i)) parts.push(luceneValues(reader, field));
    reader.need(/\)/);
    return anyOf(parts);
  }
  const around = (value: string): string => (field === '' ? `${ANY}${value}${ANY}`.replaceAll(/\u0001+/g, ANY) : value);
  const quoted = reader.take(QUOTED);
  if (quoted) return atom(field, 'text', around(unescaped(quoted[1] ?? '')));
  const regex = reader.take(/\/((?:[^/\\]|\\[^])*)\//);
  if (regex) return atom(field, 'regex', regex[1]);
  const order = reader.take(/([<>]=?)(\S+?)(?=[\s)]|$)/);
  if (order) return atom(field, 'order', `${order[1]}${order[2]}`);
  const range = reader.take(/([[{])(\S+) to ([^\s\]}]+)[\]}]/i);
  if (range)
    return atom(
      field,
      'order',
      `${range[3] === '*' ? '>' : '<'}${range[1] === '[' ? '=' : ''}${range[3] === '*' ? range[2] : range[3]}`,
    );
  return atom(field, 'text', around(globOf(reader.need(TERM)[0])));
}

const ESQL: Language = {
  question: (reader) => {
    if (reader.take(/coalesce\(/i)) return known(reader);
    if (reader.take(/to_lower\(/i)) {
      const name = esqlField(reader);
      reader.need(/\)/);
      return esqlTest(reader, name, false);
    }
    const affix = reader.take(/(starts|ends)_with\(/i);
    if (affix) {
      const lowered = reader.take(/to_lower\(/i) !== undefined;
      const name = esqlField(reader);
      if (lowered) reader.need(/\)/);
      reader.need(/,/);
      const value = unescaped(reader.need(QUOTED)[1] ?? '');
      reader.need(/\)/);
      return atom(name, 'text', affix[1]?.toLowerCase() === 'starts' ? value + ANY : ANY + value, !lowered);
    }
    if (reader.take(/cidr_match\(/i)) {
      const wrapped = reader.take(/to_ip\(/i);
      const name = esqlField(reader);
      if (wrapped) reader.need(/\)/);
      reader.need(/,/);
      return anyOf(list(reader, QUOTED).map((each) => atom(name, 'network', each)));
    }
    return esqlTest(reader, esqlField(reader), true);
  },
};

function esqlField(reader: Reader): string {
  return reader.need(/`[^`]+`(?:\.`[^`]+`)*|[\w.@]+/)[0].replaceAll('`', '');
}

function esqlTest(reader: Reader, field: string, cased: boolean): Tree {
  if (reader.take(/is null\b/i)) return atom(field, 'nothing');
  if (reader.take(/is not null\b/i)) return atom(field, 'something');
  const literal = (): string => unescaped(reader.need(/"((?:[^"\\]|\\[^])*)"/)[1] ?? '');
  if (reader.take(/like\b/i)) {
    if (!reader.take(/\(/)) return atom(field, 'text', globOf(literal()), cased);
    return anyOf(list(reader, QUOTED).map((each) => atom(field, 'text', globOf(unescaped(each)), cased)));
  }
  if (reader.take(/rlike\b/i)) return atom(field, 'regex', literal());
  if (reader.take(/in\s*\(/i)) return anyOf(list(reader, VALUE).map((each) => atom(field, 'text', plain(each), cased)));
  const [, sign = ''] = reader.need(/(==|[<>]=?)/);
  const value = plain(reader.need(VALUE)[0]);
  return sign === '==' ? atom(field, 'text', value, cased) : atom(field, 'order', `${sign}${value}`);
}

const VALUE = /"(?:[^"\\]|\\[^])*"|-?[\w.]+/;

function plain(value: string): string {
  return value.startsWith('"') ? unescaped(value.slice(1, -1)) : value;
}

const KQL: Language = {
  question: (reader) => {
    if (reader.take(/coalesce\(/i)) return known(reader);
    const nothing = reader.take(/is(not)?(?:empty|null)\(/);
    if (nothing) {
      const name = kqlName(reader).name;
      reader.need(/\)/);
      return atom(name, nothing[1] === undefined ? 'nothing' : 'something');
    }
    if (reader.take(/ipv[46]_is_in_range\(/)) {
      const name = kqlName(reader).name;
      reader.need(/,/);
      const value = unescaped(reader.need(QUOTED)[1] ?? '');
      reader.need(/\)/);
      return atom(name, 'network', value);
    }
    const word = reader.take(QUOTED);
    if (word) return atom('', 'text', `${ANY}${unescaped(word[1] ?? '')}${ANY}`);
    return kqlTest(reader, kqlName(reader));
  },
};

interface KqlName {
  readonly name: string;
  /** KQL takes a name in quotes for a text. */
  readonly quoted: boolean;
}

function kqlName(reader: Reader): KqlName {
  const wrapped = reader.take(/tostring\(/i);
  const found = reader.need(/\[(["'])(.*?)\1\]|'([^']*)'|[\w.]+/);
  if (wrapped) reader.need(/\)/);
  return { name: found[2] ?? found[3] ?? found[0], quoted: found[3] !== undefined };
}

/** The pattern that a regular expression stands for, where it is one between anchors. */
function globOfRegex(source: string): string | undefined {
  const [, inside] = /^\(\?is\)\^([^]*)\$$/.exec(source) ?? [];
  if (inside === undefined || /(?<!\\)(?:\\\\)*[[\](){}+?|^$]|(?<!\.)\*/.test(inside)) return undefined;
  return inside.replaceAll(
    /\\([^])|\.\*|\./gu,
    (token, char: string | undefined) => char ?? (token === '.' ? ONE : ANY),
  );
}

function kqlTest(reader: Reader, { name, quoted }: KqlName): Tree {
  const ask = (asks: Atom['asks'], value: string, cased = false): Atom => ({
    ...atom(name, asks, value, cased),
    ...(quoted && { quoted }),
  });
  const literal = (): string => {
    const verbatim = reader.take(/@"((?:[^"]|"")*)"|@'((?:[^']|'')*)'/);
    return verbatim ? (verbatim[1] ?? verbatim[2] ?? '').replaceAll('""', '"') : plain(reader.need(VALUE)[0]);
  };
  if (reader.take(/matches regex\b/i)) {
    const source = literal();
    const glob = globOfRegex(source);
    return glob === undefined ? ask('regex', source) : ask('text', glob);
  }
  const test = reader.take(/(contains|startswith|endswith|has)(_cs)?\b/i);
  if (test) {
    const value = literal();
    const [before, after] = [test[1] !== 'startswith', test[1] !== 'endswith'];
    return ask('text', `${before ? ANY : ''}${value}${after ? ANY : ''}`, test[2] !== undefined);
  }
  const among = reader.take(/in(~)?\s*\(/i);
  if (among) return anyOf(list(reader, VALUE).map((each) => ask('text', plain(each), among[1] === undefined)));
  const [, sign = ''] = reader.need(/(=~|==|[<>]=?)/);
  const value = literal();
  return sign.startsWith('=') ? ask('text', value, sign === '==') : ask('order', `${sign}${value}`);
}

/** `coalesce(x, false)`. */
function known(reader: Reader): Tree {
  const part = reader.expression();
  reader.need(/,\s*false\s*\)/i);
  return { is: 'known', part };
}

/** Values between commas, up to the parenthesis that ends them. */
function list(reader: Reader, value: RegExp): string[] {
  const all: string[] = [];
  do {
    const found = reader.need(value);
    all.push(value === VALUE ? found[0] : value === QUOTED ? (found[1] ?? '') : found[0]);
  } while (reader.take(/,/));
  reader.need(/\)/);
  return all;
}
