// SPDX-License-Identifier: Apache-2.0
import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { fail } from '../error.ts';
import { isPublicAddress } from './address.ts';
import type { NetworkSettings } from './settings.ts';

/** Where one of several ports may be meant, the allow-list must say which; as in a URL, TLS has 443. */
const USUAL_PORT = 443;

/**
 * The address to connect to for a host and port that are not spoken to by HTTP; as for HTTP, the allow-list must name
 * them, and say so where the address is private. Throws HeliosError `config` for what must not be done; what the
 * resolver throws is thrown on.
 */
export async function permittedEndpoint(
  host: string,
  port: number,
  { allow, private: own }: NetworkSettings,
): Promise<string> {
  const bracketed = isIP(host) === 6 ? `[${host}]` : host;
  const place = port === USUAL_PORT ? bracketed : `${bracketed}:${port}`;
  if (!allow.includes(place)) {
    fail('config', `${place} is not in network.allow, so nothing is sent there`, {
      hint: 'Add it to network.allow of helios.yaml if you trust it.',
    });
  }
  const found = isIP(host) ? [host] : (await lookup(host, { all: true })).map(({ address }) => address);
  const [address] = own.includes(place) ? found : found.filter(isPublicAddress);
  return (
    address ??
    fail('config', `${place} leads to a private address (${found.join(', ')}), so nothing is sent there`, {
      hint: 'If this is meant, add it to network.private of helios.yaml.',
    })
  );
}
