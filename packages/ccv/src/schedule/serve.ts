// SPDX-License-Identifier: Apache-2.0
import { createServer, type ServerResponse } from 'node:http';
import { fail, messageOf } from '@helios/core/error';
import { drawMetrics, type Status } from './status.ts';

/** A scheduler that has neither looked nor ended a run for so long hangs, or one of its controls does. */
const STALE_AFTER_MS = 10 * 60 * 1000;

/**
 * Answers GET /healthz (200 or 503) and GET /metrics on `host:port` until the answer is called. Throws HeliosError `usage`
 * where it cannot listen there.
 */
export async function serveStatus(
  listen: string,
  status: Status,
  figures: () => Promise<string>,
  now: () => Date,
): Promise<() => Promise<void>> {
  const [, host = '', port = ''] = /^(.+):(\d{1,5})$/.exec(listen) ?? [];
  if (port === '') fail('usage', `--listen ${listen}: not host:port`, { hint: 'Write --listen 127.0.0.1:9464.' });
  const server = createServer({ requestTimeout: 10_000 }, (request, response) => {
    if (request.method !== 'GET') return send(response, 405, 'text/plain', 'only GET\n');
    if (request.url === '/metrics') {
      void figures().then((text) => send(response, 200, 'text/plain; version=0.0.4', drawMetrics(status) + text));
      return;
    }
    if (request.url !== '/healthz') return send(response, 404, 'text/plain', '/healthz or /metrics\n');
    const problem = now().getTime() - status.looked > STALE_AFTER_MS ? 'it hangs' : status.problem;
    send(response, problem === '' ? 200 : 503, 'text/plain', `${problem === '' ? status.role : problem}\n`);
  });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject).listen(Number(port), host.replace(/^\[|\]$/g, ''), resolve);
  try {
    await promise;
  } catch (cause) {
    fail('usage', `cannot listen on ${listen}: ${messageOf(cause)}`, { cause, hint: 'Name another --listen.' });
  }
  return async () => {
    server.closeAllConnections();
    await new Promise((closed) => void server.close(closed));
  };
}

function send(response: ServerResponse, status: number, type: string, text: string): void {
  response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(text);
}
