// SPDX-License-Identifier: Apache-2.0
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import type { NetworkSettings } from '../../src/net/index.ts';
import { issueCertificate } from './certificate.ts';

/** A request as it came over the wire. */
export interface Received {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export interface Loopback {
  /** `127.0.0.1:40001`, or `localhost:40001` for TLS. */
  readonly host: string;
  readonly url: string;
  readonly received: Received[];
  /** Settings that let this server, and nothing else, be spoken to. */
  readonly network: NetworkSettings;
}

export type Answer = (request: Received, response: ServerResponse) => void;

/** A real HTTP server until the test is over. */
export async function serve(answer: Answer): Promise<Loopback> {
  return listen((listener) => createServer(listener), 'http', '127.0.0.1', answer);
}

/** The same with TLS, by a certificate that its own authority issued for the names given. */
export async function serveTls(
  answer: Answer,
  names: readonly string[] = ['localhost'],
): Promise<Loopback & { ca: string }> {
  const { key, cert, ca } = await issueCertificate(names);
  return {
    ...(await listen((listener) => createTlsServer({ key, cert }, listener), 'https', 'localhost', answer)),
    ca,
  };
}

async function listen(
  create: (listener: RequestListener) => ReturnType<typeof createServer>,
  scheme: string,
  name: string,
  answer: Answer,
): Promise<Loopback> {
  const received: Received[] = [];
  const server = create((request, response) => {
    const { method = '', url = '', headers } = request;
    const take = async (): Promise<void> => {
      const whole = { method, url, headers, body: await text(request) };
      received.push(whole);
      answer(whole, response);
    };
    void take();
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const host = `${name}:${(server.address() as AddressInfo).port}`;
  return { host, url: `${scheme}://${host}`, received, network: { allow: [host], private: [host] } };
}

export function answerJson(
  response: ServerResponse,
  status: number,
  value: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(value));
}
