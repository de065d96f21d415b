// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { clusterPolicy, namespace, pod, policy } from '../netpol/stage.ts';
import { inventory, judge, told } from './stage.ts';

const WEB = pod('shop/web', { app: 'web' });
const MIRROR =
  '{name: mirror, owner: platform, reason: builds, cidrs: [192.0.2.0/28], domains: [mirror.example.com], ports: [TCP/443]}';

describe('a namespace is open', () => {
  it('until a policy keeps every Pod of it in, one that no policy names as well', async () => {
    const own = policy('shop/web', '{podSelector: {matchLabels: {app: web}}, policyTypes: [Egress]}');
    const every = policy('shop/deny', '{podSelector: {}, policyTypes: [Egress]}');
    expect(await told('open-egress', WEB)).toEqual([
      '2 a Pod that no policy names may go anywhere from shop, as may shop/web[Pod]',
    ]);
    expect(await told('open-egress', WEB + own)).toEqual(['2 a Pod that no policy names may go anywhere from shop']);
    expect(await told('open-egress', WEB + every)).toEqual([]);
  });

  it('not where a baseline for all of the cluster denies all addresses, of both families', async () => {
    const baseline = (networks: string) =>
      clusterPolicy(
        'base',
        `{tier: Baseline, priority: 1, subject: {namespaces: {}}, egress: [{action: Deny, to: [{networks: [${networks}]}]}]}`,
      );
    expect(await told('open-egress', WEB + baseline('0.0.0.0/0, "::/0"'))).toEqual([]);
    expect(await told('open-egress', WEB + baseline('0.0.0.0/0'))).toHaveLength(1);
  });

  it('and is told at its Namespace where there is one', async () => {
    expect(await told('open-egress', WEB + namespace('shop'))).toEqual([expect.stringMatching(/^7 /)]);
  });

  it('is counted', async () => {
    const { metrics } = await judge({
      'a.yaml': WEB + pod('other/web') + policy('shop/deny', '{podSelector: {}, policyTypes: [Egress]}'),
    });
    expect(metrics).toMatchObject([{ id: 'namespaces.closed', value: 50 }]);
  });
});

describe('a rule of egress', () => {
  const external = (egress: string): string =>
    policy('shop/allow-egress-external-allowlisted', `{podSelector: {}, policyTypes: [Egress], egress: ${egress}}`);

  it.each([
    ['[{}]', 'allows all connections to everywhere, the internet too'],
    ['[{ports: [{port: 443}]}]', 'allows TCP 443 to everywhere, the internet too'],
    ['[{to: [{ipBlock: {cidr: 0.0.0.0/0}}]}]', 'allows all connections to 0.0.0.0/0'],
    ['[{to: [{ipBlock: {cidr: "::/0"}}]}]', 'allows all connections to ::/0'],
    ['[{to: [{ipBlock: {cidr: 0.0.0.0/0, except: [10.0.0.0/8]}}]}]', 'allows all connections to 0.0.0.0-9.255.255.255'],
    ['[{to: [{ipBlock: {cidr: 192.0.0.0/16}}]}]', 'allows all connections to 192.0.0.0/16'],
  ])('is too broad: %s', async (rules, message) => {
    expect(await told('broad-egress', WEB + external(rules))).toEqual([expect.stringContaining(message)]);
  });

  it('is too broad in parts that together are everything', async () => {
    const halves = '[{to: [{ipBlock: {cidr: 0.0.0.0/1}}, {ipBlock: {cidr: 128.0.0.0/1}}]}]';
    const found = await told('broad-egress', WEB + external(halves));
    expect(found).toEqual([expect.stringContaining('to 0.0.0.0/0'), expect.stringContaining('to 0.0.0.0/0')]);
    const neighbours = Array.from({ length: 4 }, (_, index) => `{ipBlock: {cidr: 192.0.${index}.0/24}}`).join();
    expect(await told('broad-egress', WEB + external(`[{to: [${neighbours}]}]`))).toHaveLength(4);
  });

  it('is judged in a ClusterNetworkPolicy as well, where it accepts', async () => {
    const rule = (action: string) =>
      clusterPolicy(
        'all',
        `{tier: Admin, priority: 1, subject: {namespaces: {}}, egress: [{action: ${action}, to: [{networks: [0.0.0.0/0]}]}]}`,
      );
    expect(await told('broad-egress', WEB + rule('Accept'))).toHaveLength(1);
    expect(await told('broad-egress', WEB + rule('Deny'))).toEqual([]);
  });

  it('within the networks of the cluster is not about the outside, and is uncertain', async () => {
    const inside = WEB + external('[{to: [{ipBlock: {cidr: 10.0.0.0/8}}]}]');
    const options = 'cluster: [10.0.0.0/8]';
    expect(await told('broad-egress', inside, {}, options)).toEqual([]);
    expect(await told('unknown-destination', inside, {}, options)).toEqual([]);
    expect(await told('uncertain-address', inside, {}, options)).toHaveLength(1);
  });

  it('leads to known destinations only, on their ports', async () => {
    const to = (peer: string, port: number): string => external(`[{to: [${peer}], ports: [{port: ${port}}]}]`);
    const known = inventory(MIRROR);
    expect(await told('unknown-destination', WEB + to('{ipBlock: {cidr: 192.0.2.1/32}}', 443), known)).toEqual([]);
    expect(await told('unknown-destination', WEB + to('{ipBlock: {cidr: 192.0.2.1/32}}', 22), known)).toEqual([
      expect.stringContaining('allows TCP 22 to 192.0.2.1,'),
    ]);
    expect(await told('unknown-destination', WEB + to('{ipBlock: {cidr: 192.0.2.0/27}}', 443), known)).toEqual([
      expect.stringContaining('allows TCP 443 to 192.0.2.16/28,'),
    ]);
  });

  it('leads to known domains only', async () => {
    const to = (name: string): string =>
      clusterPolicy(
        'a',
        `{tier: Admin, priority: 1, subject: {namespaces: {}}, egress: [{action: Accept, to: [{domainNames: ["${name}"]}], protocols: [{tcp: {destinationPort: {number: 443}}}]}]}`,
      );
    expect(await told('unknown-destination', WEB + to('mirror.example.com'), inventory(MIRROR))).toEqual([]);
    expect(await told('unknown-destination', WEB + to('*.example.com'), inventory(MIRROR))).toEqual([
      expect.stringContaining('to *.example.com'),
    ]);
  });
});

describe('what is written and does nothing', () => {
  it('is told: rules of a direction that policyTypes leaves out', async () => {
    const text = WEB + policy('shop/p', '{podSelector: {}, policyTypes: [Ingress], egress: [{}]}');
    expect(await told('dead-rule', text)).toEqual([expect.stringContaining('policyTypes leaves egress out')]);
  });

  it('is told: a policy for labels that nothing has', async () => {
    const text = WEB + policy('shop/p', '{podSelector: {matchLabels: {app: wbe}}}');
    expect(await told('idle-policy', text)).toEqual([expect.stringContaining('no workload in shop has these labels')]);
  });
});

describe('an inventory', () => {
  it('with an unknown word is a wrong configuration, and the nearest known one is named', async () => {
    await expect(
      judge({ 'a.yaml': WEB, ...inventory('{name: a, owner: b, reason: c, cidr: [192.0.2.0/28]}') }),
    ).rejects.toThrow(/unknown key "cidr".*Did you mean "cidrs"/s);
  });
});
