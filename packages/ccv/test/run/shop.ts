// SPDX-License-Identifier: Apache-2.0
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Control, controlSchema } from '../../src/control/control.ts';

/** What goes wrong with one request. */
export type Fault = 'crash-before' | 'crash-after' | 'hang' | '404' | '500' | 'no-data' | 'partial' | 'cut';

export const FAULTS: readonly Fault[] = [
  'crash-before',
  'crash-after',
  'hang',
  '404',
  '500',
  'no-data',
  'partial',
  'cut',
];

/**
 * A service that can be disturbed by two switches and sees when both are on: real HTTP, and faults at will. It counts the
 * requests and keeps what was done, so that a test need not believe what a runner says of itself.
 */
export class Shop {
  readonly switches = new Set<string>();
  /** `GET /steady`, in their order. */
  readonly log: string[] = [];
  healthy = true;
  alarm = true;
  serving = true;
  host = '';
  /** What happens with the n-th request, counted from 1. */
  fault: (request: number) => Fault | undefined = () => undefined;
  /** Called where a fault is a crash of the runner. */
  crash: () => void = () => undefined;
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => this.#answer(request, response));
  }

  static async open(): Promise<Shop> {
    const shop = new Shop();
    await new Promise<void>((ready) => void shop.#server.listen(0, '127.0.0.1', ready));
    shop.host = `127.0.0.1:${(shop.#server.address() as AddressInfo).port}`;
    return shop;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  /** Whether all is as it was in the beginning. */
  get untouched(): boolean {
    return this.switches.size === 0;
  }

  /** Whether the steady state was looked at after the last change. */
  get lookedAfterwards(): boolean {
    const lastChange = this.log.findLastIndex((line) => !line.startsWith('GET'));
    return this.log.findLastIndex((line) => line === 'GET /steady') > lastChange;
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const { method = '', url = '' } = request;
    this.log.push(`${method} ${url}`);
    const fault = this.fault(this.log.length);
    request.resume();
    switch (fault) {
      case 'hang':
        return;
      case 'cut':
        response.destroy();
        return;
      case '404':
      case '500':
        response.writeHead(Number(fault)).end();
        return;
      case 'no-data':
        this.#act(method, url);
        response.writeHead(200).end();
        return;
      case 'partial':
        // What a service does that fails half-way: the effect is there, and the answer is a failure.
        this.#act(method, url);
        response.writeHead(500).end();
        return;
      case 'crash-before':
        this.crash();
        return;
      case 'crash-after':
        this.#act(method, url);
        this.crash();
        return;
      case undefined: {
        const [status, body] = this.#act(method, url);
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
      }
    }
  }

  #act(method: string, url: string): [number, unknown] {
    const name = url.replace('/switch/', '');
    if (method === 'PUT') return (this.switches.add(name), [200, {}]);
    // Gone is gone: the second time there is nothing to delete.
    if (method === 'DELETE') return [this.switches.delete(name) ? 200 : 404, {}];
    if (url === '/health') return [this.healthy ? 200 : 503, { ok: this.healthy }];
    if (url === '/state') return [200, { switches: [...this.switches].sort() }];
    if (url === '/steady') return [200, { serving: this.serving && this.untouched }];
    return [200, { raised: this.alarm && this.switches.size === 2 }];
  }
}

/** Two switches on, the alarm must be raised, both off again: one probe of each kind, so that requests have an order. */
export function shopControl({ host }: Shop, more: Readonly<Record<string, unknown>> = {}): Control {
  const url = (path: string): string => `http://${host}${path}`;
  const timeout = 'PT2S';
  const step = (method: string, name: string) => ({
    name: `${method} ${name}`,
    kind: 'http',
    method,
    url: url(`/switch/${name}`),
    timeout,
  });
  return controlSchema.parse({
    schema: 'helios/control/v1',
    id: 'alarm',
    title: 'Two switches raise the alarm',
    service: 'shop',
    tier: 1,
    owner: '@team',
    expires: '2099-01-01',
    limits: { rate: { runs: 1000, per: 'PT1H' }, timeout: 'PT20S' },
    health: { probes: [{ name: 'health', kind: 'http', url: url('/health'), timeout, expect: { '/status': 200 } }] },
    state: [{ name: 'switches', kind: 'http', url: url('/state'), timeout }],
    ignore: ['/switches/headers'],
    steady: [{ name: 'serving', kind: 'http', url: url('/steady'), timeout, expect: { '/body/serving': true } }],
    action: [step('PUT', 'a'), step('PUT', 'b')],
    verify: [{ name: 'raised', kind: 'http', url: url('/alarm'), timeout, expect: { '/body/raised': true } }],
    rollback: [step('DELETE', 'b'), step('DELETE', 'a')],
    ...more,
  });
}
