// SPDX-License-Identifier: Apache-2.0
import type { Comparison, Leaf } from '../sigma/expression.ts';
import { ANY, plainText, type Text } from '../sigma/text.ts';
import { formatNetwork, mappedNetwork, networkParts } from './network.ts';
import { type CompileOptions, type FieldMapping, mappedField } from './options.ts';
import { affixOf, meetsEmpty, patternOf, withFlags } from './pattern.ts';
import { refuse } from './problem.ts';
import type { Search } from './search.ts';
import { type Dialect, whole, write } from './writer.ts';

/**
 * Microsoft KQL (learn.microsoft.com/kusto/query: "String operators", "String data type", "Regex syntax"). `contains` and its
 * kin look for text, `has` for words, so it is not used. A column of type string is never null: empty and missing are
 * one, so what asks for either is refused unless `emptyIsMissing` says that there is no empty text.
 *
 * Taken for given: columns are strings, but for those of type `number` and `dynamic` paths into a property bag, which are
 * put through `tostring`, and in which a list counts as one value; a bag knows what is missing, what is null and what is
 * empty. `\b` and `\w` of its regular expressions know the letters of all languages, not ASCII's alone.
 */
export function writeKql({ expression, from, at }: Search, options: CompileOptions): string {
  if (from === undefined) return refuse('container', 'no table is named', at, 'Name it by `from`, or by a source.');
  const dialect: Dialect = {
    leaf: (leaf) => whole(question(leaf, options)),
    not: ({ text }) => whole(`not(${text})`),
    and: 'and',
    or: 'or',
    precedence: true,
  };
  return `${from}\n| where ${write(expression, dialect).text}`;
}

const OPERATORS: Readonly<Record<Comparison, string>> = { lt: '<', lte: '<=', gt: '>', gte: '>=' };
const AFFIXES = { contains: 'contains', startswith: 'startswith', endswith: 'endswith' } as const;

function question(leaf: Leaf, options: CompileOptions): string {
  const { field, test, at } = leaf;
  const mapping =
    field !== undefined
      ? mappedField(field, options)
      : {
          name:
            options.message ??
            refuse('keyword', 'a table has no column of all text', at, 'Name the column that has the message.'),
        };
  if (mapping.type === 'number') return numberQuestion(quotedName(mapping.name), leaf);
  const { x, value, has } = columnOf(mapping);
  /** That there is a value, where the test alone does not say so. */
  const isThere = (): string => {
    if (value === undefined) refuseEmpty(leaf, options);
    return value === undefined ? `isnotempty(${x})` : `isnotnull(${value})`;
  };
  const present = (condition: string): string => (meetsEmpty(test) ? `(${isThere()} and ${condition})` : condition);
  switch (test.is) {
    case 'null':
      if (value !== undefined) return `isnull(${value})`;
      refuseEmpty(leaf, options);
      return `isempty(${x})`;
    case 'exists':
      if (has !== undefined) return test.present ? has : `not(${has})`;
      refuseEmpty(leaf, options);
      return `${test.present ? 'isnotempty' : 'isempty'}(${x})`;
    case 'text':
      if (test.text.length === 1 && test.text[0] === ANY) return isThere();
      return present(textQuestion(x, test.text, test.cased));
    case 'regex':
      return present(`${x} matches regex ${string(withFlags(test.source, test.flags))}`);
    case 'cidr': {
      const parts = networkParts(test.network);
      const v6 = parts.version === 6 ? formatNetwork(parts) : mappedNetwork(parts);
      const own = `coalesce(ipv6_is_in_range(${x}, ${string(v6)}), false)`;
      return parts.version === 6
        ? own
        : `(coalesce(ipv4_is_in_range(${x}, ${string(formatNetwork(parts))}), false) or ${own})`;
    }
    case 'compare':
      return `coalesce(todouble(${x}) ${OPERATORS[test.operator]} ${test.value}, false)`;
    case 'field': {
      const { x: y, value: other } = columnOf(mappedField(test.other, options));
      if (value === undefined || other === undefined) refuseEmpty(leaf, options);
      const operator =
        test.part === 'whole' ? (test.cased ? '==' : '=~') : `${AFFIXES[test.part]}${test.cased ? '_cs' : ''}`;
      const otherIsThere = other === undefined ? `isnotempty(${y})` : `isnotnull(${other})`;
      return `(${isThere()} and ${otherIsThere} and ${x} ${operator} ${y})`;
    }
    case 'time':
      return refuse('time', `it cannot take the ${test.part} of a date in a column without knowing its type`, at);
  }
}

function textQuestion(x: string, text: Text, cased: boolean): string {
  const affix = affixOf(text);
  if (!affix) return `${x} matches regex ${string(`(?${cased ? '' : 'i'}s)^${patternOf(text)}$`)}`;
  const value = string(affix.literal);
  if (!affix.before && !affix.after) return `${x} ${cased ? '==' : '=~'} ${value}`;
  const operator = affix.before ? (affix.after ? 'contains' : 'endswith') : 'startswith';
  return `${x} ${operator}${cased ? '_cs' : ''} ${value}`;
}

/** A number can be missing, but never empty. */
function numberQuestion(x: string, { test, at }: Leaf): string {
  if (test.is === 'null') return `isnull(${x})`;
  if (test.is === 'exists') return `${test.present ? 'isnotnull' : 'isnull'}(${x})`;
  if (test.is === 'compare') return `coalesce(${x} ${OPERATORS[test.operator]} ${test.value}, false)`;
  const plain = test.is === 'text' ? plainText(test.text) : undefined;
  if (plain === undefined || String(Number(plain)) !== plain)
    return refuse('type', 'a column of numbers can only be compared with numbers', at);
  return `coalesce(${x} == ${plain}, false)`;
}

function refuseEmpty({ test, at }: Leaf, { emptyIsMissing }: CompileOptions): void {
  if (emptyIsMissing === true && !(test.is === 'text' && plainText(test.text) === '')) return;
  const construct = test.is === 'null' || test.is === 'exists' ? test.is : test.is === 'field' ? 'fieldref' : 'empty';
  refuse(
    construct,
    'it cannot tell a column that is empty from one that is missing',
    at,
    'If no field holds empty text, say so by `emptyIsMissing`.',
  );
}

/** Words that cannot be names as they are. */
const RESERVED: ReadonlySet<string> = new Set(
  'and as asc between bool by contains datetime declare desc dynamic endswith evaluate extend false from guid has hint in int join kind let limit long materialize not null of on or order print project range real set startswith string summarize table take timespan to toscalar true union where with'.split(
    ' ',
  ),
);

function quotedName(name: string): string {
  return /^[A-Za-z_]\w*$/.test(name) && !RESERVED.has(name.toLowerCase()) ? name : `[${string(name)}]`;
}

interface Column {
  /** As text. */
  readonly x: string;
  /** Of a bag: the value as it is, and whether the key is there. */
  readonly value?: string;
  readonly has?: string;
}

/** `EventData.Image` of type `dynamic`: a column, then keys. */
function columnOf({ name, type }: FieldMapping): Column {
  const [column = '', ...keys] = name.split('.');
  const key = keys.pop();
  if (type !== 'dynamic' || key === undefined) return { x: quotedName(name) };
  const bag = quotedName(column) + keys.map((each) => `[${string(each)}]`).join('');
  const value = `${bag}[${string(key)}]`;
  return { x: `tostring(${value})`, value, has: `coalesce(bag_has_key(${bag}, ${string(key)}), false)` };
}

/** Quotes, backslashes and what ends a line are escaped, other control characters and line separators numbered. */
function string(text: string): string {
  const written = text.replaceAll(
    /[\\"]|[\0-\x1f\x7f-\x9f\u2028\u2029]/g,
    (char) => SHORT[char] ?? String.raw`\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return `"${written}"`;
}

const SHORT: Readonly<Record<string, string>> = {
  '\\': String.raw`\\`,
  '"': String.raw`\"`,
  '\n': String.raw`\n`,
  '\r': String.raw`\r`,
  '\t': String.raw`\t`,
};
