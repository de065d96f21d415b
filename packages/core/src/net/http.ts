// SPDX-License-Identifier: Apache-2.0
import { lookup as resolve } from 'node:dns/promises';
import { type IncomingMessage, request as requestPlain, type RequestOptions } from 'node:http';
import { request as requestTls } from 'node:https';
import { isIP } from 'node:net';
import { fail, HeliosError, messageOf } from '../error.ts';
import { isPublicAddress } from './address.ts';
import type { NetworkSettings } from './settings.ts';

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON, unless a header `content-type` says otherwise. */
  readonly body?: string;
  /** Breaks it off; whether the other side has done what was asked is then unknown. */
  readonly signal?: AbortSignal;
}

export interface HttpResponse {
  readonly status: number;
  /** Names in lower case; of several of one name the first. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Buffer;
}

/** What one exchange may take. */
export interface HttpLimits {
  /** For all of it, redirects included. */
  readonly timeoutMs: number;
  readonly responseBytes: number;
  readonly redirects: number;
}

const LIMITS: HttpLimits = { timeoutMs: 30_000, responseBytes: 8 * 1024 * 1024, redirects: 3 };

export type Send = (request: HttpRequest) => Promise<HttpResponse>;

/** The network broke off: whether the other side has done what was asked is unknown. */
export class Unanswered extends Error {
  override readonly name = 'Unanswered';
}

export interface HttpSettings {
  readonly network: NetworkSettings;
  /** PEM text of `network.ca`. */
  readonly ca?: string;
  readonly limits?: Partial<HttpLimits>;
}

/**
 * Speaks HTTP to hosts of the allow-list and nobody else: TLS only (but on loopback), to an address that was looked at
 * before it was connected to, within limits of size, time and redirects. Any status is an answer. Throws HeliosError
 * `config` for what must not be done, `io` for what the other side does wrong, and Unanswered.
 */
export function openHttp({ network, ca, limits: given }: HttpSettings): Send {
  const limits = { ...LIMITS, ...given };
  return async (request) => {
    const late = AbortSignal.timeout(limits.timeoutMs);
    const signal = request.signal ? AbortSignal.any([late, request.signal]) : late;
    let next = request;
    for (let hops = 0; ; hops++) {
      const url = permittedUrl(next.url, network);
      const response = await exchange(next, url, { network, ca, limits, signal });
      const target = redirectOf(response, url);
      if (!target) return response;
      if (request.method !== 'GET') refuse(url, 'answers a request that would change something by a redirect');
      if (hops === limits.redirects) refuse(url, `redirects more than ${limits.redirects} times`);
      next = redirected(next, url, target);
    }
  };
}

/** What was meant for one address is not said to another: headers may hold a token. */
function redirected(request: HttpRequest, from: URL, to: URL): HttpRequest {
  return { ...request, url: to.href, headers: from.origin === to.origin ? (request.headers ?? {}) : {} };
}

/** `host`, and the port where it is not the usual one, as the allow-list has them. */
export function permittedUrl(text: string, { allow, private: own }: NetworkSettings): URL {
  const url = URL.parse(text) ?? fail('config', 'the address is no URL', { hint: 'Write https://…' });
  if (url.username || url.password)
    fail('config', `the address at ${url.host} holds credentials`, { hint: 'Hand them over in the environment.' });
  if (!allow.includes(url.host)) {
    fail('config', `${url.host} is not in network.allow, so nothing is sent there`, {
      hint: 'Add the host to network.allow of helios.yaml if you trust it.',
    });
  }
  const loopback = /^(?:127\.\d+\.\d+\.\d+|\[::1\]|localhost)$/.test(url.hostname) && own.includes(url.host);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && loopback))
    fail('config', `${url.host} is to be spoken to without TLS`, { hint: 'Use an https address.' });
  return url;
}

interface Exchange {
  readonly network: NetworkSettings;
  readonly ca: string | undefined;
  readonly limits: HttpLimits;
  readonly signal: AbortSignal;
}

async function exchange(
  request: HttpRequest,
  url: URL,
  { network, ca, limits, signal }: Exchange,
): Promise<HttpResponse> {
  const address = await permittedAddress(url, network, signal);
  const options: RequestOptions & { ca?: string[] } = {
    method: request.method,
    signal,
    // Connected is to the very address that was looked at, however the name resolves by then.
    lookup: (_name, _options, callback) => callback(null, [{ address, family: isIP(address) }]),
    headers: { accept: 'application/json', 'user-agent': 'helios', ...lengthOf(request.body), ...request.headers },
    agent: false,
    ...(ca !== undefined && { ca: [...(await defaultAuthorities()), ca] }),
  };
  try {
    const start = url.protocol === 'https:' ? requestTls : requestPlain;
    const { promise, resolve: answered, reject } = Promise.withResolvers<IncomingMessage>();
    start(url, options, answered).on('error', reject).end(request.body);
    const response = await promise;
    const body = await readBody(response, url, limits.responseBytes);
    return { status: response.statusCode ?? 0, headers: headersOf(response), body };
  } catch (cause) {
    if (cause instanceof HeliosError) throw cause;
    throw brokenOff(cause, url, limits, signal);
  }
}

async function permittedAddress(url: URL, { private: own }: NetworkSettings, signal: AbortSignal): Promise<string> {
  const name = url.hostname.replace(/^\[|\]$/g, '');
  const addresses = isIP(name) ? [name] : await addressesOf(name, url, signal);
  const [address] = own.includes(url.host) ? addresses : addresses.filter(isPublicAddress);
  return (
    address ??
    fail('config', `${url.host} leads to a private address (${addresses.join(', ')}), so nothing is sent there`, {
      hint: 'If this is meant, add the host to network.private of helios.yaml.',
    })
  );
}

async function addressesOf(name: string, url: URL, signal: AbortSignal): Promise<string[]> {
  try {
    // A resolver cannot be interrupted, only left behind.
    const late = Promise.withResolvers<never>();
    signal.addEventListener('abort', () => late.reject(new Error('it takes too long')));
    return (await Promise.race([resolve(name, { all: true }), late.promise])).map(({ address }) => address);
  } catch (cause) {
    throw new Unanswered(`${url.host} cannot be found: ${messageOf(cause)}`, { cause });
  }
}

async function readBody(response: IncomingMessage, url: URL, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limit) {
      response.destroy();
      refuse(url, `answers with more than ${limit} bytes`);
    }
    chunks.push(chunk);
  }
  if (!response.complete) throw new Error('the answer was cut off');
  return Buffer.concat(chunks);
}

function brokenOff(cause: unknown, url: URL, { timeoutMs }: HttpLimits, signal: AbortSignal): Error {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  if (/CERT|TLS|SSL|VERIFY|ALTNAME/.test(code)) {
    return new HeliosError('io', `${url.host} cannot prove who it is: ${messageOf(cause)}`, {
      cause,
      hint: 'Correct its certificate, or name its authority in network.ca of helios.yaml.',
    });
  }
  const late = signal.aborted && signal.reason instanceof DOMException && signal.reason.name === 'TimeoutError';
  const why = late ? `gave no whole answer within ${timeoutMs} ms` : `did not answer: ${messageOf(cause)}`;
  return new Unanswered(`${url.host} ${why}`, { cause });
}

function redirectOf({ status, headers }: HttpResponse, url: URL): URL | undefined {
  if (![301, 302, 303, 307, 308].includes(status)) return undefined;
  const location = headers.get('location');
  return (location && URL.parse(location, url.href)) || refuse(url, 'redirects to nowhere');
}

function headersOf({ headersDistinct }: IncomingMessage): Map<string, string> {
  return new Map(Object.entries(headersDistinct).map(([name, values]) => [name, values?.[0] ?? '']));
}

function lengthOf(body: string | undefined): Record<string, string> {
  if (body === undefined) return {};
  return { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)) };
}

async function defaultAuthorities(): Promise<readonly string[]> {
  const { getCACertificates } = await import('node:tls');
  return getCACertificates('default');
}

function refuse(url: URL, what: string): never {
  return fail('io', `${url.host} ${what}`, { hint: 'Check the address, and what answers there.' });
}
