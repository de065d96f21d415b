// SPDX-License-Identifier: Apache-2.0
import { Resolver } from 'node:dns/promises';
import { fail } from '@helios/core/error';
import { permittedEndpoint } from '@helios/core/net';
import type { Json } from '../control/json.ts';
import type { ObservationOf } from '../control/observation.ts';
import { codeOf } from './failure.ts';
import { NoData, type World } from './world.ts';

/** Answers that are no records, and yet answers (RFC 1035 §4.1.1); all else is no data. */
const CODES: Readonly<Record<string, string>> = { ENOTFOUND: 'NXDOMAIN', ENODATA: 'NODATA', EREFUSED: 'REFUSED' };

/** `{code, answers}`: NOERROR, NXDOMAIN, NODATA or REFUSED, and the records as sorted texts. */
export async function observeDns(
  { query, type, server }: ObservationOf<'dns'>,
  { network }: World,
  signal: AbortSignal,
): Promise<Json> {
  const resolver = new Resolver({ tries: 2 });
  signal.addEventListener('abort', () => resolver.cancel(), { once: true });
  if (server !== undefined) resolver.setServers([await addressOf(server, network)]);
  else if (!network.allow.includes(query)) {
    fail('config', `${query} is not in network.allow, so no resolver is asked for it`, {
      hint: 'Add it to network.allow of helios.yaml if you trust it, or name a server.',
    });
  }
  try {
    const records = [await resolver.resolve(query, type)].flat();
    return { code: 'NOERROR', answers: records.map((record) => textOf(record)).sort() };
  } catch (cause) {
    const code = CODES[codeOf(cause)];
    if (code === undefined) throw new NoData(`${query}: ${codeOf(cause)}`, { cause });
    return { code, answers: [] };
  }
}

async function addressOf(server: string, network: World['network']): Promise<string> {
  const [, host = '', port = '53'] = /^(.*?)(?::(\d{1,5}))?$/.exec(server) ?? [];
  return `${await permittedEndpoint(host, Number(port), network)}:${port}`;
}

/** Mail exchangers are `10 mail.example.com`; the parts of a TXT record are one text (RFC 7208 §3.3). */
function textOf(record: unknown): string {
  if (Array.isArray(record)) return record.join('');
  if (typeof record !== 'object' || record === null) return String(record);
  const { priority, exchange } = record as { readonly priority?: number; readonly exchange?: string };
  return `${priority ?? ''} ${exchange ?? ''}`;
}
