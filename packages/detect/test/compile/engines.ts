// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** A database that runs the queries: packages that are too heavy to depend on, taken from where the environment says. */
export interface Database {
  /** Makes a table with the columns `n` and `json`; the n of each is its place. */
  readonly load: (table: string, events: readonly string[]) => Promise<void>;
  /** The numbers of the events that a query selects, in order. */
  readonly select: (query: string) => Promise<readonly number[]>;
  readonly rows: (query: string) => Promise<readonly (readonly unknown[])[]>;
  readonly close: () => void;
}

export type DatabaseName = 'duckdb' | 'clickhouse';

const VARIABLES: Readonly<Record<DatabaseName, string>> = { duckdb: 'HELIOS_DUCKDB', clickhouse: 'HELIOS_CHDB' };

/** Why a database is skipped: part of the tests' names; empty where there is one. */
export function whyNo(name: DatabaseName): string {
  return process.env[VARIABLES[name]] === undefined
    ? ` (skipped: ${VARIABLES[name]} names no module: npm i ${name === 'duckdb' ? '@duckdb/node-api' : 'chdb'} somewhere)`
    : '';
}

export async function openDatabase(name: DatabaseName): Promise<Database> {
  const module: unknown = await import(pathToFileURL(process.env[VARIABLES[name]] ?? '').href);
  const folder = mkdtempSync(join(tmpdir(), 'helios-compile-'));
  const file = join(folder, 'events.ndjson');
  const write = (events: readonly string[]): void =>
    writeFileSync(file, events.map((json, n) => JSON.stringify({ n, json })).join('\n'));
  const remove = (): void => rmSync(folder, { recursive: true });
  return name === 'duckdb'
    ? openDuckdb(module as Duckdb, file, write, remove)
    : openClickhouse(module as Chdb, file, join(folder, 'store'), write, remove);
}

interface Duckdb {
  readonly DuckDBInstance: {
    create: (path: string) => Promise<{
      connect: () => Promise<{
        run: (sql: string) => Promise<unknown>;
        runAndReadAll: (sql: string) => Promise<{ getRowsJson: () => unknown[][] }>;
        closeSync: () => void;
      }>;
    }>;
  };
}

async function openDuckdb(
  { DuckDBInstance }: Duckdb,
  file: string,
  write: (events: readonly string[]) => void,
  remove: () => void,
): Promise<Database> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  return {
    load: async (table, events) => {
      write(events);
      const read = `read_json('${file}', format = 'newline_delimited', columns = {n: 'INTEGER', json: 'VARCHAR'}, maximum_object_size = 100000000)`;
      await connection.run(`CREATE OR REPLACE TABLE ${table} AS SELECT n, json::JSON AS json FROM ${read}`);
    },
    select: async (query) => {
      const rows = await connection.runAndReadAll(`SELECT n FROM (${query}) ORDER BY n`);
      return rows.getRowsJson().map(([n]) => Number(n));
    },
    rows: async (query) => (await connection.runAndReadAll(query)).getRowsJson(),
    close: () => {
      connection.closeSync();
      remove();
    },
  };
}

interface Chdb {
  readonly Session: new (path: string) => { query: (sql: string, format: string) => string; cleanup: () => void };
}

function openClickhouse(
  { Session }: Chdb,
  file: string,
  store: string,
  write: (events: readonly string[]) => void,
  remove: () => void,
): Promise<Database> {
  const session = new Session(store);
  session.query('CREATE DATABASE IF NOT EXISTS e ENGINE = Atomic', 'TSV');
  return Promise.resolve({
    load: (table, events) => {
      write(events);
      session.query(`CREATE OR REPLACE TABLE e.${table} (n Int32, json String) ENGINE = Memory`, 'TSV');
      session.query(
        `INSERT INTO e.${table} SELECT n, json FROM file('${file}', 'JSONEachRow', 'n Int32, json String')`,
        'TSV',
      );
      return Promise.resolve();
    },
    select: (query) => {
      const rows = session.query(`SELECT n FROM (${inOwn(query)}) ORDER BY n`, 'TSV');
      return Promise.resolve(
        rows
          .split('\n')
          .filter((line) => line !== '')
          .map(Number),
      );
    },
    rows: (query) =>
      Promise.resolve(
        session
          .query(inOwn(query), 'JSONCompactEachRow')
          .split('\n')
          .filter((line) => line !== '')
          .map((line) => JSON.parse(line) as unknown[]),
      ),
    close: () => {
      session.cleanup();
      remove();
    },
  });
}

/** Tables of the session's own database. */
function inOwn(query: string): string {
  return query.replaceAll(/\bFROM (?=t\b)/g, 'FROM e.');
}
