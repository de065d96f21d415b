// SPDX-License-Identifier: Apache-2.0
import { isIP } from 'node:net';
import { connect, getCACertificates, type TLSSocket } from 'node:tls';
import { permittedEndpoint } from '@helios/core/net';
import type { Json } from '../control/json.ts';
import type { ObservationOf } from '../control/observation.ts';
import type { World } from './world.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * `{authorized, problem, protocol, cipher, subject, issuer, daysLeft, sha256}` of what a server shows. A certificate that
 * does not hold is seen, not thrown: a probe may be there to see it.
 */
export async function observeTls(
  { host, port, servername }: ObservationOf<'tls'>,
  world: World,
  signal: AbortSignal,
): Promise<Json> {
  const address = await permittedEndpoint(host, port, world.network);
  const name = servername ?? host;
  const socket = connect({
    host: address,
    port,
    // The name of a server is never an address (RFC 6066 §3).
    ...(isIP(name) === 0 && { servername: name }),
    rejectUnauthorized: false,
    ...(world.ca !== undefined && { ca: [...getCACertificates('default'), world.ca] }),
  });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  signal.addEventListener('abort', () => socket.destroy(), { once: true });
  socket.on('secureConnect', resolve).on('error', reject);
  try {
    await promise;
    return describe(socket, world.now());
  } finally {
    socket.destroy();
  }
}

function describe(socket: TLSSocket, now: Date): Json {
  const { subject, issuer, valid_to: validTo, fingerprint256 } = socket.getPeerCertificate();
  return {
    authorized: socket.authorized,
    problem: socket.authorized ? null : String(socket.authorizationError),
    protocol: socket.getProtocol(),
    cipher: socket.getCipher().standardName,
    subject: nameOf(subject),
    issuer: nameOf(issuer),
    daysLeft: Math.floor((Date.parse(validTo) - now.getTime()) / DAY_MS),
    sha256: fingerprint256.replaceAll(':', '').toLowerCase(),
  };
}

/** A name may hold several common names, and then it is a list. */
function nameOf(name: Readonly<Record<string, unknown>> | undefined): Json {
  const common = name?.['CN'];
  if (Array.isArray(common)) return common.join(', ');
  return typeof common === 'string' ? common : null;
}
