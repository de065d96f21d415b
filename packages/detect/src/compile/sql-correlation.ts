// SPDX-License-Identifier: Apache-2.0
import type { Bound, Correlation } from '../correlation/correlation.ts';
import { mayTurn } from '../correlation/window.ts';
import { type CompileOptions, mappedField } from './options.ts';
import { refuse } from './problem.ts';
import { NUMBER, type SqlDialect } from './sql.ts';

/** How a SQL database works with lists; expressions are text, and places are counted from 1. */
export interface SqlLists {
  readonly length: (list: string) => string;
  /** Texts as one, a line each. */
  readonly joined: (texts: string) => string;
  /** The values of a group's rows, nulls as well, in the order of their column `i`. */
  readonly collected: (value: string) => string;
  readonly slice: (list: string, from: string, to: string) => string;
  readonly distinct: (list: string) => string;
  readonly sorted: (list: string) => string;
  /** Without nulls. */
  readonly present: (list: string) => string;
  /** From left to right: `step` makes of what there is, `a`, and an item, `b`, what there is then. */
  readonly folded: (list: string, start: string, step: string) => string;
  /** For each time of a sorted list, when the window began that it is in: one begins where none is open. */
  readonly windows: (times: string, span: number) => string;
  /** An expression that names a value more than once. */
  readonly bound: (name: string, value: string, expression: string) => string;
  /** Several texts as one, so that no two lists of them become the same. */
  readonly tuple: (texts: readonly string[]) => string;
  /** A missing text. */
  readonly nothing: string;
  /** Of a frame of a window function, in milliseconds. */
  readonly longest: number;
}

/** The matches of one rule, or the alerts of another correlation, that a correlation counts. */
export interface Counted {
  readonly id: string;
  readonly name?: string;
  /** Which of the correlation's rules it is, from 0 on. */
  readonly as: number;
  /** Its place among all rules, which breaks ties. */
  readonly place: number;
  readonly of:
    | { readonly is: 'matches'; readonly query: string; readonly time: string; readonly order: string }
    | { readonly is: 'alerts'; readonly query: string; readonly groupBy: readonly string[]; readonly depth: number };
}

/**
 * The alerts of a correlation, one row each: `time` of the last match in milliseconds since 1970, `since` of the first,
 * `entries`, what raised it (`n`, `place`), and the group as `group_1` and so on. It says what correlate.ts says of the
 * same matches in the order of time: windows slide, and a condition that holds is said once.
 */
export function writeSqlCorrelation(
  correlation: Correlation,
  counted: readonly Counted[],
  sql: SqlDialect,
  options: CompileOptions,
  depth: number,
): string {
  if (!mayTurn(correlation) && correlation.timespanMs > sql.lists.longest)
    refuse(
      'correlation',
      `windows that slide reach back ${Math.floor(sql.lists.longest / 86_400_000)} days at most`,
      ['correlation', 'timespan'],
      'Shorten the timespan, or ask duckdb.',
    );
  const groups = correlation.groupBy.map((_, index) => `group_${index + 1}`);
  const entries = counted.map((each) => writeEntries(correlation, each, sql, options));
  const of = depth === 1 ? '' : `_${depth}`;
  const start = `WITH entries${of} AS (\n${entries.join('\nUNION ALL\n')}\n)`;
  const write = mayTurn(correlation) ? writeWhole : writeSliding;
  return `${start},\n${write({ correlation, groups, by: ['whole', ...groups].join(', '), sql, of })}`;
}

interface SqlParts {
  readonly correlation: Correlation;
  readonly groups: readonly string[];
  /** What keeps groups apart; where there are none, all is one. */
  readonly by: string;
  readonly sql: SqlDialect;
  /** Ends the names of tables: ClickHouse takes those of an inner correlation for its own. */
  readonly of: string;
}

const ORDER = 'time, n, place, step';

function writeEntries(
  correlation: Correlation,
  { id, name = '', as, place, of }: Counted,
  { lists, texts, values, part, identifier, text }: SqlDialect,
  options: CompileOptions,
): string {
  const fieldOf = (field: string): string => {
    const alias = correlation.aliases.get(field);
    return alias?.get(name) ?? alias?.get(id) ?? field;
  };
  /** The texts of a field as one; null where it is missing. */
  const read = (field: string): string => {
    if (of.is === 'alerts') {
      const index = of.groupBy.indexOf(field);
      return index < 0 ? lists.nothing : `group_${index + 1}`;
    }
    const mapped = mappedField(field, options).name;
    if (options.storage === 'columns') return text(identifier(mapped));
    if (/["\\`]/.test(mapped)) refuse('name', `the name ${mapped} cannot be part of a path`, ['correlation']);
    const json = identifier(options.column ?? 'json');
    const list = texts(values(mapped, (key) => part(json, key)));
    return lists.bound('l', list, `CASE WHEN ${lists.length('l')} > 0 THEN ${lists.joined('l')} END`);
  };
  const groups = correlation.groupBy.map((field, index) => `${read(fieldOf(field))} AS group_${index + 1}`);
  const fields = correlation.fields.map((field, index) => `coalesce(${read(field)}, '') AS value_${index + 1}`);
  const own =
    of.is === 'alerts'
      ? `time, n, place, ${STEPS - of.depth} AS step`
      : `${of.time} AS time, ${of.order} AS n, ${place} AS place, ${STEPS} AS step`;
  const columns = [own, `CAST(${as} AS BIGINT) AS rule`, '0 AS whole', ...groups, ...fields];
  const conditions = [
    'time IS NOT NULL',
    ...correlation.groupBy.map((_, index) => `group_${index + 1} IS NOT NULL`),
    ...(correlation.fields.length > 0
      ? [`NOT (${correlation.fields.map((_, index) => `value_${index + 1} = ''`).join(' AND ')})`]
      : []),
  ];
  return `SELECT * FROM (SELECT ${columns.join(', ')} FROM (\n${of.query}\n) AS matched) AS entry WHERE ${conditions.join(' AND ')}`;
}

/** Alerts of a correlation come before the match that raised them: the deeper, the earlier. */
const STEPS = 1000;

/** Each match by its place in its group, `i`. */
function writePlaced({ by, of }: SqlParts, more = ''): string {
  return `placed${of} AS (
  SELECT *, CAST(row_number() OVER (PARTITION BY ${by} ORDER BY ${ORDER}) AS BIGINT) AS i${more}
  FROM entries${of}
)`;
}

/** The matches of each group as lists: as much of them as the question needs. */
function writeGroups({ correlation: { type, fields }, by, sql, of }: SqlParts, more: readonly string[] = []): string {
  const { lists } = sql;
  const values = fields.map((_, index) => `value_${index + 1}`);
  const columns = [...more];
  if (type === 'value_count')
    columns.push(`${lists.collected(values.length === 1 ? values.join('') : lists.tuple(values))} AS items`);
  else if (type.startsWith('value_')) columns.push(`${lists.collected(sql.number(values.join(''), NUMBER))} AS items`);
  else columns.push(`${lists.collected('rule')} AS items`);
  return `lists${of} AS (\n  SELECT ${by}, ${columns.join(', ')}\n  FROM placed${of} GROUP BY ${by}\n)`;
}

function sameGroup({ groups }: SqlParts, left: string): string {
  return ['whole', ...groups].map((name) => `${left}.${name} = lists.${name}`).join(' AND ');
}

/** Asked at each match about those of a timespan before it; of the same instant, those that are before it in order. */
function writeSliding(parts: SqlParts): string {
  const { correlation, groups, by, of } = parts;
  const near = `OVER (PARTITION BY ${by} ORDER BY time RANGE BETWEEN ${correlation.timespanMs} PRECEDING AND CURRENT ROW)`;
  const so = `OVER (PARTITION BY ${by} ORDER BY time RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)`;
  const windows = `,
    min(time) ${near} AS since, CAST(count(*) ${so} AS BIGINT) - CAST(count(*) ${near} AS BIGINT) + 1 AS first_i`;
  return `${writePlaced(parts, windows)},
${writeGroups(parts)},
asked${of} AS (
  SELECT placed.*, CASE WHEN ${questionOf(parts, 'first_i', 'i')} THEN 1 ELSE 0 END AS holds
  FROM placed${of} AS placed INNER JOIN lists${of} AS lists ON ${sameGroup(parts, 'placed')}
)
SELECT time, n, place, since, i - first_i + 1 AS entries${groups.map((name) => `, ${name}`).join('')}
FROM (
  SELECT *, max(holds) OVER (PARTITION BY ${by} ORDER BY i ROWS BETWEEN 1 PRECEDING AND 1 PRECEDING) AS held
  FROM asked${of}
) AS said
WHERE holds = 1 AND (coalesce(held, 0) = 0 OR i = first_i)`;
}

/** Where fewer matches can be too few: one window after the other, each asked when it is over. */
function writeWhole(parts: SqlParts): string {
  const { correlation, groups, sql, of } = parts;
  const own = groups.map((name) => `, placed.${name}`).join('');
  const begun = `${sql.lists.windows(sql.lists.collected('time'), correlation.timespanMs)} AS begun`;
  return `${writePlaced(parts)},
${writeGroups(parts, [begun])},
windows${of} AS (
  SELECT placed.whole AS whole${groups.map((name) => `, placed.${name} AS ${name}`).join('')}, lists.begun[placed.i] AS since, min(placed.i) AS first_i, max(placed.i) AS last_i
  FROM placed${of} AS placed INNER JOIN lists${of} AS lists ON ${sameGroup(parts, 'placed')}
  GROUP BY placed.whole${own}, lists.begun[placed.i]
)
SELECT placed.time AS time, placed.n AS n, placed.place AS place, windows.since AS since, last_i - first_i + 1 AS entries${groups.map((name) => `, placed.${name} AS ${name}`).join('')}
FROM windows${of} AS windows
INNER JOIN lists${of} AS lists ON ${sameGroup(parts, 'windows')}
INNER JOIN placed${of} AS placed ON ${sameGroup(parts, 'placed')} AND placed.i = windows.last_i
WHERE ${questionOf(parts, 'first_i', 'last_i')}`;
}

/** As window.ts asks it, of the matches between two places. */
function questionOf({ correlation, sql: { lists } }: SqlParts, from: string, to: string): string {
  const { type, bounds, rules, percentile = 50 } = correlation;
  const items = lists.slice('items', from, to);
  const numbers = lists.present(items);
  const sum = (list: string): string => lists.folded(list, 'CAST(0 AS DOUBLE)', 'a + b');
  const measured = (measure: string, of = numbers): string =>
    lists.bound('s', of, `CASE WHEN ${lists.length('s')} > 0 AND ${meets(bounds, measure)} THEN 1 ELSE 0 END`) + ' = 1';
  switch (type) {
    case 'event_count':
      return meets(bounds, `(${to} - ${from} + 1)`);
    case 'value_count':
      return meets(bounds, lists.length(lists.distinct(items)));
    case 'value_sum':
      return meets(bounds, sum(numbers));
    case 'value_avg':
      return measured(`${sum('s')} / ${lists.length('s')}`);
    case 'value_median':
      return measured(percentileOf(50, lists), lists.sorted(numbers));
    case 'value_percentile':
      return measured(percentileOf(percentile, lists), lists.sorted(numbers));
    case 'temporal': {
      const seen = lists.length(lists.distinct(items));
      return bounds.length > 0 ? meets(bounds, seen) : `${seen} = ${rules.length}`;
    }
    case 'temporal_ordered':
      return `${lists.folded(items, 'CAST(0 AS BIGINT)', 'CASE WHEN b = a THEN a + 1 ELSE a END')} = ${rules.length}`;
  }
}

const SIGNS: Readonly<Record<Bound['operator'], string>> = {
  gt: '>',
  gte: '>=',
  lt: '<',
  lte: '<=',
  eq: '=',
  neq: '<>',
};

function meets(bounds: readonly Bound[], value: string): string {
  return bounds
    .map(({ operator, value: bound }) => `${value} ${SIGNS[operator]} CAST(${bound} AS DOUBLE)`)
    .join(' AND ');
}

/** Between the two nearest ranks of the sorted list `s`, in proportion. */
function percentileOf(percentile: number, { length }: SqlLists): string {
  const rank = `(CAST(${length('s')} - 1 AS DOUBLE) * CAST(${percentile} AS DOUBLE) / 100)`;
  const at = (edge: 'floor' | 'ceil'): string => `s[CAST(${edge}(${rank}) AS BIGINT) + 1]`;
  return `${at('floor')} + (${at('ceil')} - ${at('floor')}) * (${rank} - floor(${rank}))`;
}
