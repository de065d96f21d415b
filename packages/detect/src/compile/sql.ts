// SPDX-License-Identifier: Apache-2.0
import type { Comparison, Expression, Leaf, Test } from '../sigma/expression.ts';
import { ANY, fold, mapLiterals, plainText, type Text } from '../sigma/text.ts';
import { type CompileOptions, mappedField } from './options.ts';
import { foldsAlike, hasNoCase } from './pattern.ts';
import { refuse } from './problem.ts';
import type { Search } from './search.ts';
import type { SqlLists } from './sql-correlation.ts';
import { type Dialect, negation, type Piece, type Standing, whole, write } from './writer.ts';

/** How one SQL database writes what the other writes differently. Expressions are text; `x` is one of type text. */
export interface SqlDialect {
  readonly string: (text: string) => string;
  readonly identifier: (name: string) => string;
  readonly lower: (x: string) => string;
  readonly like: (x: string, text: Text) => string;
  /** RE2; the flags are those of Sigma. */
  readonly matches: (x: string, source: string, flags: string) => string;
  readonly isIn: (x: string, network: string) => string;
  /** The first group of a pattern as a number; null where there is none. */
  readonly number: (x: string, pattern: string) => string;
  /** The ISO week of a date that a text begins with; null where it begins with none. */
  readonly week: (x: string) => string;
  readonly affix: (x: string, y: string, part: 'contains' | 'startswith' | 'endswith') => string;
  /** Whether any item of a list meets a condition: never null. */
  readonly some: (list: string, item: string, condition: string) => string;
  /** What stands at the top of a JSON event under a key, as JSON. */
  readonly part: (json: string, key: string) => string;
  /** All values of a field, those of lists one by one, as JSON, out of what stands at the top. */
  readonly values: (name: string, part: (key: string) => string) => string;
  /** Every value of a JSON event, however deep. */
  readonly words: (json: string) => string;
  /** Those of JSON values that are no null and hold no others, as text. */
  readonly texts: (values: string) => string;
  /** Texts in lower case. */
  readonly folded: (texts: string) => string;
  readonly isPresent: (value: string) => string;
  readonly isNotNull: (value: string) => string;
  readonly text: (column: string) => string;
  readonly without: (names: readonly string[]) => string;
  readonly lists: SqlLists;
}

const OPERATORS: Readonly<Record<Comparison | 'eq', string>> = { lt: '<', lte: '<=', gt: '>', gte: '>=', eq: '=' };
/** A decimal number as the engine knows them (match.ts). */
export const NUMBER = String.raw`^(-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)$`;
/** The part that is wanted as the first group. */
const TIME_PATTERNS = {
  year: '^([0-9]{4})-[0-9]{2}-[0-9]{2}',
  month: '^[0-9]{4}-([0-9]{2})-[0-9]{2}',
  day: '^[0-9]{4}-[0-9]{2}-([0-9]{2})',
  hour: '^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ]([0-9]{2}):[0-9]{2}',
  minute: '^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:([0-9]{2})',
} as const;

/**
 * Writes one search as SQL. Two ways of storing events are known (CompileOptions.storage):
 *
 * `json`: a column has the event as JSON. Names are looked up as view.ts does: the whole name as a key first, then its parts
 * between dots, through lists item by item (a key that itself has dots is found at the top only, and a list within a list
 * counts as one value). Each field that is asked becomes a list of its texts, so any item can meet a test, and a missing
 * field has none: every test is either true or false.
 *
 * `columns`: a column of the field's name, one value each; null is missing (so it must be nullable), and `exists` asks for
 * "not null". DuckDB takes names that differ in case for one, and `read_json` makes dates and numbers of texts that look
 * so: read such columns as VARCHAR.
 */
export function writeSql({ expression, from = 'events' }: Search, sql: SqlDialect, options: CompileOptions): string {
  const writer = options.storage === 'columns' ? new ColumnWriter(sql, options) : new JsonWriter(sql, options);
  const { text } = write(expression, writer.dialect);
  return writer.query(from, text);
}

/** A condition, and what it needs of each event's JSON, by the names that it has in the condition. */
export interface SqlCondition {
  readonly columns: ReadonlyMap<string, string>;
  readonly condition: string;
}

/** How the parts of a condition are called by whoever puts them together. */
export interface SqlNames {
  /** The column that holds a list. */
  readonly list: (list: string) => string;
  /** What stands at the top of the event under a key. */
  readonly part: (key: string) => string;
}

/** The same condition by its parts, for many at once over one table. */
export function sqlCondition(expression: Expression, sql: SqlDialect, names: SqlNames): SqlCondition {
  const writer = new JsonWriter(sql, {}, names);
  const { text } = write(expression, writer.dialect);
  return { columns: writer.lists, condition: text };
}

abstract class SqlWriter {
  readonly sql: SqlDialect;
  readonly options: CompileOptions;
  readonly dialect: Dialect;

  constructor(sql: SqlDialect, options: CompileOptions) {
    this.sql = sql;
    this.options = options;
    this.dialect = {
      leaf: (leaf, standing) => whole(this.leaf([leaf], standing)),
      anyOf: (leaves, standing) => this.#anyOf(leaves, standing),
      not: negation,
      and: 'AND',
      or: 'OR',
      precedence: true,
    };
  }

  abstract query(from: string, condition: string): string;
  abstract leaf(leaves: readonly Leaf[], standing: Standing): string;

  /** Tests of one value are one question; those of the field itself stay apart. */
  #anyOf(leaves: readonly Leaf[], standing: Standing): Piece {
    const apart = leaves.filter(({ test }) => !isOfValue(test));
    const together = leaves.filter(({ test }) => isOfValue(test));
    const texts = apart.map((leaf) => this.leaf([leaf], standing));
    if (together.length > 0) texts.unshift(this.leaf(together, standing));
    return { text: texts.join(' OR '), binds: texts.length > 1 ? 'or' : 'whole' };
  }

  /** Any of the tests about one value, which may be folded already. */
  conditions(x: string, leaves: readonly Leaf[], folded = false): string {
    const lists = new Map<boolean, string[]>();
    const others: string[] = [];
    for (const leaf of leaves) {
      const { test } = leaf;
      const plain = test.is === 'text' ? plainText(test.text) : undefined;
      if (test.is !== 'text' || plain === undefined) others.push(this.condition(x, leaf, folded));
      else {
        if (!test.cased) this.checkCase(leaf, test.text);
        const literal = this.sql.string(test.cased ? plain : fold(plain));
        lists.set(test.cased, [...(lists.get(test.cased) ?? []), literal]);
      }
    }
    for (const [cased, literals] of lists) {
      const value = cased || folded ? x : this.sql.lower(x);
      others.unshift(literals.length === 1 ? `${value} = ${literals[0]}` : `${value} IN (${literals.join(', ')})`);
    }
    return others.join(' OR ');
  }

  condition(x: string, leaf: Leaf, folded: boolean): string {
    const { sql } = this;
    const { test } = leaf;
    switch (test.is) {
      case 'text':
        if (test.text.length === 1 && test.text[0] === ANY) return `${x} IS NOT NULL`;
        if (test.cased) return sql.like(x, test.text);
        this.checkCase(leaf, test.text);
        return sql.like(folded ? x : sql.lower(x), mapLiterals(test.text, fold));
      case 'regex':
        return sql.matches(x, test.source, test.flags);
      case 'cidr':
        return sql.isIn(x, test.network);
      case 'compare':
        return `${sql.number(x, NUMBER)} ${OPERATORS[test.operator]} ${test.value}`;
      case 'time': {
        const value = test.part === 'week' ? sql.week(x) : sql.number(x, TIME_PATTERNS[test.part]);
        return `${value} ${OPERATORS[test.operator]} ${test.value}`;
      }
      default:
        throw new Error(`${test.is} is no test of a value`);
    }
  }

  fieldCondition(x: string, y: string, test: Test & { readonly is: 'field' }): string {
    const [a, b] = test.cased ? [x, y] : [this.sql.lower(x), this.sql.lower(y)];
    return test.part === 'whole' ? `${a} = ${b}` : this.sql.affix(a, b, test.part);
  }

  checkCase({ at }: Leaf, text: Text): void {
    if (!foldsAlike(text))
      refuse(
        'case',
        'it folds the letters Σ and İ in another way than Sigma',
        at,
        'Use `cased`, or a regular expression.',
      );
  }

  column(name: string): string {
    return this.sql.identifier(mappedField(name, this.options).name);
  }
}

function isOfValue({ is }: Test): boolean {
  return is !== 'null' && is !== 'exists' && is !== 'field';
}

/** Digits and signs have no case, and neither has `*`. */
function needsFolding({ test }: Leaf): boolean {
  if (test.is !== 'text' || test.cased) return false;
  return test.text.some((part) => typeof part === 'string' && !(/^[\0-\x7f]*$/.test(part) && hasNoCase(part)));
}

class JsonWriter extends SqlWriter {
  /** Lists of texts by the name of their column. */
  readonly lists = new Map<string, string>();
  readonly #names: SqlNames;

  constructor(sql: SqlDialect, options: CompileOptions, names?: SqlNames) {
    super(sql, options);
    this.#names = names ?? { list: columnNames(), part: (key) => sql.part(this.#json(), key) };
  }

  query(from: string, condition: string): string {
    if (this.lists.size === 0) return `SELECT *\nFROM ${from}\nWHERE ${condition}`;
    const names = [...this.lists.keys()];
    const columns = names.map((name) => `,\n    ${this.lists.get(name)} AS ${name}`).join('');
    return `SELECT * ${this.sql.without(names)}\nFROM (\n  SELECT *${columns}\n  FROM ${from}\n) AS event\nWHERE ${condition}`;
  }

  leaf(leaves: readonly Leaf[]): string {
    const { sql } = this;
    const [{ field, test } = refuse('name', 'nothing is asked', [])] = leaves;
    if (field === undefined && this.options.message === undefined)
      return this.#some('*', sql.words(this.#json()), leaves);
    const name = field === undefined ? (this.options.message ?? '') : mappedField(field, this.options).name;
    const values = sql.values(this.#checked(name, leaves), this.#names.part);
    switch (test.is) {
      case 'null':
        return `NOT ${sql.some(this.#list(`${name}\nvalues`, values), 'x', sql.isNotNull('x'))}`;
      case 'exists':
        return `${test.present ? '' : 'NOT '}${sql.some(this.#list(`${name}\nvalues`, values), 'x', sql.isPresent('x'))}`;
      case 'field': {
        const other = mappedField(test.other, this.options).name;
        const others = this.#list(other, sql.texts(sql.values(this.#checked(other, leaves), this.#names.part)));
        return sql.some(
          this.#list(name, sql.texts(values)),
          'x',
          sql.some(others, 'y', this.fieldCondition('x', 'y', test)),
        );
      }
      default:
        return this.#some(name, sql.texts(values), leaves);
    }
  }

  /** Any of the tests about any of the texts of a list. Where case does not count, they are folded once for all tests. */
  #some(list: string, texts: string, leaves: readonly Leaf[]): string {
    const { sql } = this;
    const [own, folded] = [leaves.filter((leaf) => !needsFolding(leaf)), leaves.filter(needsFolding)];
    const parts = own.length === 0 ? [] : [sql.some(this.#list(list, texts), 'x', this.conditions('x', own, true))];
    if (folded.length > 0)
      parts.push(sql.some(this.#list(`${list}\nfolded`, sql.folded(texts)), 'x', this.conditions('x', folded, true)));
    return parts.length === 1 ? parts.join('') : `(${parts.join(' OR ')})`;
  }

  #json(): string {
    return this.sql.identifier(this.options.column ?? 'json');
  }

  #list(name: string, texts: string): string {
    const column = this.sql.identifier(this.#names.list(name));
    this.lists.set(column, texts);
    return column;
  }

  #checked(name: string, [leaf]: readonly Leaf[]): string {
    if (/["\\`]/.test(name)) refuse('name', `the name ${name} cannot be part of a path`, leaf?.at ?? []);
    return name;
  }
}

/** Names that say what they hold. DuckDB takes those that differ in case for one, so the later ones are numbered. */
function columnNames(): (list: string) => string {
  const names = new Map<string, string>();
  const taken = new Set<string>();
  return (list) => {
    const known = names.get(list);
    if (known !== undefined) return known;
    const told = `sigma ${list.replace('\n', ' ')}`;
    let name = told;
    for (let count = 2; taken.has(name.toLowerCase()); count++) name = `${told} ${count}`;
    taken.add(name.toLowerCase());
    names.set(list, name);
    return name;
  };
}

class ColumnWriter extends SqlWriter {
  query(from: string, condition: string): string {
    return `SELECT *\nFROM ${from}\nWHERE ${condition}`;
  }

  leaf(leaves: readonly Leaf[], { beneathNot }: Standing): string {
    const { sql } = this;
    const [{ field, test, at } = refuse('name', 'nothing is asked', [])] = leaves;
    if (field === undefined && this.options.message === undefined)
      return refuse('keyword', 'columns cannot be searched all at once', at, 'Name the column that has the message.');
    const column = field === undefined ? sql.identifier(this.options.message ?? '') : this.column(field);
    switch (test.is) {
      case 'null':
        return `${column} IS NULL`;
      case 'exists':
        return `${column} IS ${test.present ? 'NOT ' : ''}NULL`;
      default: {
        const x = sql.text(column);
        const condition =
          test.is === 'field'
            ? this.fieldCondition(x, sql.text(this.column(test.other)), test)
            : this.conditions(x, leaves);
        // Unknown is false only where nothing turns it round.
        return beneathNot ? `coalesce(${condition}, FALSE)` : `(${condition})`;
      }
    }
  }
}
