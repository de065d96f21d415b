// SPDX-License-Identifier: Apache-2.0
import type { Comparison, Leaf } from '../sigma/expression.ts';
import { ANY, fold, plainText, type Text } from '../sigma/text.ts';
import { luceneRegex, luceneText } from './lucene-regex.ts';
import { formatNetwork, networkParts } from './network.ts';
import { type CompileOptions, mappedField } from './options.ts';
import { hasNoCase, meetsEmpty } from './pattern.ts';
import { refuse } from './problem.ts';
import { limited, type Search } from './search.ts';
import { type Dialect, negation, type Piece, whole, write } from './writer.ts';

/**
 * A query string of Elasticsearch (elastic.co/docs, "Query string query", "Regular expression syntax"). The index is chosen
 * beside the query, not in it.
 *
 * What a query string means depends on the mapping. Taken for given, unless `fields` says otherwise: every field is a
 * `keyword` whose case counts, as ECS has them, so values are matched by regular expressions in either case (which find
 * what is `folded`, too). Of `folded` fields, values and wildcards are written as they are, which is quicker, and no test
 * can ask for a case. `analysed` fields are refused, as their analyser decides what is found. No `ignore_above` cuts a
 * value off; a null is not indexed, so `exists` asks for a value. AND and OR have no precedence there: both together
 * always have parentheses; Lucene finds nothing by a negation alone, so it is taken from `*:*`.
 */
export function writeLucene({ expression }: Search, options: CompileOptions): string {
  const dialect: Dialect = {
    leaf: (leaf) => clause(leaf, options),
    not: negation,
    and: 'AND',
    or: 'OR',
    precedence: false,
    everything: '*:*',
  };
  const { text, binds } = write(expression, dialect);
  return binds === 'not' ? `*:* AND ${text}` : text;
}

/** `search.query.max_query_string_length` of OpenSearch 3, which counts characters: no more than there are bytes. */
const OPENSEARCH_MOST = 32_000;

/** The same in OpenSearch (docs.opensearch.org, "Query string query"), but for the length it takes. */
export function writeOpensearch(search: Search, options: CompileOptions): string {
  return limited(writeLucene(search, options), OPENSEARCH_MOST, search);
}

const OPERATORS: Readonly<Record<Comparison, string>> = { lt: '<', lte: '<=', gt: '>', gte: '>=' };

function clause(leaf: Leaf, options: CompileOptions): Piece {
  const { field, test, at } = leaf;
  const { name, type = 'keyword' } = field !== undefined ? mappedField(field, options) : mappedMessage(leaf, options);
  const term = escapedName(name);
  switch (test.is) {
    case 'null':
      return { text: `NOT _exists_:${term}`, binds: 'not' };
    case 'exists':
      return test.present ? whole(`_exists_:${term}`) : { text: `NOT _exists_:${term}`, binds: 'not' };
    case 'compare':
      if (type !== 'number')
        refuse('compare', `${name} is not known to be a number, and text is ordered as text`, at, TYPE);
      return whole(`${term}:${OPERATORS[test.operator]}${numeral(test.value)}`);
    case 'field':
      return refuse('fieldref', `it cannot compare a field with another, here ${test.other}`, at);
    case 'time':
      return refuse('time', `it cannot take the ${test.part} of a date in a field`, at);
    case 'cidr':
      if (type !== 'ip') refuse('cidr', `${name} is not known to be an address`, at, TYPE);
      return whole(`${term}:"${formatNetwork(networkParts(test.network))}"`);
    case 'text':
      if (test.text.length === 1 && test.text[0] === ANY) return whole(`_exists_:${term}`);
      return whole(`${term}:${textTerm(leaf, test.text, test.cased, type)}`);
    case 'regex': {
      refuseType(leaf, type);
      if (type === 'folded' && !test.flags.includes('i'))
        refuse('case', `the case of ${name} does not count in its index, but in the pattern`, at, TYPE);
      const pattern = slashed(luceneRegex(test.source, test.flags, at));
      return whole(meetsEmpty(test) ? `(_exists_:${term} AND ${term}:${pattern})` : `${term}:${pattern}`);
    }
  }
}

const TYPE = 'Say by `fields` how the field is stored.';

function mappedMessage({ at }: Leaf, { message, fields }: CompileOptions): ReturnType<typeof mappedField> {
  if (message === undefined)
    return refuse(
      'keyword',
      'a term without a field is matched by analysed words, not by text',
      at,
      'Name the field that has the message.',
    );
  return fields && Object.hasOwn(fields, message) ? mappedField(message, { fields }) : { name: message };
}

function textTerm(leaf: Leaf, text: Text, cased: boolean, type: string): string {
  const plain = plainText(text);
  if (type === 'number' || type === 'ip') {
    if (plain === undefined || (type === 'number' && String(Number(plain)) !== plain)) return refuseType(leaf, type);
    return `"${quotedText(plain)}"`;
  }
  refuseType(leaf, type);
  const caseless = text.every((part) => typeof part !== 'string' || hasNoCase(part));
  if (cased && type === 'folded' && !caseless)
    refuse('case', `the case of ${leaf.field ?? 'the message'} does not count in its index`, leaf.at, TYPE);
  if (type === 'keyword' && !cased && !caseless) return slashed(luceneText(text, true, leaf.at));
  const own = (literal: string): string => (type === 'folded' ? fold(literal) : literal);
  if (plain !== undefined) return `"${quotedText(own(plain))}"`;
  return text.map((part) => (typeof part === 'string' ? escapedText(own(part)) : part === ANY ? '*' : '?')).join('');
}

function refuseType({ field, at }: Leaf, type: string): never | '' {
  if (type === 'folded' || type === 'keyword') return '';
  return refuse('type', `${field ?? 'the message'} is stored as ${type}, which keeps no whole text`, at, TYPE);
}

/** A backslash before the last slash would be taken for its escape, whatever stands before: `()`, nothing, keeps them apart. */
function slashed(pattern: string): string {
  return `/${pattern.replaceAll('/', String.raw`\/`)}${pattern.endsWith('\\') ? '()' : ''}/`;
}

function numeral(value: number): string {
  return value < 0 ? `\\${value}` : String(value);
}

function quotedText(text: string): string {
  return text.replaceAll(/["\\]/g, String.raw`\$&`);
}

/** Any character can be escaped; `<` and `>` only mean something at the beginning of a term without wildcards, which is always quoted here. */
function escapedText(text: string): string {
  return text.replaceAll(/[^\p{L}\p{N}_.,;%$#@'`]/gu, String.raw`\$&`);
}

function escapedName(name: string): string {
  return name.replaceAll(/[^\p{L}\p{N}_.@]/gu, String.raw`\$&`);
}
