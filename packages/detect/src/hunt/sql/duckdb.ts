// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';
import { duckdbParts } from '../../compile/duckdb.ts';
import type { ColumnType, Database } from './database.ts';
import { pathLiteral } from './path.ts';

/** What is used of the package @duckdb/node-api. */
interface Package {
  readonly DuckDBInstance: {
    create(
      path: string,
      options: Readonly<Record<string, string>>,
    ): Promise<{
      connect(): Promise<{
        run(sql: string): Promise<unknown>;
        runAndReadAll(sql: string): Promise<{ getRowsJson(): unknown[][] }>;
        closeSync(): void;
      }>;
      closeSync(): void;
    }>;
  };
}

/**
 * More spills to its folder: memory does not grow with the logs. It does with threads, each of which has parts of events
 * of its own, and with what is freed and not given back.
 */
const LIMITS = {
  memory_limit: '256MB',
  threads: '2',
  allocator_flush_threshold: '8MB',
  allocator_bulk_deallocation_flush_threshold: '8MB',
};
const TYPES: Readonly<Record<ColumnType, string>> = {
  text: 'VARCHAR',
  integer: 'BIGINT',
  'integer or null': 'BIGINT',
};

export async function openDuckdb(module: unknown, folder: string): Promise<Database> {
  const { DuckDBInstance } = module as Package;
  const instance = await DuckDBInstance.create(join(folder, 'events.duckdb'), {
    ...LIMITS,
    temp_directory: join(folder, 'spill'),
    // Rows have numbers of their own, and keeping their order holds many of them in memory.
    preserve_insertion_order: 'false',
    // It would fetch what it lacks from a server of its makers.
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  });
  const connection = await instance.connect();
  return {
    target: 'duckdb',
    isJson: 'json_valid(json)',
    run: async (sql) => void (await connection.run(sql)),
    // Large integers come as text; none here is beyond what a number can hold.
    rows: async (sql) => (await connection.runAndReadAll(sql)).getRowsJson(),
    createTable: (name, query) => `CREATE TABLE ${name} AS ${query}`,
    // For each key apart, the event would be read again, and its reader would hold memory of its own.
    takeApart: (keys, where) => {
      const columns = [...keys.keys()].map((name, index) => `, parts[${index + 1}] AS ${name}`);
      const parts = duckdbParts('json', [...keys.values()]);
      return `(SELECT n, json${columns.join('')} FROM (SELECT n, json, ${parts} AS parts FROM events WHERE ${where}))`;
    },
    createEmptyTable: (name, columns) => {
      const all = Object.entries(columns).map(([column, type]) => `"${column}" ${TYPES[type]}`);
      return `CREATE TABLE ${name} (${all.join(', ')})`;
    },
    ndjson: (file, columns, largest) => {
      const types = Object.entries(columns).map(([name, type]) => `"${name}": '${TYPES[type]}'`);
      return `read_json(${pathLiteral(file)}, format = 'newline_delimited', columns = {${types.join(', ')}}, maximum_object_size = ${largest})`;
    },
    parquet: (file) => `read_parquet(${pathLiteral(file)})`,
    parquetToNdjson: (file, output) =>
      `COPY (SELECT json_merge_patch('{}', to_json(row)) FROM read_parquet(${pathLiteral(file)}) AS row) TO ${pathLiteral(output)} (FORMAT csv, HEADER false, QUOTE '', ESCAPE '', DELIMITER '\x01')`,
    tableToParquet: (table, output) =>
      `COPY (SELECT * FROM ${table} ORDER BY n) TO ${pathLiteral(output)} (FORMAT parquet, COMPRESSION zstd)`,
    close: () => {
      connection.closeSync();
      instance.closeSync();
    },
  };
}
