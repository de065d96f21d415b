// SPDX-License-Identifier: Apache-2.0
import type { Comparison, Leaf } from '../sigma/expression.ts';
import { ANY, plainText } from '../sigma/text.ts';
import { networkParts, octetPattern } from './network.ts';
import { type CompileOptions, type FieldMapping, mappedField } from './options.ts';
import { hasNoCase, meetsEmpty, patternOf, withFlags } from './pattern.ts';
import { refuse } from './problem.ts';
import { limited, type Search } from './search.ts';
import { type Dialect, type Piece, whole, write } from './writer.ts';

/**
 * Grafana LogQL (grafana.com/docs/loki, "Log queries", "Label filter expression", "json"): `from` is a stream selector, the
 * lines are JSON, and the fields are labels, named as the parser names them (`a.b` is `a_b`, what is neither letter nor
 * digit is `_`). There is no `not`: it is pushed down to the filters. Regular expressions are RE2 and match whole values;
 * their anchors are written nevertheless: without, some versions take `(?i)a` and `a.*` for text to look for anywhere, or in
 * one case only (pkg/logql/log/filter.go, `simplify`).
 * A missing label is an empty one, so what asks for either is refused unless `emptyIsMissing` says that there is no empty text.
 *
 * Taken for given: no two fields have names that become one label, and no stream has labels of the names of fields; the
 * parser leaves lists out.
 */
export function writeLogql(search: Search, options: CompileOptions): string {
  const { expression, from, at } = search;
  if (from === undefined)
    return refuse(
      'container',
      'no stream selector is named',
      at,
      'Name it by `from`, or by a source: {job="windows"}.',
    );
  const dialect: Dialect = {
    leaf: (leaf, { negated }) => filter(leaf, negated, options),
    and: 'and',
    or: 'or',
    precedence: false,
  };
  return limited(`${from} | json | ${write(expression, dialect).text}`, MOST, search);
}

/** `maxInputSize` of the parser (grafana/loki, pkg/logql/syntax/parser.go). */
const MOST = 131_072;
const OPERATORS: Readonly<Record<Comparison, string>> = { lt: '<', lte: '<=', gt: '>', gte: '>=' };
const OPPOSITES: Readonly<Record<Comparison, string>> = { lt: '>=', lte: '>', gt: '<=', gte: '<' };
const TYPE = 'Say by `fields` that it is a number.';

function filter(leaf: Leaf, negated: boolean, options: CompileOptions): Piece {
  const { test, at } = leaf;
  const { name: label, type } = labelOf(leaf, options);
  const equals = (value: string): string => `${label}${negated ? '!=' : '='}${string(value)}`;
  const matches = (flags: string, pattern: string): string =>
    `${label}${negated ? '!~' : '=~'}${string(withFlags(`^${pattern}$`, flags))}`;
  /** Where the empty text meets the test, a missing label would, too. */
  const present = (text: string): Piece => {
    if (!meetsEmpty(test)) return whole(text);
    refuseEmpty(leaf, options);
    return negated
      ? { text: `${label}="" or ${text}`, binds: 'or' }
      : { text: `${label}!="" and ${text}`, binds: 'and' };
  };
  switch (test.is) {
    case 'null':
    case 'exists': {
      refuseEmpty(leaf, options);
      const empty = (test.is === 'null' || !test.present) !== negated;
      return whole(`${label}${empty ? '=' : '!='}""`);
    }
    case 'text': {
      const plain = plainText(test.text);
      if (test.text.length === 1 && test.text[0] === ANY) {
        refuseEmpty(leaf, options);
        return whole(`${label}${negated ? '=' : '!='}""`);
      }
      if (plain !== undefined && (test.cased || hasNoCase(plain))) return present(equals(plain));
      return present(matches(test.cased ? 's' : 'is', patternOf(test.text)));
    }
    case 'regex':
      return present(matches('', `(?s:.*)(?:${withFlags(test.source, test.flags)})(?s:.*)`));
    case 'cidr': {
      const parts = networkParts(test.network);
      if (parts.version === 6)
        return refuse(
          'cidr',
          `${test.network} is a network of IPv6, for which it has a filter that looks within text only`,
          at,
        );
      return whole(matches('i', `(?:(?:::|(?:0{1,4}:){5})ffff:)?${octetPattern(parts)}`));
    }
    case 'compare':
      if (type !== 'number')
        return refuse(
          'compare',
          `its orders hold for what is no number, and ${label} is not known to be one`,
          at,
          TYPE,
        );
      // A missing label meets no order.
      return negated
        ? { text: `${label}="" or ${label} ${OPPOSITES[test.operator]} ${test.value}`, binds: 'or' }
        : whole(`${label} ${OPERATORS[test.operator]} ${test.value}`);
    case 'field':
      return refuse('fieldref', `it cannot compare a field with another, here ${test.other}`, at);
    case 'time':
      return refuse('time', `it cannot take the ${test.part} of a date in a field`, at);
  }
}

function refuseEmpty({ test, at }: Leaf, { emptyIsMissing }: CompileOptions): void {
  if (emptyIsMissing === true && !(test.is === 'text' && plainText(test.text) === '')) return;
  refuse(
    test.is === 'null' || test.is === 'exists' ? test.is : 'empty',
    'it cannot tell a field that is empty from one that is missing',
    at,
    'If no field holds empty text, say so by `emptyIsMissing`.',
  );
}

/** Words of the language, which it knows whatever their case (grafana/loki, pkg/logql/syntax/lex.go). */
const RESERVED: ReadonlySet<string> = new Set(
  'and bool by count_over_time decolorize distinct drop group_left group_right ignoring ip json keep label_format label_replace line_format logfmt offset on or pattern regexp unless unpack unwrap variants without'.split(
    ' ',
  ),
);

function labelOf({ field, at }: Leaf, options: CompileOptions): FieldMapping {
  const { name, ...stored } =
    field !== undefined
      ? mappedField(field, options)
      : {
          name:
            options.message ??
            refuse(
              'keyword',
              'filters of lines see JSON as it is escaped, not the values',
              at,
              'Name the label that has the message.',
            ),
        };
  const label = name.replaceAll(/[^A-Za-z0-9_]/g, '_').replace(/^(?=\d)/, '_');
  return RESERVED.has(label.toLowerCase())
    ? refuse('name', `${label} is a word of the language and no label`, at)
    : { ...stored, name: label };
}

/** As a string of Go: quotes and backslashes escaped, control characters by number. */
function string(text: string): string {
  const written = text
    .replaceAll(/[\\"]/g, String.raw`\$&`)
    .replaceAll(/[\0-\x1f\x7f]/g, (char) => String.raw`\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`);
  return `"${written}"`;
}
