// SPDX-License-Identifier: Apache-2.0
import type { Comparison, Leaf } from '../sigma/expression.ts';
import { ANY, fold, mapLiterals, plainText, type Text } from '../sigma/text.ts';
import { luceneRegex } from './lucene-regex.ts';
import { formatNetwork, networkParts } from './network.ts';
import { type CompileOptions, mappedField } from './options.ts';
import { foldsAlike, hasNoCase } from './pattern.ts';
import { refuse } from './problem.ts';
import { limited, type Search } from './search.ts';
import { type Dialect, negation, type Piece, type Standing, whole, write } from './writer.ts';

/**
 * Elastic ES|QL (elastic.co/docs, "ES|QL operators", "functions", "lexical structure"): logic is three-valued, so a test is
 * made false where it is unknown and a `not` is above it. Regular expressions are Lucene's, on whole values.
 *
 * Taken for given: every field asked is in the mapping (an unknown one is an error, not a silent miss), as text but for
 * types `number` and `ip`, and has one value: functions make null of several (MV_EXPAND takes them apart). A null is not stored.
 */
export function writeEsql(search: Search, options: CompileOptions): string {
  const { expression, from = 'logs-*' } = search;
  const dialect: Dialect = {
    leaf: (leaf, standing) => question(leaf, standing, options),
    not: negation,
    and: 'AND',
    or: 'OR',
    precedence: true,
  };
  return limited(`FROM ${from}\n| WHERE ${write(expression, dialect).text}`, MOST, search);
}

/** In characters (elastic.co/docs, "ES|QL limitations"; the parser's MAX_LENGTH). */
const MOST = 1_000_000;
const OPERATORS: Readonly<Record<Comparison, string>> = { lt: '<', lte: '<=', gt: '>', gte: '>=' };

function question(leaf: Leaf, { beneathNot }: Standing, options: CompileOptions): Piece {
  const { field, test, at } = leaf;
  const { name, type } =
    field !== undefined
      ? mappedField(field, options)
      : {
          name:
            options.message ??
            refuse('keyword', 'columns cannot be searched all at once', at, 'Name the field that has the message.'),
        };
  const x = quotedName(name);
  const known = (condition: string): Piece => whole(beneathNot ? `COALESCE(${condition}, false)` : condition);
  switch (test.is) {
    case 'null':
      return whole(`${x} IS NULL`);
    case 'exists':
      return whole(`${x} IS ${test.present ? 'NOT ' : ''}NULL`);
    case 'text':
      if (test.text.length === 1 && test.text[0] === ANY) return whole(`${x} IS NOT NULL`);
      if (type === 'number' || type === 'ip') return known(exactQuestion(x, type, test.text, leaf));
      return known(textQuestion(x, test.text, test.cased, leaf));
    case 'regex':
      if (type === 'number' || type === 'ip') return refuse('type', `${name} is stored as ${type}, not as text`, at);
      return known(`${x} RLIKE ${string(luceneRegex(test.source, test.flags, at))}`);
    case 'cidr':
      return known(`CIDR_MATCH(${type === 'ip' ? x : `TO_IP(${x})`}, "${formatNetwork(networkParts(test.network))}")`);
    case 'compare':
      return known(`${type === 'number' ? x : `TO_DOUBLE(${x})`} ${OPERATORS[test.operator]} ${test.value}`);
    case 'field': {
      const own = quotedName(mappedField(test.other, options).name);
      const [a, b] = test.cased ? [x, own] : [`TO_LOWER(${x})`, `TO_LOWER(${own})`];
      const conditions = {
        whole: `${a} == ${b}`,
        contains: `LOCATE(${a}, ${b}) > 0`,
        startswith: `STARTS_WITH(${a}, ${b})`,
        endswith: `ENDS_WITH(${a}, ${b})`,
      };
      return known(conditions[test.part]);
    }
    case 'time':
      return refuse('time', `it cannot take the ${test.part} of a date in a field without knowing its type`, at);
  }
}

function exactQuestion(x: string, type: 'number' | 'ip', text: Text, { at }: Leaf): string {
  const plain = plainText(text);
  if (plain === undefined || (type === 'number' && String(Number(plain)) !== plain))
    return refuse('type', `a field of type ${type} can only be compared with a whole ${type}`, at);
  return type === 'number' ? `${x} == ${plain}` : `${x} == TO_IP(${string(plain)})`;
}

function textQuestion(x: string, text: Text, cased: boolean, { at }: Leaf): string {
  const caseless = cased || text.every((part) => typeof part !== 'string' || hasNoCase(part));
  if (!caseless && !foldsAlike(text))
    refuse('case', 'it folds the letters Σ and İ in another way than Sigma', at, 'Use `cased`.');
  const value = caseless ? x : `TO_LOWER(${x})`;
  const wanted = caseless ? text : mapLiterals(text, fold);
  const plain = plainText(wanted);
  if (plain !== undefined) return `${value} == ${string(plain)}`;
  const pattern = wanted
    .map((part) => (typeof part === 'string' ? part.replaceAll(/[\\*?]/g, String.raw`\$&`) : part === ANY ? '*' : '?'))
    .join('');
  return `${value} LIKE ${string(pattern)}`;
}

/** Words that cannot be names as they are. */
const RESERVED: ReadonlySet<string> = new Set(
  'and as asc by desc false first from in is last like limit metadata not null nulls on or rlike true where with'.split(
    ' ',
  ),
);

function quotedName(name: string): string {
  const simple = name.split('.').every((part) => /^[A-Za-z_@]\w*$/.test(part) && !RESERVED.has(part.toLowerCase()));
  return simple ? name : `\`${name.replaceAll('`', '``')}\``;
}

const SHORT: Readonly<Record<string, string>> = {
  '\\': String.raw`\\`,
  '"': String.raw`\"`,
  '\n': String.raw`\n`,
  '\r': String.raw`\r`,
  '\t': String.raw`\t`,
};

function string(text: string): string {
  return `"${text.replaceAll(/[\\"\n\r\t]/g, (char) => SHORT[char] ?? char)}"`;
}
