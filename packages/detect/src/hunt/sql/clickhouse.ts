// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';
import { CLICKHOUSE } from '../../compile/clickhouse.ts';
import type { Columns, ColumnType, Database } from './database.ts';
import { pathLiteral } from './path.ts';

/** What is used of the package chdb: ClickHouse in this process. */
interface Package {
  readonly Session: new (path: string) => {
    /** Off this thread: one that waits for the database would hear no signal. */
    queryAsync(sql: string, options: { readonly format: string }): Promise<{ text(): string }>;
    close(): void;
  };
}

const TYPES: Readonly<Record<ColumnType, string>> = {
  text: 'String',
  integer: 'Int64',
  'integer or null': 'Nullable(Int64)',
};

/** Long lists of values are long queries; what does not fit spills; 64-bit numbers are numbers. */
const SETTINGS = {
  max_query_size: 1_000_000_000,
  max_ast_elements: 100_000_000,
  max_expanded_ast_elements: 100_000_000,
  max_ast_depth: 100_000,
  max_memory_usage: 2_000_000_000,
  max_bytes_before_external_group_by: 500_000_000,
  max_bytes_before_external_sort: 500_000_000,
  output_format_json_quote_64bit_integers: 0,
};

export async function openClickhouse(module: unknown, folder: string): Promise<Database> {
  const { Session } = module as Package;
  const session = new Session(join(folder, 'clickhouse'));
  const run = async (sql: string): Promise<string> =>
    (await session.queryAsync(sql, { format: 'JSONCompactEachRow' })).text();
  await run('CREATE DATABASE IF NOT EXISTS hunt ENGINE = Atomic');
  await run('USE hunt');
  for (const [name, value] of Object.entries(SETTINGS)) await run(`SET ${name} = ${value}`);
  return {
    target: 'clickhouse',
    isJson: 'isValidJSON(json)',
    run: async (sql) => void (await run(sql)),
    rows: async (sql) =>
      (await run(sql))
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as unknown[]),
    createTable: (name, query) => `CREATE TABLE ${name} ENGINE = MergeTree ORDER BY n AS ${query}`,
    takeApart: (keys, where) => {
      const columns = [...keys].map(([name, key]) => `, ${CLICKHOUSE.part('json', key)} AS ${name}`);
      return `(SELECT n, json${columns.join('')} FROM events WHERE ${where})`;
    },
    createEmptyTable: (name, columns) => `CREATE TABLE ${name} (${typed(columns)}) ENGINE = MergeTree ORDER BY n`,
    ndjson: (file, columns) => `file(${pathLiteral(file)}, 'JSONEachRow', '${typed(columns)}')`,
    parquet: (file) => `file(${pathLiteral(file)}, 'Parquet')`,
    parquetToNdjson: (file, output) =>
      `INSERT INTO FUNCTION file(${pathLiteral(output)}, 'TSVRaw', 'json String') SELECT jsonMergePatch('{}', formatRowNoNewline('JSONEachRow', *)) FROM file(${pathLiteral(file)}, 'Parquet')`,
    tableToParquet: (table, output) =>
      `INSERT INTO FUNCTION file(${pathLiteral(output)}, 'Parquet') SELECT * FROM ${table} ORDER BY n`,
    close: () => session.close(),
  };
}

function typed(columns: Columns): string {
  return Object.entries(columns)
    .map(([name, type]) => `\`${name}\` ${TYPES[type]}`)
    .join(', ');
}
