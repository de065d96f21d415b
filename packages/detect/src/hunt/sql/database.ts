// SPDX-License-Identifier: Apache-2.0
import { pathToFileURL } from 'node:url';
import type { Io } from '@helios/core/cli';
import { fail, messageOf } from '@helios/core/error';
import type { SqlTargetName } from '../../compile/compile.ts';

/** A database in this process, with a folder of its own to work in. What it holds does not outlive it. */
export interface Database {
  readonly target: SqlTargetName;
  run(sql: string): Promise<void>;
  /** Numbers as numbers, and null as null. */
  rows(sql: string): Promise<readonly (readonly unknown[])[]>;
  /** A table out of a query that has a column `n`. */
  createTable(name: string, query: string): string;
  createEmptyTable(name: string, columns: Columns): string;
  /** What NDJSON with these columns, and no line above so many bytes, is read by, in FROM. */
  ndjson(file: string, columns: Columns, largest: number): string;
  /** What a Parquet file is read by, in FROM. */
  parquet(file: string): string;
  /** Its rows as NDJSON without what is null: columns have no other way to say "missing". */
  parquetToNdjson(file: string, output: string): string;
  /** Writes a table as Parquet, to a file that is not there yet. */
  tableToParquet(table: string, output: string): string;
  /** `n`, `json` and what stands at the top of each event under some keys, by the columns' names; to be read from. */
  takeApart(keys: ReadonlyMap<string, string>, where: string): string;
  /** Whether the column `json` holds JSON that it can read. */
  readonly isJson: string;
  close(): void;
}

export type Columns = Readonly<Record<string, ColumnType>>;
export type ColumnType = 'text' | 'integer' | 'integer or null';

interface Kind {
  readonly package: string;
  /** Names the package's file where it is not installed beside Helios. */
  readonly variable: string;
  readonly open: (module: unknown, folder: string) => Promise<Database>;
}

/** Both are native and some hundred megabytes large: no dependencies, but what a user installs who hunts. */
const KINDS: Readonly<Record<SqlTargetName, Kind>> = {
  duckdb: {
    package: '@duckdb/node-api',
    variable: 'HELIOS_DUCKDB',
    open: async (module, folder) => (await import('./duckdb.ts')).openDuckdb(module, folder),
  },
  clickhouse: {
    package: 'chdb',
    variable: 'HELIOS_CHDB',
    open: async (module, folder) => (await import('./clickhouse.ts')).openClickhouse(module, folder),
  },
};

/**
 * Opens a database that works in `folder`. Its package is looked for beside Helios or where the environment says, never
 * in the folder that is worked in: a repository that is judged could bring its own. Throws HeliosError `usage`.
 */
export async function openDatabase(target: SqlTargetName, folder: string, io: Pick<Io, 'env'>): Promise<Database> {
  const { package: name, variable, open } = KINDS[target];
  const named = io.env[variable];
  let module: unknown;
  try {
    module = await import(named === undefined ? name : pathToFileURL(named).href);
  } catch (cause) {
    fail('usage', `${target} is not here: ${named ?? `the package ${name}`} cannot be loaded: ${messageOf(cause)}`, {
      cause,
      hint: `Install it beside Helios (npm install ${name}), or name the file of an installed one by ${variable}.`,
    });
  }
  return open(module, folder);
}
