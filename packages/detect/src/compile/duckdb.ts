// SPDX-License-Identifier: Apache-2.0
import { ANY, ONE, type Text } from '../sigma/text.ts';
import { formatNetwork, groupsOf, type NetworkParts, networkParts, OCTET, octetPattern } from './network.ts';
import type { CompileOptions } from './options.ts';
import { affixOf, withFlags } from './pattern.ts';
import type { Search } from './search.ts';
import { type SqlDialect, writeSql } from './sql.ts';

/**
 * DuckDB (1.3 and later, for `lambda x:`; duckdb.org/docs/stable/sql, "Pattern Matching", "JSON Processing Functions",
 * "Lambda Functions"). Regular expressions are RE2, as Sigma's are here. `lower` folds by code points.
 *
 * Numbers are compared as they are written in the JSON, so 4.0 is not "4".
 */
export function writeDuckdb(search: Search, options: CompileOptions): string {
  return writeSql(search, DUCKDB, options);
}

const ESCAPE = '!';

/**
 * A string of a JSON text, with the colon where it is a key; or another value, but null, which is no word. The path
 * `$.**` would hold each object once more for every level that it lies in.
 */
const TOKEN = String.raw`"(?:[^"\\]|\\.)*"(?:\s*:)?|-?[0-9][0-9.eE+-]*|true|false`;

export const DUCKDB: SqlDialect = {
  string,
  identifier: (name) => `"${name.replaceAll('"', '""')}"`,
  lower: (x) => `lower(${x})`,
  like,
  matches: (x, source, flags) => `regexp_matches(${x}, ${string(withFlags(source, flags))})`,
  isIn: (x, network) => {
    const parts = networkParts(network);
    if (parts.version === 6) return isInV6(x, parts);
    return `regexp_full_match(${x}, ${string(`(?i)(?:(?:::|(?:0{1,4}:){5})ffff:)?${octetPattern(parts)}`)}) /* ${formatNetwork(parts)} */`;
  },
  number: (x, pattern) => `TRY_CAST(regexp_extract(${x}, ${string(pattern)}, 1) AS DOUBLE)`,
  week: (x) => `week(TRY_CAST(regexp_extract(${x}, '^[0-9]{4}-[0-9]{2}-[0-9]{2}') AS DATE))`,
  affix: (x, y, part) =>
    `${{ contains: 'contains', startswith: 'starts_with', endswith: 'ends_with' }[part]}(${x}, ${y})`,
  some: (list, item, condition) => `len(list_filter(${list}, lambda ${item}: ${condition})) > 0`,
  part: (json, key) => `json_extract(${json}, ${path(key)})`,
  values,
  words: (json) =>
    `list_transform(list_filter(regexp_extract_all(${json}, ${string(TOKEN)}), lambda v: right(v, 1) <> ':'), lambda v: v ->> '$')`,
  texts,
  folded: (list) => `list_transform(${list}, lambda v: lower(v))`,
  // A missing value is null, one that is null is JSON's null, which is not.
  isPresent: (value) => `${value} IS NOT NULL`,
  isNotNull: (value) => `${value} <> 'null'`,
  text: (column) => `CAST(${column} AS VARCHAR)`,
  without: (names) => `EXCLUDE (${names.join(', ')})`,
  lists: {
    length: (list) => `len(${list})`,
    joined: (list) => `array_to_string(${list}, chr(10))`,
    collected: (value) => `list(${value} ORDER BY i)`,
    slice: (list, from, to) => `list_slice(${list}, ${from}, ${to})`,
    distinct: (list) => `list_distinct(${list})`,
    sorted: (list) => `list_sort(${list})`,
    present: (list) => `list_filter(${list}, lambda y: y IS NOT NULL)`,
    folded: (list, start, step) => `list_reduce(${list}, lambda a, b: ${step}, ${start})`,
    windows: (times, span) =>
      `list_reduce(list_transform(${times}, lambda t: [t]), lambda a, b: list_append(a, CASE WHEN b[1] > a[-1] + ${span} THEN b[1] ELSE a[-1] END))`,
    bound: (name, value, expression) => `list_transform([${value}], lambda ${name}: ${expression})[1]`,
    tuple: (values) => `CAST(to_json([${values.join(', ')}]) AS VARCHAR)`,
    nothing: 'CAST(NULL AS VARCHAR)',
    longest: Number.MAX_SAFE_INTEGER,
  },
};

function string(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/**
 * Without the extension `inet`, which would have to be fetched. The address is taken apart at `::` into its groups; one
 * that ends as IPv4 does has zeros in its place, and the bits beyond 96 are asked of that end itself.
 */
function isInV6(x: string, network: NetworkParts): string {
  const { address, length } = network;
  const bare = `regexp_replace(${x}, '%[0-9A-Za-z.:-]+$', '')`;
  const tail = `:(?:${OCTET}[.]){3}${OCTET}$`;
  const hex = `regexp_replace(${bare}, '${tail}', ':0:0')`;
  const part = (index: number): string =>
    `list_filter(string_split(coalesce(string_split(${hex}, '::')[${index}], ''), ':'), lambda h: h <> '')`;
  const count = 'len(p[1]) + len(p[2])';
  const valid = `regexp_full_match(${hex}, '${SHAPE}') AND (${count} = 8 AND NOT contains(${x}, '::') OR ${count} < 8 AND contains(${x}, '::'))`;
  const inFirst = (bits: number): string => firstBits(groupsOf(address), bits);
  const dotted = `contains(${x}, '.')`;
  let within = inFirst(length);
  if (length > 96) {
    const octets = groupsOf(address)
      .slice(6)
      .flatMap((group) => [group >> 8, group & 255]);
    const end = octetPattern({ address: octets.join('.'), length: length - 96, version: 4 });
    within = `CASE WHEN ${dotted} THEN regexp_matches(${bare}, ':${end}$') AND ${inFirst(96)} ELSE ${within} END`;
  }
  return `len(list_filter([[${part(1)}, ${part(2)}]], lambda p: ${valid} AND ${within})) > 0 /* ${formatNetwork(network)} */`;
}

/** Groups, and at most one `::`. */
const SHAPE = '(?:[0-9A-Fa-f]{1,4}(?::[0-9A-Fa-f]{1,4})*)?(?:::(?:[0-9A-Fa-f]{1,4}(?::[0-9A-Fa-f]{1,4})*)?)?';

/** Whether the groups `p[1]`, as many zeros as it takes, and `p[2]` begin with these bits. */
function firstBits(groups: readonly number[], bits: number): string {
  const all =
    "list_transform(list_concat(p[1], list_resize([]::VARCHAR[], greatest(0, 8 - len(p[1]) - len(p[2])), '0'), p[2]), lambda h: TRY_CAST('0x' || h AS INTEGER))";
  const whole = Math.floor(bits / 16);
  const mask = (0xffff << (16 - (bits % 16))) & 0xffff;
  const conditions = [
    ...(whole > 0 ? [`(${all})[1:${whole}] = [${groups.slice(0, whole).join(', ')}]`] : []),
    ...(bits % 16 > 0 ? [`(${all})[${whole + 1}] & ${mask} = ${(groups[whole] ?? 0) & mask}`] : []),
  ];
  return conditions.length === 0 ? 'TRUE' : conditions.join(' AND ');
}

/** There is no escape character until one is named. Within a lambda, nothing makes LIKE the quicker function by itself. */
function like(x: string, text: Text): string {
  const affix = affixOf(text);
  if (affix && (affix.before || affix.after)) {
    const part = affix.before ? (affix.after ? 'contains' : 'ends_with') : 'starts_with';
    return `${part}(${x}, ${string(affix.literal)})`;
  }
  let escaped = false;
  const pattern = text
    .map((part) => {
      if (part === ANY) return '%';
      if (part === ONE) return '_';
      if (/[%_]/.test(part)) escaped = true;
      return part;
    })
    .map((part, index) =>
      escaped && typeof text[index] === 'string' ? part.replaceAll(/[%_!]/g, `${ESCAPE}$&`) : part,
    )
    .join('');
  return `${x} LIKE ${string(pattern)}${escaped ? ` ESCAPE '${ESCAPE}'` : ''}`;
}

/**
 * What JSON is tells its first character: what is extracted stands without spaces. Functions on JSON parse it all, and
 * each keeps the memory that the largest vector of texts took.
 */
function texts(list: string): string {
  return `list_transform(list_filter(${list}, lambda v: left(v, 1) NOT IN ('{', '[', 'n')), lambda v: v ->> '$')`;
}

function values(name: string, part: (key: string) => string): string {
  const own = items(part(name));
  const [first = '', ...rest] = name.split('.');
  if (rest.length === 0) return own;
  let walked = items(part(first));
  for (const key of rest)
    walked = `flatten(list_transform(${walked}, lambda v: ${items(`json_extract(v, ${path(key)})`)}))`;
  return `CASE WHEN ${part(name)} IS NOT NULL THEN ${own} ELSE ${walked} END`;
}

/** Several of what stands at the top, in one walk through the event: a list. */
export function duckdbParts(json: string, keys: readonly string[]): string {
  return `json_extract(${json}, [${keys.map(path).join(', ')}])`;
}

function path(key: string): string {
  return string(`$."${key}"`);
}

function items(value: string): string {
  return `CASE WHEN left(${value}, 1) = '[' THEN json_extract(${value}, '$[*]') ELSE [${value}] END`;
}
