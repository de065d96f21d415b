// SPDX-License-Identifier: Apache-2.0
import { permittedEndpoint } from '@helios/core/net';
import type { Client } from 'pg';
import type { Json } from '../control/json.ts';
import type { PlainObservation } from '../control/observation.ts';
import { fill } from '../control/placeholders.ts';
import type { World } from './world.ts';

type Query = Pick<Extract<PlainObservation, { kind: 'sql' }>, 'connection' | 'query' | 'parameters'>;

/** `{count, rows}`, in a transaction that cannot write. */
export function observeSql(query: Query, world: World, signal: AbortSignal): Promise<Json> {
  return ask(query, world, signal, 'BEGIN READ ONLY', 'ROLLBACK');
}

/** Runs one statement, wholly or not at all. */
export function performSql(query: Query, world: World, signal: AbortSignal): Promise<Json> {
  return ask(query, world, signal, 'BEGIN', 'COMMIT');
}

async function ask(
  { connection, query, parameters }: Query,
  world: World,
  signal: AbortSignal,
  begin: string,
  end: string,
): Promise<Json> {
  const client = await clientFor(connection, world);
  // Lost connections are also thrown by what waits for them.
  client.on('error', () => undefined);
  const stop = (): void => void client.end().catch(() => undefined);
  signal.addEventListener('abort', stop, { once: true });
  try {
    await client.connect();
    await client.query(begin);
    // The extended protocol takes one statement and no second, whatever a parameter or placeholder holds.
    const { rows, rowCount } = await client.query<Record<string, unknown>>(extended(query, parameters));
    await client.query(end);
    return { count: rowCount ?? rows.length, rows: JSON.parse(JSON.stringify(rows)) as Json };
  } finally {
    signal.removeEventListener('abort', stop);
    stop();
  }
}

/** The types of `pg` do not know of this mode, which it has since 8.12. */
function extended(text: string, values: readonly Json[]): { text: string; values: Json[] } {
  const query = { text, values: [...values], queryMode: 'extended' };
  return query;
}

/** Not connected yet. Throws HeliosError `config` where the variable is not set, or the host is not in the allow-list. */
export async function clientFor(connection: string, world: World): Promise<Client> {
  // `pg` itself brings a pool that no bundler gets right (default export of a CommonJS class); one connection is enough.
  const { default: Connection } = await import('pg/lib/client.js');
  const client = new Connection({ connectionString: fill(`\${${connection}}`, { env: world.env }) });
  await permittedEndpoint(client.host, client.port, world.network);
  return client;
}
