// SPDX-License-Identifier: Apache-2.0
import { closeSync, openSync, readSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fail, messageOf } from '@helios/core/error';
import type { EventSource, LogEvent, ReadOptions } from '../../events/index.ts';
import { eventFile, readEventBatches } from '../../events/index.ts';
import type { Columns, Database } from './database.ts';

/** Events as a hunt asks them: one row each, of whatever log, with what the engine would know of it. */
const EVENTS = {
  /** From 0 on, in the order of logs and records. */
  n: 'integer',
  file: 'text',
  record: 'integer',
  /** Milliseconds since 1970. */
  time: 'integer or null',
  /** Its logsources, as JSON. */
  kind: 'text',
  /** Its fields, as JSON. */
  json: 'text',
} as const satisfies Columns;

const COLUMNS = Object.keys(EVENTS).join(', ');

/** The rows of one log in the table `events`. */
export interface Stage {
  add(source: EventSource, options: ReadOptions): Promise<void>;
  /** How many there are, and of how many nothing tells what they are. */
  count(): { readonly events: number; readonly unrouted: number };
}

/**
 * Makes the table `events` and fills it log by log. All logs go through the reader that `run` has, so that fields,
 * kinds and records are the same; only what a hunt has kept before is taken as it is. Memory is that of a batch.
 */
export async function openStage(database: Database, folder: string): Promise<Stage> {
  await database.run(database.createEmptyTable('events', EVENTS));
  let events = 0;
  let unrouted = 0;
  const insert = async (from: string): Promise<void> =>
    database.run(`INSERT INTO events (${COLUMNS}) SELECT ${COLUMNS.replace('n,', `n + ${events} AS n,`)} FROM ${from}`);
  const check = async (source: EventSource): Promise<void> => {
    const [row = []] = await database.rows(
      `SELECT count(*) FROM events WHERE n >= ${events} AND NOT ${database.isJson}`,
    );
    // Functions on JSON find nothing in what is none, and say nothing.
    if (Number(row[0]) > 0)
      fail('input', `${database.target} cannot read ${String(row[0])} of the events`, {
        path: source.file,
        hint: 'Hunt in the other database, or by `sec-detect run`.',
      });
  };
  const read = async (source: EventSource, options: ReadOptions): Promise<void> => {
    const file = join(folder, 'staged.ndjson');
    const tally = { events: 0, unrouted: 0 };
    for await (const longest of writePortions(source, options, file, tally)) {
      await insert(database.ndjson(file, EVENTS, longest));
      rmSync(file);
    }
    await check(source);
    events += tally.events;
    unrouted += tally.unrouted;
  };
  return {
    count: () => ({ events, unrouted }),
    async add(source, options) {
      if (!isParquet(source)) return read(source, options);
      const table = database.parquet(source.absolute);
      const names = await columnsOf(table, source.file, database);
      if (Object.keys(EVENTS).every((name) => names.has(name))) {
        await insert(table);
        await check(source);
        const [row = []] = await database.rows(
          `SELECT count(*), count(CASE WHEN kind = '[]' THEN 1 END) FROM events WHERE n >= ${events}`,
        );
        events += Number(row[0]);
        unrouted += Number(row[1]);
        return;
      }
      const rows = join(folder, 'rows.ndjson');
      await database.run(database.parquetToNdjson(source.absolute, rows));
      const { chunks } = eventFile(dirname(rows), basename(rows));
      await read({ file: source.file, chunks }, options);
      rmSync(rows);
    },
  };
}

async function columnsOf(table: string, path: string, database: Database): Promise<ReadonlySet<unknown>> {
  try {
    return new Set((await database.rows(`DESCRIBE (SELECT * FROM ${table})`)).map(([name]) => name));
  } catch (cause) {
    const hint = 'Name a whole Parquet file.';
    return fail('input', `cannot be read as Parquet: ${firstLine(cause)}`, { path, cause, hint });
  }
}

/** Databases go on with the query, and with advice about it. */
function firstLine(thrown: unknown): string {
  return messageOf(thrown).split('\n')[0] ?? '';
}

/** Leaves the events as Parquet, for later hunts: they need not be read, taken apart and told from others again. */
export async function keepEvents(database: Database, output: string): Promise<void> {
  try {
    await database.run(database.tableToParquet('events', output));
  } catch (cause) {
    fail('io', `the events cannot be kept: ${firstLine(cause)}`, {
      cause,
      hint: 'Name a file in a folder that is there.',
    });
  }
}

/** What of a log is written for the database to read at once, in bytes. */
const PORTION = 32 * 1024 * 1024;

/** Writes the rows of a log to a file, portion after portion; each has to be taken away. Yields its longest line, in bytes. */
async function* writePortions(
  source: EventSource,
  options: ReadOptions,
  file: string,
  tally: { events: number; unrouted: number },
): AsyncGenerator<number> {
  const kinds = new WeakMap<LogEvent['logsources'], string>();
  let written = 0;
  let longest = 0;
  for await (const batch of readEventBatches(source, options)) {
    const lines = batch.map(({ fields, logsources, time = null, at }) => {
      const kind = kinds.get(logsources) ?? JSON.stringify(logsources);
      kinds.set(logsources, kind);
      if (logsources.length === 0) tally.unrouted++;
      const json = wellFormed(JSON.stringify(fields, asText));
      const row = { n: tally.events++, file: at.file, record: at.record, time, kind, json };
      const line = Buffer.from(`${JSON.stringify(row)}\n`);
      longest = Math.max(longest, line.length);
      return line;
    });
    const bytes = Buffer.concat(lines);
    writeFileSync(file, bytes, { flag: 'a', mode: 0o600 });
    written += bytes.length;
    if (written < PORTION) continue;
    yield longest;
    written = longest = 0;
  }
  if (written > 0) yield longest;
}

/**
 * Rules know numbers by their text. So does the database: JSON that has one beyond 64 bits, as the Keywords of Windows
 * are in JavaScript, ClickHouse takes for no JSON at all.
 */
function asText(_name: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isSafeInteger(value) ? String(value) : value;
}

/** Half a surrogate pair stands as an escape in JSON, and databases refuse it; no rule can name one. */
function wellFormed(json: string): string {
  if (!/\\ud[89a-f]/.test(json)) return json;
  return json.replaceAll(/\\(?:ud[89a-f][0-9a-f]{2}|[^])/g, (escape) =>
    escape.length === '\\ud800'.length ? '\u{FFFD}' : escape,
  );
}

/** By its first bytes, whatever it is called. */
function isParquet(source: EventSource): source is EventSource & { readonly absolute: string } {
  if (source.absolute === undefined) return false;
  const start = Buffer.alloc(4);
  try {
    const file = openSync(source.absolute, 'r');
    readSync(file, start, 0, start.length, 0);
    closeSync(file);
  } catch {
    // The reader says what is wrong with it.
    return false;
  }
  return start.toString('latin1') === 'PAR1';
}
