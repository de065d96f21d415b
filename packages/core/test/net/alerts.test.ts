// SPDX-License-Identifier: Apache-2.0
import { createHmac } from 'node:crypto';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type Connector, type ConnectorSettings, connectorSchema, openConnector } from '../../src/net/index.ts';
import type { Alert } from '../../src/record/index.ts';
import { answerJson, type Loopback, serve } from './server.ts';

const folder = (): string => mkdtempSync(join(tmpdir(), 'helios-net-'));

const alert = (action: Alert['action'], more: Partial<Alert> = {}): Alert => ({
  schema: 'helios/alert/v1',
  key: 'repo attack-mapper',
  action,
  severity: action === 'trigger' ? 'error' : 'info',
  summary: 'attack-mapper: 3 errors',
  source: 'repo',
  details: { verdict: 'fail' },
  ...more,
});

const SECRETS = { KEY: 'routing', HOOK_SECRET: `whsec_${Buffer.from('a secret').toString('base64')}` };

function open(server: Loopback, settings: ConnectorSettings, memory = folder()): Connector {
  const env = { ...SECRETS, CHAT_URL: `${server.url}/services/T0/B0/abcdef` };
  return openConnector('pager', settings, { network: server.network, root: folder(), env, memory });
}

const say = async ({ planAlert }: Connector, ...alerts: readonly Alert[]): Promise<string[]> => {
  const said: string[] = [];
  for (const each of alerts) {
    for (const effect of (await planAlert?.(each)) ?? []) {
      await effect.apply();
      said.push(effect.what);
    }
  }
  return said;
};

describe('PagerDuty', () => {
  it('is told of an incident by its key, within its limits', async () => {
    const server = await serve((_, response) => answerJson(response, 202, { status: 'success', dedup_key: 'x' }));
    const pager = open(server, { kind: 'pagerduty', routingKey: 'env:KEY', url: `${server.url}/v2/enqueue` });
    await say(
      pager,
      alert('trigger', { summary: `${'a'.repeat(2000)}\x1b[31m` }),
      alert('resolve', { key: 'k'.repeat(300) }),
    );
    const events = server.received.map(({ body }) => JSON.parse(body));
    expect(events[0]).toMatchObject({
      routing_key: 'routing',
      event_action: 'trigger',
      dedup_key: 'repo attack-mapper',
      payload: { source: 'repo', severity: 'error', custom_details: { verdict: 'fail' } },
    });
    expect(events[0].payload.summary).toHaveLength(1024);
    expect([events[1].event_action, events[1].dedup_key.length]).toEqual(['resolve', 64]);
  });

  it('is asked again where it fails, as it keeps one incident for a key', async () => {
    let times = 0;
    const server = await serve((_, response) => answerJson(response, ++times < 3 ? 500 : 202, {}));
    await say(open(server, { kind: 'pagerduty', routingKey: 'env:KEY', url: server.url }), alert('trigger'));
    expect(times).toBe(3);
  });

  it('says what it did not like, and not the key', async () => {
    const server = await serve((_, response) => answerJson(response, 400, { message: 'Event object is invalid' }));
    const pager = open(server, { kind: 'pagerduty', routingKey: 'env:KEY', url: server.url });
    await expect(say(pager, alert('trigger'))).rejects.toThrow(/answers 400: .*Event object is invalid/);
    await expect(say(pager, alert('trigger'))).rejects.not.toThrow('routing');
  });
});

describe('a chat', () => {
  it('hears what is news, once, and of the end of what it heard of', async () => {
    const server = await serve((_, response) => response.end('ok'));
    const memory = folder();
    const chat = open(server, { kind: 'slack', url: 'env:CHAT_URL' }, memory);
    expect(await say(chat, alert('resolve'))).toEqual([]);
    expect(await say(chat, alert('trigger'), alert('trigger', { summary: '4 errors' }))).toEqual(['alert (trigger)']);
    expect(await say(open(server, { kind: 'slack', url: 'env:CHAT_URL' }, memory), alert('trigger'))).toEqual([]);
    expect(await say(chat, alert('resolve'), alert('resolve'), alert('trigger'))).toEqual([
      'alert (resolve)',
      'alert (trigger)',
    ]);
    expect(await say(chat, alert('trigger', { severity: 'critical' }))).toEqual(['alert (trigger)']);
    expect(server.received.map(({ url }) => url)).toEqual(Array(4).fill('/services/T0/B0/abcdef'));
  });

  it('is told text, whatever it says, and calls nobody', async () => {
    const server = await serve((_, response) => response.end('ok'));
    const chat = open(server, { kind: 'slack', url: 'env:CHAT_URL' });
    await say(chat, alert('trigger', { summary: '<!channel> <https://x|y> & \u202E', details: { 'a<b': '<@U1>' } }));
    const { text } = JSON.parse(server.received[0]?.body ?? '');
    expect(text).toBe(
      ':rotating_light: &lt;!channel&gt; &lt;https://x|y&gt; &amp; \\u202e (repo)\n• a&lt;b: &lt;@U1&gt;',
    );
  });

  it('that did not take it is told again next time, and its address is in no error', async () => {
    let works = false;
    const server = await serve((_, response) => response.writeHead(works ? 200 : 404).end('no_service'));
    const chat = open(server, { kind: 'slack', url: 'env:CHAT_URL' });
    const failed = say(chat, alert('trigger'));
    await expect(failed).rejects.toThrow(`${server.host} answers 404: no_service`);
    await expect(failed).rejects.not.toThrow('abcdef');
    works = true;
    expect(await say(chat, alert('trigger'))).toEqual(['alert (trigger)']);
  });
});

describe('a webhook', () => {
  it('can check who sent what and when, and knows a repetition by its id', async () => {
    let times = 0;
    const server = await serve((_, response) => response.writeHead(++times === 1 ? 502 : 204).end());
    const hook = open(server, { kind: 'webhook', url: `${server.url}/in`, secret: 'env:HOOK_SECRET' });
    await say(hook, alert('trigger'));
    const [first, second] = server.received;
    expect(second?.headers['webhook-id']).toBe(first?.headers['webhook-id']);
    const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature } = first?.headers ?? {};
    const expected = createHmac('sha256', 'a secret').update([id, timestamp, first?.body].join('.')).digest('base64');
    expect(signature).toBe(`v1,${expected}`);
    expect(Math.abs(Number(timestamp) * 1000 - Date.now())).toBeLessThan(60_000);
    expect(JSON.parse(first?.body ?? '')).toEqual(alert('trigger'));
  });
});

describe('a file', () => {
  it('holds the last of what was said for each key, and needs no network', async () => {
    const root = folder();
    const settings = { network: { allow: [], private: [] }, root, env: {}, memory: folder() };
    const file = openConnector('file', { kind: 'file', path: 'out/sent.ndjson' }, settings);
    expect(await say(file, alert('trigger'), alert('trigger'))).toEqual(['alert']);
    expect(await say(file, alert('resolve'), alert('trigger', { key: 'another' }))).toEqual(['alert', 'alert']);
    const change = { key: 'c', title: 'c', body: '', base: 'main', parent: 'x', files: new Map([['a', null]]) };
    await (await file.planChange?.(change))?.[0]?.apply();
    expect(await file.planChange?.(change)).toEqual([]);
    const lines = readFileSync(join(root, 'out/sent.ndjson'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.map(({ schema, key, action }) => [schema, key, action])).toEqual([
      ['helios/alert/v1', 'another', 'trigger'],
      ['helios/alert/v1', 'repo attack-mapper', 'resolve'],
      ['helios/change/v1', 'c', undefined],
    ]);
  });
});

describe('opening a connector', () => {
  const settings = { network: { allow: ['api.github.com'], private: [] }, root: '/', env: {}, memory: '/' };

  it('fails where its secret is not set, or its host not allowed, before anything is sent', () => {
    const github = connectorSchema.parse({ kind: 'github', repository: 'a/b' });
    expect(() => openConnector('tickets', github, settings)).toThrow('the connector tickets needs GITHUB_TOKEN');
    const env = { GITHUB_TOKEN: ' t \n', GITLAB_TOKEN: 't' };
    expect(openConnector('tickets', github, { ...settings, env }).planIssues).toBeDefined();
    const gitlab = connectorSchema.parse({ kind: 'gitlab', project: 'a/b' });
    expect(() => openConnector('tickets', gitlab, { ...settings, env })).toThrow('gitlab.com is not in network.allow');
  });

  it.each([
    '{kind: github, repository: a}',
    '{kind: github, repository: a/b, token: ghp_0123456789012345678901234567890123456}',
    '{kind: slack, url: "https://hooks.example.com/x"}',
    '{kind: webhook, url: "file:///etc/passwd", secret: env:A}',
    '{kind: teams}',
  ])('is refused for %s', (text) => {
    expect(connectorSchema.safeParse(parse(text)).success).toBe(false);
  });
});
