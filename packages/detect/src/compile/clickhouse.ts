// SPDX-License-Identifier: Apache-2.0
import { ANY, ONE, type Text } from '../sigma/text.ts';
import { formatNetwork, mappedNetwork, networkParts } from './network.ts';
import type { CompileOptions } from './options.ts';
import { limited, type Search } from './search.ts';
import { type SqlDialect, writeSql } from './sql.ts';

/**
 * ClickHouse (clickhouse.com/docs, "Functions for searching in strings", "JSON functions", "Functions for IP addresses").
 * Regular expressions are RE2; there `.` matches newlines unless told not to. `ilike` and `lower` know ASCII or the
 * locale's letters only, so `lowerUTF8` it is. Expects short_circuit_function_evaluation as it is by default: functions on
 * addresses throw on what is none. No function visits all values of a JSON text, so keywords are sought in its tokens.
 */
export function writeClickhouse(search: Search, options: CompileOptions): string {
  return limited(writeSql(search, CLICKHOUSE, options), MOST, search);
}

/** `max_query_size`, as it is by default; a query cannot raise its own. */
const MOST = 262_144;

/** A string of a JSON text, with the colon where it is a key; or another value. Null is none: it is no word. */
const TOKEN = String.raw`("(?:[^"\\]|\\.)*")(\s*:)?|(-?[0-9][0-9.eE+-]*|true|false)`;

export const CLICKHOUSE: SqlDialect = {
  string,
  identifier: (name) => `\`${name.replaceAll(/[\\`]/g, String.raw`\$&`)}\``,
  lower: (x) => `lowerUTF8(${x})`,
  like: (x, text) => `${x} LIKE ${string(likePattern(text))}`,
  matches: (x, source, flags) => `match(${x}, ${string(`(?${flags}${flags.includes('s') ? '' : '-s'})${source}`)})`,
  isIn: (x, network) => {
    const parts = networkParts(network);
    const v6 = parts.version === 6 ? formatNetwork(parts) : mappedNetwork(parts);
    // An address of a link may name its interface, as `fe80::1%12` on Windows.
    const bare = `replaceRegexpOne(${x}, '%[0-9A-Za-z.:-]+$', '')`;
    const own = `(isIPv6String(${bare}) AND isIPAddressInRange(${bare}, ${string(v6)}))`;
    if (parts.version === 6) return own;
    return `((isIPv4String(${x}) AND isIPAddressInRange(${x}, ${string(formatNetwork(parts))})) OR ${own})`;
  },
  number: (x, pattern) => `toFloat64OrNull(regexpExtract(${x}, ${string(pattern)}, 1))`,
  week: (x) => `toISOWeek(toDate32OrNull(regexpExtract(${x}, '^([0-9]{4}-[0-9]{2}-[0-9]{2})', 1)))`,
  affix: (x, y, part) =>
    part === 'contains'
      ? `position(${x}, ${y}) > 0`
      : `${{ startswith: 'startsWith', endswith: 'endsWith' }[part]}(${x}, ${y})`,
  some: (list, item, condition) => `arrayExists(${item} -> ifNull(${condition}, 0), ${list})`,
  part: partOf,
  values,
  words: (json) =>
    `arrayMap(t -> JSONExtractString(concat(t[1], t[3])), arrayFilter(t -> t[2] = '', extractAllGroupsVertical(${json}, ${string(TOKEN)})))`,
  texts: (list) =>
    `arrayMap(v -> JSONExtractString(v), arrayFilter(v -> JSONType(v) NOT IN ('Object', 'Array', 'Null'), ${list}))`,
  folded: (list) => `arrayMap(v -> lowerUTF8(v), ${list})`,
  isPresent: () => '1',
  isNotNull: (value) => `JSONType(${value}) != 'Null'`,
  text: (column) => `toString(${column})`,
  without: (names) => `EXCEPT (${names.join(', ')})`,
  lists: {
    length: (list) => `length(${list})`,
    joined: (list) => `arrayStringConcat(${list}, '\\n')`,
    // Alone, groupArray would leave out nulls.
    collected: (value) => `arrayMap(t -> t.2, arraySort(t -> t.1, groupArray((i, ${value}))))`,
    slice: (list, from, to) => `arraySlice(${list}, ${from}, ${to} - ${from} + 1)`,
    distinct: (list) => `arrayDistinct(${list})`,
    sorted: (list) => `arraySort(${list})`,
    present: (list) => `arrayMap(y -> assumeNotNull(y), arrayFilter(y -> y IS NOT NULL, ${list}))`,
    folded: (list, start, step) => `arrayFold((a, b) -> ${step}, ${list}, ${start})`,
    windows: (times, span) =>
      `arrayFold((a, b) -> arrayPushBack(a, if(length(a) = 0 OR b > a[-1] + ${span}, b, a[-1])), ${times}, emptyArrayInt64())`,
    bound: (name, value, expression) => `arrayMap(${name} -> ${expression}, [${value}])[1]`,
    tuple: (values) => `toJSONString([${values.join(', ')}])`,
    nothing: "CAST(NULL, 'Nullable(String)')",
    longest: 2 ** 31 - 1,
  },
};

function string(text: string): string {
  return `'${text.replaceAll(/[\\']/g, String.raw`\$&`).replaceAll('\0', String.raw`\0`)}'`;
}

function likePattern(text: Text): string {
  return text
    .map((part) => (part === ANY ? '%' : part === ONE ? '_' : part.replaceAll(/[%_\\]/g, String.raw`\$&`)))
    .join('');
}

/** Each value as the JSON it is; none where the key is missing. */
function values(name: string, part: (key: string) => string): string {
  const [first = '', ...rest] = name.split('.');
  const own = items(part(name));
  if (rest.length === 0) return own;
  let walked = items(part(first));
  for (const key of rest) walked = `arrayFlatten(arrayMap(v -> ${items(partOf('v', key))}, ${walked}))`;
  return `if(${part(name)} != '', ${own}, ${walked})`;
}

/** As text; empty where the key is missing, as no JSON is. */
function partOf(json: string, key: string): string {
  return `JSONExtractRaw(${json}, ${string(key)})`;
}

function items(value: string): string {
  return `multiIf(${value} = '', [], JSONType(${value}) = 'Array', JSONExtractArrayRaw(${value}), [${value}])`;
}
