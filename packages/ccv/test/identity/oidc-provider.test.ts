// SPDX-License-Identifier: Apache-2.0
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { openHttp } from '@helios/core/net';
import OpenIdProvider from 'oidc-provider';
import { expect, it, onTestFinished, vi } from 'vitest';
import { runDrill } from '../../src/identity/drill.ts';
import { openLogout } from '../../src/identity/logout.ts';
import { openProvider } from '../../src/identity/oauth.ts';
import { drillSchema } from '../../src/identity/settings.ts';
import { judgeTimeline } from '../../src/identity/verdict.ts';

const CLIENT = { id: 'helios', secret: 'a secret: of & some % sort' };
const ACCOUNT = 'drill-account';
const SCOPE = 'openid offline_access';

interface Served {
  readonly host: string;
  readonly url: string;
  /** A session that was opened before. */
  readonly refresh: string;
}

/** A certified implementation of OpenID Connect, on loopback, with a session of the account. */
async function serveOidc(): Promise<Served> {
  // It says on the console that its memory is no database.
  vi.spyOn(console, 'info').mockReturnValue();
  vi.spyOn(console, 'warn').mockReturnValue();
  let listener: RequestListener = (_request, response) => void response.writeHead(503).end();
  const server = createServer((request, response) => listener(request, response));
  await new Promise<void>((done) => void server.listen(0, '127.0.0.1', done));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider = new OpenIdProvider(`http://${host}`, {
    clients: [
      {
        client_id: CLIENT.id,
        client_secret: CLIENT.secret,
        grant_types: ['authorization_code', 'refresh_token'],
        redirect_uris: ['https://client.example/callback'],
      },
    ],
    features: { introspection: { enabled: true }, revocation: { enabled: true }, devInteractions: { enabled: false } },
    findAccount: (_context, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
    rotateRefreshToken: true,
  });
  listener = provider.callback();
  const grant = new provider.Grant({ accountId: ACCOUNT, clientId: CLIENT.id });
  grant.addOIDCScope(SCOPE);
  const client = await provider.Client.find(CLIENT.id);
  if (!client) throw new Error('the provider does not know its own client');
  const token = new provider.RefreshToken({
    accountId: ACCOUNT,
    client,
    grantId: await grant.save(),
    gty: 'authorization_code',
    scope: SCOPE,
    claims: {},
  });
  return { host, url: `http://${host}`, refresh: await token.save() };
}

async function drill() {
  const { host, url, refresh } = await serveOidc();
  const settings = drillSchema.parse({
    schema: 'helios/identity-drill-settings/v1',
    name: 'real',
    owner: 'identity@example.com',
    principal: { id: ACCOUNT, test: true, whoami: { url: `${url}/me` } },
    oauth: {
      token: `${url}/token`,
      revocation: `${url}/token/revocation`,
      introspection: `${url}/token/introspection`,
      client: { id: CLIENT.id, secret: 'env:SECRET' },
    },
    login: { grant: 'refresh_token', tokens: ['env:REFRESH'] },
    logout: { kind: 'revocation' },
    probes: [{ name: 'userinfo', url: `${url}/me` }],
    within: 60,
  });
  const send = openHttp({ network: { allow: [host], private: [host] } });
  const provider = openProvider(send, settings, CLIENT.secret);
  let time = 0;
  return runDrill({
    settings,
    send,
    provider,
    logout: openLogout(send, settings, provider, ''),
    secrets: [refresh],
    clock: { now: () => new Date(), elapsed: () => time, wait: async (ms) => void (time += ms) },
    journal: { left: async () => undefined, open: async () => {}, close: async () => {} },
  });
}

it('speaks with a real provider: its tokens work, are revoked, and are dead', async () => {
  const timeline = await drill();
  expect(judgeTimeline(timeline)).toMatchObject({ outcome: 'pass', problems: [] });
  const before = timeline.events.slice(
    0,
    timeline.events.findIndex(({ step }) => step === 'logout'),
  );
  expect(before.map(({ target, outcome }) => `${target} ${outcome}`).sort()).toEqual([
    'introspection alive',
    'refresh alive',
    'token done',
    'userinfo alive',
  ]);
  expect(Math.abs(timeline.skew ?? Infinity)).toBeLessThan(5);
});
