// SPDX-License-Identifier: Apache-2.0
import { and, type Leaf, leavesOf, type Comparison, type Expression } from '../sigma/expression.ts';
import { ANY, plainText } from '../sigma/text.ts';
import { formatNetwork, mappedNetwork, networkParts } from './network.ts';
import { type CompileOptions, mappedField } from './options.ts';
import { hasNoCase, patternOf } from './pattern.ts';
import { perlRegex } from './perl-regex.ts';
import { refuse } from './problem.ts';
import type { Search } from './search.ts';
import { type Dialect, negation, partsOf, type Piece, type Standing, whole, write } from './writer.ts';

/**
 * Splunk SPL (Search Reference: "search", "where", "Text functions"; PCRE 2). What terms of a search can say goes before the
 * first pipe, where the index answers it: they compare whatever the case, know `*` (which nothing escapes) and no other
 * wildcard, and `NOT field=x` holds for a missing field. The rest becomes a `where`, whose functions are three-valued, so
 * each asks for the field first where a `not` is above. In a search OR binds closer than AND: both are always put in
 * parentheses. Backticks would call a macro, so values with them go to `where`, where a regular expression can name them
 * by number.
 *
 * Taken for given: fields are extracted at search time, a null is not stored, a field with several values is met by any of them.
 */
export function writeSplunk({ expression, from = 'index=*' }: Search, options: CompileOptions): string {
  const parts = partsOf(expression);
  const terms = parts.filter((part) => isSearchable(part, options));
  const rest = parts.filter((part) => !isSearchable(part, options));
  const lines = [from];
  if (terms.length > 0) lines[0] += ` ${inSearch(write(and(terms), searchDialect(options)))}`;
  if (rest.length > 0) lines.push(`where ${write(and(rest), whereDialect(options)).text}`);
  return lines.join('\n| ');
}

function inSearch({ text, binds }: Piece): string {
  return binds === 'or' ? `(${text})` : text;
}

function isSearchable(expression: Expression, options: CompileOptions): boolean {
  return leavesOf(expression).every((leaf) => isTerm(leaf, options));
}

function isTerm({ field, test }: Leaf, { message }: CompileOptions): boolean {
  if (field === undefined && message === undefined) return true;
  if (test.is === 'null' || test.is === 'exists') return true;
  return (
    test.is === 'text' &&
    (!test.cased || test.text.every((part) => typeof part !== 'string' || hasNoCase(part))) &&
    test.text.every((part) => (typeof part === 'string' ? !/[*`\0-\x1f\x7f]/.test(part) : part === ANY))
  );
}

function searchDialect(options: CompileOptions): Dialect {
  return {
    leaf: (leaf) => term(leaf, options),
    not: negation,
    and: 'AND',
    or: 'OR',
    precedence: false,
  };
}

function term(leaf: Leaf, options: CompileOptions): Piece {
  const { test } = leaf;
  const name = nameOf(leaf, options);
  const field = /^[\w.{}@-]+$/.test(name) ? name : `"${name}"`;
  if (test.is === 'null') return { text: `NOT ${field}=*`, binds: 'not' };
  if (test.is === 'exists') return test.present ? whole(`${field}=*`) : { text: `NOT ${field}=*`, binds: 'not' };
  if (test.is !== 'text') throw new Error(`${test.is} is no term`);
  if (test.text.length === 1 && test.text[0] === ANY) return whole(`${field}=*`);
  const value = test.text.map((part) => (typeof part === 'string' ? escaped(part) : '*')).join('');
  return whole(`${field}="${value}"`);
}

function whereDialect(options: CompileOptions): Dialect {
  return {
    leaf: (leaf, standing) => evaluation(leaf, standing, options),
    not: negation,
    and: 'AND',
    or: 'OR',
    precedence: false,
  };
}

const OPERATORS: Readonly<Record<Comparison, string>> = { lt: '<', lte: '<=', gt: '>', gte: '>=' };

function evaluation(leaf: Leaf, standing: Standing, options: CompileOptions): Piece {
  const { test, at } = leaf;
  const field = `'${nameOf(leaf, options)}'`;
  const guarded = (condition: string, value = field): Piece =>
    standing.beneathNot ? whole(`(isnotnull(${value}) AND ${condition})`) : whole(condition);
  switch (test.is) {
    case 'null':
      return whole(`isnull(${field})`);
    case 'exists':
      return whole(`${test.present ? 'isnotnull' : 'isnull'}(${field})`);
    case 'text': {
      const plain = plainText(test.text);
      if (plain !== undefined && test.cased) return guarded(`${field}=${string(plain, leaf)}`);
      if (test.text.length === 1 && test.text[0] === ANY) return whole(`isnotnull(${field})`);
      const flags = test.cased ? '(?s)' : '(?is)';
      return guarded(`match(${field}, ${pattern(String.raw`${flags}\A${patternOf(test.text)}\z`)})`);
    }
    case 'regex':
      return guarded(`match(${field}, ${pattern(perlRegex(test.source, test.flags, at))})`);
    case 'cidr': {
      const parts = networkParts(test.network);
      const own = `cidrmatch("${formatNetwork(parts)}", ${field})`;
      return guarded(parts.version === 6 ? own : `(${own} OR cidrmatch("${mappedNetwork(parts)}", ${field}))`);
    }
    case 'compare':
      return guarded(`tonumber(${field}) ${OPERATORS[test.operator]} ${test.value}`, `tonumber(${field})`);
    case 'field': {
      if (test.part !== 'whole')
        return refuse('fieldref', `it cannot look for the value of ${test.other} within another`, at);
      const other = `'${checkedName(mappedField(test.other, options).name, leaf)}'`;
      const condition = test.cased ? `${field}=${other}` : `lower(${field})=lower(${other})`;
      return standing.beneathNot
        ? whole(`(isnotnull(${field}) AND isnotnull(${other}) AND ${condition})`)
        : whole(condition);
    }
    case 'time':
      return refuse('time', `it cannot take the ${test.part} of a date in a field without knowing its format`, at);
  }
}

function nameOf(leaf: Leaf, options: CompileOptions): string {
  if (leaf.field !== undefined) return checkedName(mappedField(leaf.field, options).name, leaf);
  if (options.message !== undefined) return checkedName(options.message, leaf);
  return refuse(
    'keyword',
    'a term without a field is matched by words, not by text',
    leaf.at,
    'Name the field that has the message, `_raw` for all of it.',
  );
}

function checkedName(name: string, { at }: Leaf): string {
  return /["'`\\]/.test(name) ? refuse('name', `the name ${name} cannot be put in quotes`, at) : name;
}

function escaped(text: string): string {
  return text.replaceAll(/["\\]/g, String.raw`\$&`);
}

function string(text: string, { at }: Leaf): string {
  if (/[`\0-\x1f\x7f]/.test(text))
    refuse('character', 'a text that is compared cannot hold backticks and control characters', at);
  return `"${escaped(text)}"`;
}

/** Characters that could not be written as themselves are, as PCRE, numbers. */
function pattern(source: string): string {
  const numbered = source.replaceAll(/\\\\|\\?([`\0-\x1f\x7f])/g, (all, char: string | undefined) =>
    char === undefined ? all : String.raw`\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
  return `"${escaped(numbered)}"`;
}
