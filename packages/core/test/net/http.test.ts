// SPDX-License-Identifier: Apache-2.0
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { isPublicAddress, openHttp } from '../../src/net/index.ts';
import { permittedUrl, Unanswered } from '../../src/net/http.ts';
import { answerJson, serve, serveTls } from './server.ts';

const GET = { method: 'GET' } as const;

describe('an address', () => {
  it.each(['93.184.216.34', '8.8.8.8', '2606:4700::1111', '::ffff:8.8.8.8'])('of the Internet: %s', (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });

  it.each([
    '10.0.0.1',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '127.0.0.1',
    '127.1.2.3',
    '169.254.169.254',
    '100.64.0.1',
    '0.0.0.0',
    '192.0.0.1',
    '198.18.0.1',
    '224.0.0.1',
    '240.0.0.1',
    '255.255.255.255',
    '::1',
    '::',
    'fe80::1',
    'fc00::1',
    'fd00:ec2::254',
    'ff02::1',
    '::ffff:169.254.169.254',
    '::ffff:a00:1',
    '::a9fe:a9fe',
    '64:ff9b::a9fe:a9fe',
    '2002:a9fe:a9fe::1',
    '2001:db8::1',
    '2001::1',
    'fe80::1%eth0',
    'example.com',
    '',
  ])('that nobody is sent to: %s', (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });
});

describe('the allow-list', () => {
  const network = { allow: ['api.example.com', 'git.example.com:8443', '127.0.0.1'], private: ['127.0.0.1'] };

  it.each([
    'https://api.example.com/x',
    'https://API.example.com:443/x',
    'https://git.example.com:8443/',
    'http://127.0.0.1/',
  ])('lets %s through', (url) => {
    expect(permittedUrl(url, network).href).toMatch(/^http/);
  });

  it.each([
    ['https://example.com/', 'is not in network.allow'],
    ['https://api.example.com.evil.example/', 'is not in network.allow'],
    ['https://api.example.com:444/', 'is not in network.allow'],
    ['https://api.example.com@evil.example/', 'holds credentials'],
    ['https://user:secret@api.example.com/', 'holds credentials'],
    ['http://api.example.com/', 'is not in network.allow|without TLS'],
    ['ftp://api.example.com/', 'without TLS|not in network.allow'],
    ['file:///etc/passwd', 'not in network.allow'],
    ['nonsense', 'no URL'],
  ])('stops %s', (url, why) => {
    expect(() => permittedUrl(url, network)).toThrow(new RegExp(why));
  });
});

describe('HTTP', () => {
  it('gives status, headers and body of any answer', async () => {
    const { url, network, received } = await serve((_, response) =>
      answerJson(response, 418, { a: 'ü' }, { 'x-a': 'b' }),
    );
    const send = openHttp({ network });
    const answer = await send({ method: 'POST', url: `${url}/x?y=1`, headers: { 'x-b': 'c' }, body: '{"ü":1}' });
    expect([answer.status, answer.body.toString(), answer.headers.get('x-a')]).toEqual([418, '{"a":"ü"}', 'b']);
    expect(received).toMatchObject([
      {
        method: 'POST',
        url: '/x?y=1',
        body: '{"ü":1}',
        headers: { 'x-b': 'c', 'content-type': 'application/json', 'user-agent': 'helios' },
      },
    ]);
  });

  it('sends JSON, unless the request says what its body is', async () => {
    const server = await serve((_request, response) => answerJson(response, 200, {}));
    const send = openHttp({ network: server.network });
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    await send({ method: 'POST', url: server.url, body: '{}' });
    await send({ method: 'POST', url: server.url, body: 'a=b', headers: form });
    expect(server.received.map(({ headers, body }) => [headers['content-type'], body])).toEqual([
      ['application/json', '{}'],
      ['application/x-www-form-urlencoded', 'a=b'],
    ]);
  });

  it('goes to no private address that was not named as one, however it is written', async () => {
    const { url, received, host } = await serve((_, response) => answerJson(response, 200, {}));
    const send = openHttp({ network: { allow: [host, `localhost:${new URL(url).port}`], private: [] } });
    await expect(send({ ...GET, url: `https://${host}/` })).rejects.toThrow('leads to a private address (127.0.0.1)');
    await expect(send({ ...GET, url: `https://localhost:${new URL(url).port}/` })).rejects.toThrow('private address');
    // The same address as one number, and in octal.
    await expect(send({ ...GET, url: `https://2130706433:${new URL(url).port}/` })).rejects.toThrow('private address');
    await expect(send({ ...GET, url: `https://0177.0.0.1:${new URL(url).port}/` })).rejects.toThrow('private address');
    expect(received).toEqual([]);
  });

  it.each([
    'http://169.254.169.254/latest/meta-data/',
    'https://[fd00:ec2::254]/',
    'https://evil.example/',
    'file:///etc/passwd',
  ])('follows no redirect to %s', async (target) => {
    const { url, network, received } = await serve((_, response) =>
      response.writeHead(302, { location: target }).end(),
    );
    await expect(openHttp({ network })({ ...GET, url })).rejects.toThrow('network.allow');
    expect(received).toHaveLength(1);
  });

  it('follows a redirect to an address that is allowed, and tells it no token of the first', async () => {
    const second = await serve((_, response) => answerJson(response, 200, { here: true }));
    const first = await serve(({ url }, response) =>
      response
        .writeHead(307, { location: url === '/own' ? '/there' : url === '/there' ? `${second.url}/x` : '/' })
        .end(),
    );
    const allow = [first.host, second.host];
    const send = openHttp({ network: { allow, private: allow } });
    const answer = await send({ ...GET, url: `${first.url}/own`, headers: { authorization: 'Bearer a' } });
    expect(answer.body.toString()).toBe('{"here":true}');
    expect(first.received.map(({ headers }) => headers.authorization)).toEqual(['Bearer a', 'Bearer a']);
    expect(second.received[0]?.headers.authorization).toBeUndefined();
  });

  it('stops where redirects go round, and where one answers a change', async () => {
    const { url, network, received } = await serve((_, response) => response.writeHead(308, { location: '/' }).end());
    const send = openHttp({ network });
    await expect(send({ ...GET, url })).rejects.toThrow('redirects more than 3 times');
    expect(received).toHaveLength(4);
    await expect(send({ method: 'POST', url, body: '{}' })).rejects.toThrow(
      'answers a request that would change something',
    );
    expect(received).toHaveLength(5);
    const nowhere = await serve((_, response) => response.writeHead(302).end());
    await expect(openHttp({ network: nowhere.network })({ ...GET, url: nowhere.url })).rejects.toThrow(
      'redirects to nowhere',
    );
  });

  it('reads no more than the limit of a body that goes on and on', async () => {
    let written = 0;
    const { url, network } = await serve((_, response) => {
      const more = (): void => {
        for (; !response.destroyed && written < 1e9; written += 65_536)
          if (!response.write(Buffer.alloc(65_536))) break;
        if (!response.destroyed) response.once('drain', more);
      };
      more();
    });
    await expect(openHttp({ network, limits: { responseBytes: 100_000 } })({ ...GET, url })).rejects.toThrow(
      'answers with more than 100000 bytes',
    );
    expect(written).toBeLessThan(50_000_000);
  });

  it('waits no longer than the limit: for an answer, for its end, and over redirects in all', async () => {
    const mute = await serve(() => {});
    const drip = await serve((_, response) => {
      const timer = setInterval(() => response.write('x'), 20);
      response.on('close', () => clearInterval(timer));
    });
    const slow = await serve(async (_, response) => {
      await sleep(150);
      response.writeHead(302, { location: '/' }).end();
    });
    for (const { url, network } of [mute, drip, slow]) {
      const started = performance.now();
      const answer = openHttp({ network, limits: { timeoutMs: 300, redirects: 100 } })({ ...GET, url });
      await expect(answer).rejects.toThrow('gave no whole answer within 300 ms');
      expect(performance.now() - started).toBeLessThan(2000);
    }
  });

  it('says that nothing is known where the line breaks', async () => {
    const { url, network } = await serve(({ url }, response) => {
      if (url === '/cut') response.writeHead(200, { 'content-length': '100' }).write('half');
      response.socket?.destroy();
    });
    const send = openHttp({ network });
    await expect(send({ ...GET, url })).rejects.toThrow(Unanswered);
    await expect(send({ ...GET, url: `${url}/cut` })).rejects.toThrow(Unanswered);
    const closed = { allow: ['127.0.0.1:9'], private: ['127.0.0.1:9'] };
    await expect(openHttp({ network: closed })({ ...GET, url: 'http://127.0.0.1:9/' })).rejects.toThrow(
      'did not answer: connect ECONNREFUSED',
    );
    const unknown = { allow: ['nobody.invalid'], private: [] };
    await expect(openHttp({ network: unknown })({ ...GET, url: 'https://nobody.invalid/' })).rejects.toThrow(
      'cannot be found',
    );
  });

  it('speaks TLS to who can prove its name by an authority that is trusted', async () => {
    const { url, network, ca } = await serveTls((_, response) => answerJson(response, 200, { fine: true }));
    expect((await openHttp({ network, ca })({ ...GET, url })).status).toBe(200);
    await expect(openHttp({ network })({ ...GET, url })).rejects.toThrow('cannot prove who it is');
    const other = await serveTls((_, response) => answerJson(response, 200, {}), ['other.example']);
    await expect(openHttp({ network: other.network, ca: other.ca })({ ...GET, url: other.url })).rejects.toThrow(
      /cannot prove who it is: .*altnames/,
    );
    // Another authority's word is none.
    await expect(openHttp({ network, ca: other.ca })({ ...GET, url })).rejects.toThrow('cannot prove who it is');
  });

  it('takes nothing without TLS for TLS', async () => {
    const { host, network } = await serve((_, response) => answerJson(response, 200, {}));
    await expect(openHttp({ network })({ ...GET, url: `https://${host}/` })).rejects.toThrow(
      /cannot prove who it is|did not answer/,
    );
  });
});
