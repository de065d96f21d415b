// SPDX-License-Identifier: Apache-2.0
import { type HttpRequest, type HttpResponse, openHttp } from '@helios/core/net';
import type { Json } from '../control/json.ts';
import type { PlainObservation } from '../control/observation.ts';
import type { World } from './world.ts';

type HttpObservation = Extract<PlainObservation, { kind: 'http' }>;

/** The deadline of a probe or step is its own; this one only ends what nobody waits for any more. */
const LONGEST_MS = 10 * 60 * 1000;

/** `{status, headers, body}`: the body as JSON where it is, else as text. */
export async function observeHttp(
  { url, method, headers, body }: HttpObservation,
  world: World,
  signal: AbortSignal,
): Promise<Json> {
  const response = await exchange({ method, url, headers, signal, ...withBody(body) }, world);
  return {
    status: response.status,
    headers: Object.fromEntries(response.headers),
    body: parsed(response.body.toString('utf8')),
  };
}

export async function exchange(request: HttpRequest, { network, ca }: World): Promise<HttpResponse> {
  const send = openHttp({ network, limits: { timeoutMs: LONGEST_MS }, ...(ca !== undefined && { ca }) });
  return send(request);
}

export function withBody(body: Json | undefined): { body?: string } {
  return body === undefined ? {} : { body: JSON.stringify(body) };
}

/** JSON where the text is JSON, else the text. */
export function parsed(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}
