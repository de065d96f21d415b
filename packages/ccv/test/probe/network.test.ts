// SPDX-License-Identifier: Apache-2.0
import { type AddressInfo, createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { serve, serveTls } from '../../../core/test/net/server.ts';
import { worldWith } from '../stage.ts';
import { serveDns } from './dns-server.ts';
import { act, look } from './look.ts';

describe('tcp', () => {
  it('tells a connection from a refusal', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((ready) => void server.once('listening', ready));
    const { port } = server.address() as AddressInfo;
    const world = worldWith([`127.0.0.1:${port}`]);
    expect(await look({ kind: 'tcp', host: '127.0.0.1', port }, world)).toEqual({ outcome: 'connected' });
    await new Promise((gone) => void server.close(gone));
    expect(await look({ kind: 'tcp', host: '127.0.0.1', port }, world)).toEqual({ outcome: 'refused' });
  });

  it('takes a name that does not resolve for no data, not for a way that is barred', async () => {
    const world = worldWith(['no-such-host.invalid:80']);
    await expect(look({ kind: 'tcp', host: 'no-such-host.invalid', port: 80 }, world)).rejects.toMatchObject({
      name: 'NoData',
    });
  });

  it.each([
    [{ kind: 'tcp', host: '127.0.0.1', port: 9 }, '127.0.0.1:9 is not in network.allow'],
    [{ kind: 'tls', host: 'example.com' }, 'example.com is not in network.allow'],
    [{ kind: 'dns', query: 'example.com' }, 'example.com is not in network.allow'],
    [{ kind: 'dns', query: 'example.com', server: '127.0.0.1' }, '127.0.0.1:53 is not in network.allow'],
    [{ kind: 'http', url: 'https://example.com/' }, 'example.com is not in network.allow'],
    [{ kind: 'prometheus', url: 'https://example.com', query: 'up' }, 'example.com is not in network.allow'],
  ])('%j goes nowhere that is not allowed', async (observation, problem) => {
    await expect(look(observation, worldWith([]))).rejects.toMatchObject({
      code: 'config',
      message: expect.stringContaining(problem),
    });
  });

  it('goes to no private address that is not said to be one', async () => {
    const network = { allow: ['127.0.0.1:9'], private: [] };
    await expect(look({ kind: 'tcp', host: '127.0.0.1', port: 9 }, worldWith([], { network }))).rejects.toMatchObject({
      message: expect.stringContaining('leads to a private address'),
    });
  });
});

describe('tls', () => {
  it('shows the certificate, whether it holds or not', async () => {
    const { host, ca } = await serveTls((_request, response) => response.end());
    const port = Number(host.split(':')[1]);
    const observation = { kind: 'tls', host: 'localhost', port };
    expect(await look(observation, worldWith([host], { ca }))).toMatchObject({ authorized: true, protocol: 'TLSv1.3' });
    expect(await look(observation, worldWith([host]))).toMatchObject({ authorized: false });
    const late = worldWith([host], { ca, now: () => new Date(Date.now() + 10_000 * 86_400_000) });
    const { daysLeft } = (await look(observation, late)) as { daysLeft: number };
    expect(daysLeft).toBeLessThan(0);
  });

  it('finds a certificate that is about somebody else', async () => {
    const { host, ca } = await serveTls((_request, response) => response.end(), ['elsewhere.example']);
    const observation = { kind: 'tls', host: 'localhost', port: Number(host.split(':')[1]) };
    expect(await look(observation, worldWith([host], { ca }))).toMatchObject({
      authorized: false,
      problem: expect.stringContaining('ALTNAME'),
    });
    expect(await look({ ...observation, servername: 'elsewhere.example' }, worldWith([host], { ca }))).toMatchObject({
      authorized: true,
    });
  });

  it('takes a server that does not speak it for no data', async () => {
    const { host } = await serve((_request, response) => response.end());
    const [name = '', port] = host.split(':');
    await expect(look({ kind: 'tls', host: name, port: Number(port) }, worldWith([host]))).rejects.toMatchObject({
      name: 'NoData',
    });
  });
});

describe('dns', () => {
  it('tells records from names that are not there, and silence from both', async () => {
    const server = await serveDns({ 'a.test': ['192.0.2.2', '192.0.2.1'], 'refused.test': 5, 'dead.test': 'silence' });
    const ask = (query: string, more = {}) => look({ kind: 'dns', query, server, ...more }, worldWith([server]));
    expect(await ask('a.test')).toEqual({ code: 'NOERROR', answers: ['192.0.2.1', '192.0.2.2'] });
    expect(await ask('missing.test')).toEqual({ code: 'NXDOMAIN', answers: [] });
    expect(await ask('refused.test')).toEqual({ code: 'REFUSED', answers: [] });
    await expect(ask('dead.test', { timeout: 'PT1S' })).rejects.toMatchObject({ name: 'NoData' });
  });
});

describe('http', () => {
  it('shows status, headers and body, as JSON where it is', async () => {
    const { host, url, received } = await serve(({ method }, response) =>
      response.writeHead(method === 'GET' ? 200 : 503, { 'x-a': 'b' }).end(method === 'GET' ? '{"n":1}' : 'plain'),
    );
    const world = worldWith([host], { env: { TOKEN: 'secret' } });
    const headers = { authorization: 'Bearer ${env:TOKEN}' };
    expect(await look({ kind: 'http', url, headers }, world)).toMatchObject({
      status: 200,
      headers: { 'x-a': 'b' },
      body: { n: 1 },
    });
    expect(await look({ kind: 'http', url, method: 'POST', body: [1] }, world)).toMatchObject({
      status: 503,
      body: 'plain',
    });
    expect(received).toMatchObject([{ headers: { authorization: 'Bearer secret' } }, { method: 'POST', body: '[1]' }]);
  });

  it('a step is done with 2xx, and in a rollback with what is gone; all else is not', async () => {
    let status = 200;
    const { host, url } = await serve((_request, response) => response.writeHead(status).end());
    const done = async (phase: 'action' | 'rollback'): Promise<boolean> =>
      act({ kind: 'http', method: 'DELETE', url }, worldWith([host]), phase).then(
        () => true,
        () => false,
      );
    const table = [];
    for (status of [200, 204, 302, 400, 404, 410, 500])
      table.push([status, await done('action'), await done('rollback')]);
    expect(table).toEqual([
      [200, true, true],
      [204, true, true],
      [302, false, false],
      [400, false, false],
      [404, false, true],
      [410, false, true],
      [500, false, false],
    ]);
  });

  it('a server that hangs is no data when its time is over', async () => {
    const { host, url } = await serve(() => undefined);
    const began = performance.now();
    await expect(look({ kind: 'http', url, timeout: 'PT1S' }, worldWith([host]))).rejects.toMatchObject({
      name: 'NoData',
      message: 'took longer than 1 s',
    });
    expect(performance.now() - began).toBeLessThan(3000);
  });
});

describe('prometheus', () => {
  const ask = async (status: number, body: unknown) => {
    const { host, url, received } = await serve((_request, response) =>
      response.writeHead(status).end(JSON.stringify(body)),
    );
    const value = await look({ kind: 'prometheus', url, query: 'sum(up) by (job)' }, worldWith([host]));
    return { value, asked: received[0]?.url };
  };
  const vector = (...values: readonly string[]) => ({
    status: 'success',
    data: { resultType: 'vector', result: values.map((value, n) => ({ metric: { n: String(n) }, value: [1, value] })) },
  });

  it('shows how many series there are, and their least and greatest value', async () => {
    const { value, asked } = await ask(200, vector('1', '0.5'));
    expect(asked).toBe('/api/v1/query?query=sum(up)%20by%20(job)');
    expect(value).toMatchObject({ samples: 2, least: 0.5, most: 1, values: [{ labels: { n: '0' }, value: 1 }, {}] });
    expect(
      (await ask(200, { status: 'success', data: { resultType: 'scalar', result: [1, '7'] } })).value,
    ).toMatchObject({
      samples: 1,
      most: 7,
    });
  });

  it.each([
    ['an empty vector', 200, vector()],
    ['NaN', 200, vector('1', 'NaN')],
    ['infinity', 200, vector('+Inf')],
    ['an error', 400, { status: 'error', errorType: 'bad_data' }],
    ['something else', 200, { hello: 'world' }],
  ])('takes %s for no data (Argo Rollouts #1905)', async (_what, status, body) => {
    await expect(ask(status, body)).rejects.toMatchObject({ name: 'NoData' });
  });
});

it('a probe that is interrupted ends at once', async () => {
  const { host, url } = await serve(() => undefined);
  const interrupt = new AbortController();
  const looked = look({ kind: 'http', url }, worldWith([host]), interrupt.signal);
  setTimeout(() => interrupt.abort(new Error('interrupted')), 20);
  await expect(looked).rejects.toThrow('interrupted');
});
