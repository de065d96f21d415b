// SPDX-License-Identifier: Apache-2.0
import { codeOf } from './failure.ts';
import { createConnection } from 'node:net';
import { permittedEndpoint } from '@helios/core/net';
import type { Json } from '../control/json.ts';
import type { ObservationOf } from '../control/observation.ts';
import { NoData, type World } from './world.ts';

/** What a connection that was not made came to. A name that cannot be resolved says nothing about the way. */
const OUTCOMES: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'refused',
  ECONNRESET: 'reset',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  EACCES: 'forbidden',
  EPERM: 'forbidden',
  ETIMEDOUT: 'silent',
};

/** Packets that are dropped leave silence, which is an answer here; it is waited for less long than the timeout. */
const SILENT_AFTER_MS = 5_000;

/** `{outcome}`: connected, refused, reset, unreachable, forbidden or silent. */
export async function observeTcp(
  { host, port }: ObservationOf<'tcp'>,
  world: World,
  signal: AbortSignal,
): Promise<Json> {
  const address = await permittedEndpoint(host, port, world.network);
  return { outcome: await connect(address, port, signal) };
}

function connect(address: string, port: number, signal: AbortSignal): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const socket = createConnection({ host: address, port, signal, timeout: SILENT_AFTER_MS });
  socket.on('connect', () => resolve('connected'));
  socket.on('timeout', () => resolve('silent'));
  socket.on('error', (error) => {
    const outcome = OUTCOMES[codeOf(error)];
    if (outcome === undefined) reject(new NoData(error.message));
    else resolve(outcome);
  });
  return promise.finally(() => socket.destroy());
}
