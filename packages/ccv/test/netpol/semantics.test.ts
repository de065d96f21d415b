// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { clusterPolicy, namespace, pod, policy, talk } from './stage.ts';

const ALL = 'all connections';
const NONE = 'no connections';
const PODS = pod('shop/web', { app: 'web' }) + pod('shop/db', { app: 'db' }) + pod('other/web', { app: 'web' });

describe('isolation', () => {
  it('is for one direction: a policy about ingress leaves egress alone', () => {
    const may = talk(PODS, policy('shop/deny', '{podSelector: {matchLabels: {app: db}}}'));
    expect([may('shop/web', 'shop/db'), may('shop/db', 'shop/web'), may('shop/db', '198.51.100.1')]).toEqual([
      NONE,
      ALL,
      ALL,
    ]);
  });

  it('of egress needs Egress in policyTypes where there are no egress rules', () => {
    const implied = talk(PODS, policy('shop/deny', '{podSelector: {}}'));
    const said = talk(PODS, policy('shop/deny', '{podSelector: {}, policyTypes: [Egress]}'));
    expect([implied('shop/web', '198.51.100.1'), said('shop/web', '198.51.100.1')]).toEqual([ALL, NONE]);
    expect([implied('other/web', 'shop/web'), said('other/web', 'shop/web')]).toEqual([NONE, ALL]);
  });

  it('never narrows: one broad policy opens again what a default deny has closed', () => {
    const deny = policy('shop/deny', '{podSelector: {}, policyTypes: [Egress]}');
    const broad = policy('shop/broad', '{podSelector: {}, policyTypes: [Egress], egress: [{}]}');
    expect(talk(PODS, deny)('shop/web', '198.51.100.1')).toBe(NONE);
    expect(talk(PODS, deny, broad)('shop/web', '198.51.100.1')).toBe(ALL);
  });

  it('binds neither Pods on the network of their node, nor are these found by their labels', () => {
    const agent = pod('shop/agent', { app: 'agent' }, '', ', hostNetwork: true');
    const rules = '{podSelector: {}, ingress: [{from: [{podSelector: {}}]}], policyTypes: [Ingress, Egress]}';
    const may = talk(PODS, agent, policy('shop/own', rules));
    expect([may('shop/agent', '198.51.100.1'), may('198.51.100.1', 'shop/agent')]).toEqual([ALL, ALL]);
    expect(may('shop/agent', 'shop/web')).toBe(NONE);
  });
});

describe('a rule', () => {
  const egress = (rules: string): string =>
    talk(PODS, policy('shop/p', `{podSelector: {}, policyTypes: [Egress], egress: ${rules}}`))(
      'shop/web',
      '198.51.100.1',
    );

  it.each([
    ['[]', NONE],
    ['[{}]', ALL],
    ['[{to: []}]', ALL],
    ['[{to: [], ports: []}]', ALL],
    ['[{ports: [{port: 443}]}]', 'TCP 443'],
    ['[{ports: [{port: 53, protocol: UDP}, {port: 5000, endPort: 5100, protocol: SCTP}]}]', 'SCTP 5000-5100,UDP 53'],
    ['[{ports: [{protocol: UDP}]}]', 'UDP 1-65535'],
    ['[{ports: [{port: web}]}]', NONE],
    ['[{to: [{podSelector: {}}]}]', NONE],
    ['[{to: [{namespaceSelector: {}}]}]', NONE],
    ['[{to: [{ipBlock: {cidr: 198.51.100.0/24}}]}]', ALL],
    ['[{to: [{ipBlock: {cidr: 198.51.100.0/24, except: [198.51.100.0/31]}}]}]', NONE],
    ['[{to: [{ipBlock: {cidr: 0.0.0.0/0, except: [198.51.100.0/24]}}, {ipBlock: {cidr: 198.51.100.1/32}}]}]', ALL],
    ['[{to: [{ipBlock: {cidr: "::/0"}}]}]', NONE],
  ])('for egress %s lets out: %s', (rules, expected) => {
    expect(egress(rules)).toBe(expected);
  });

  it('means both selectors in one peer, and either in two', () => {
    const two = '[{namespaceSelector: {matchLabels: {team: a}}}, {podSelector: {matchLabels: {app: web}}}]';
    const one = '[{namespaceSelector: {matchLabels: {team: a}}, podSelector: {matchLabels: {app: web}}}]';
    const scene = PODS + namespace('other', { team: 'a' }) + pod('other/job', { app: 'job' });
    const may = (from: string) =>
      talk(scene, policy('shop/p', `{podSelector: {matchLabels: {app: db}}, ingress: [{from: ${from}}]}`));
    expect(['shop/web', 'other/web', 'other/job'].map((source) => may(two)(source, 'shop/db'))).toEqual([
      ALL,
      ALL,
      ALL,
    ]);
    expect(['shop/web', 'other/web', 'other/job'].map((source) => may(one)(source, 'shop/db'))).toEqual([
      NONE,
      ALL,
      NONE,
    ]);
  });

  it('takes an absent label for one that is not in a list', () => {
    const from = '[{podSelector: {matchExpressions: [{key: app, operator: NotIn, values: [web]}]}}]';
    const may = talk(
      PODS,
      pod('shop/bare'),
      policy('shop/p', `{podSelector: {matchLabels: {app: db}}, ingress: [{from: ${from}}]}`),
    );
    expect([may('shop/bare', 'shop/db'), may('shop/web', 'shop/db')]).toEqual([ALL, NONE]);
  });

  it('resolves the name of a port at each destination, in the protocol that it says', () => {
    const one = pod('shop/one', {}, '{name: api, containerPort: 8000}, {name: dns, containerPort: 53, protocol: UDP}');
    const two = pod('shop/two', {}, '{name: api, containerPort: 9000}');
    const rules =
      '{podSelector: {}, policyTypes: [Egress], egress: [{to: [{podSelector: {}}], ports: [{port: api}, {port: dns}]}]}';
    const may = talk(PODS, one, two, policy('shop/p', rules));
    expect([may('shop/web', 'shop/one'), may('shop/web', 'shop/two')]).toEqual(['TCP 8000', 'TCP 9000']);
  });
});

describe('cluster-wide policies', () => {
  const SUBJECT = 'subject: {namespaces: {}}';
  const rule = (action: string, to: string, protocols = ''): string => `{action: ${action}, to: [${to}]${protocols}}`;
  const EVERY = '{namespaces: {}}';
  const HTTP = ', protocols: [{tcp: {destinationPort: {number: 80}}}]';

  it('decide by the first rule that matches, of the lower priority first', () => {
    const may = talk(
      PODS,
      clusterPolicy('late', `{tier: Admin, priority: 20, ${SUBJECT}, egress: [${rule('Accept', EVERY)}]}`),
      clusterPolicy('early', `{tier: Admin, priority: 10, ${SUBJECT}, egress: [${rule('Deny', EVERY, HTTP)}]}`),
    );
    expect(may('shop/web', 'shop/db')).toBe('SCTP 1-65535,TCP 1-79,81-65535,UDP 1-65535');
  });

  it('of the Admin tier overrule NetworkPolicies, and what passes is left to these', () => {
    const deny = policy('shop/deny', '{podSelector: {}, policyTypes: [Egress]}');
    const accept = talk(
      PODS,
      deny,
      clusterPolicy('a', `{tier: Admin, priority: 1, ${SUBJECT}, egress: [${rule('Accept', EVERY, HTTP)}]}`),
    );
    const pass = talk(
      PODS,
      deny,
      clusterPolicy(
        'a',
        `{tier: Admin, priority: 1, ${SUBJECT}, egress: [${rule('Pass', EVERY)}, ${rule('Accept', EVERY)}]}`,
      ),
    );
    expect([accept('shop/web', 'shop/db'), pass('shop/web', 'shop/db')]).toEqual(['TCP 80', NONE]);
  });

  it('of the Baseline tier decide only for Pods that no NetworkPolicy isolates', () => {
    const baseline = clusterPolicy('b', `{tier: Baseline, priority: 1, ${SUBJECT}, egress: [${rule('Deny', EVERY)}]}`);
    const own = policy('shop/own', '{podSelector: {matchLabels: {app: web}}, policyTypes: [Egress], egress: [{}]}');
    const may = talk(PODS, baseline, own);
    expect([may('shop/web', 'shop/db'), may('shop/db', 'shop/web')]).toEqual([ALL, NONE]);
  });

  it('for all addresses are for Pods as well; for some addresses they are for the outside alone', () => {
    const deny = (networks: string): ((source: string, destination: string) => string) =>
      talk(
        PODS,
        clusterPolicy(
          'a',
          `{tier: Admin, priority: 1, ${SUBJECT}, egress: [${rule('Deny', `{networks: [${networks}]}`)}]}`,
        ),
      );
    expect(deny('0.0.0.0/0, "::/0"')('shop/web', 'shop/db')).toBe(NONE);
    expect(deny('10.0.0.0/8')('shop/web', 'shop/db')).toBe(ALL);
    expect([deny('10.0.0.0/8')('shop/web', '10.0.0.1'), deny('10.0.0.0/8')('shop/web', '11.0.0.1')]).toEqual([
      NONE,
      ALL,
    ]);
  });

  it('for all addresses of one family leave Pods open in the other', () => {
    const both = `[${rule('Deny', '{networks: [0.0.0.0/0]}')}, ${rule('Deny', '{networks: ["::/0"]}')}]`;
    const one = `[${rule('Deny', '{networks: [0.0.0.0/0]}')}]`;
    const may = (egress: string) =>
      talk(PODS, clusterPolicy('a', `{tier: Admin, priority: 1, ${SUBJECT}, egress: ${egress}}`))(
        'shop/web',
        'shop/db',
      );
    expect([may(both), may(one)]).toEqual([NONE, ALL]);
  });

  it('lead to domains by name, a star standing for every name below', () => {
    const rules = `egress: [${rule('Accept', '{domainNames: ["*.example.com", a.example.com, example.org]}', HTTP)}, ${rule('Deny', '{networks: [0.0.0.0/0, "::/0"]}')}]`;
    const may = talk(PODS, clusterPolicy('a', `{tier: Admin, priority: 1, ${SUBJECT}, ${rules}}`));
    expect([may('shop/web', 'a.example.com'), may('shop/web', 'example.org')]).toEqual(['TCP 80', 'TCP 80']);
    expect(may('shop/web', '198.51.100.1')).toBe(NONE);
  });
});

describe('what other analysers got wrong', () => {
  it('k8sgpt #1746: a policy does not select Pods with the same labels in another namespace', () => {
    const may = talk(PODS, policy('shop/deny', '{podSelector: {matchLabels: {app: web}}}'));
    expect([may('shop/db', 'shop/web'), may('shop/db', 'other/web')]).toEqual([NONE, ALL]);
  });

  it('popeye #202, #259, #566: ipBlock is for addresses, selects no Pods and needs none', () => {
    const rules =
      '{podSelector: {matchLabels: {app: web}}, ingress: [{from: [{ipBlock: {cidr: 203.0.113.0/24, except: [203.0.113.128/25]}}]}]}';
    const may = talk(PODS, policy('shop/p', rules));
    expect(['203.0.113.1', '203.0.113.129', 'shop/db'].map((source) => may(source, 'shop/web'))).toEqual([
      ALL,
      NONE,
      NONE,
    ]);
  });

  it('netfetch #110: a default deny of one direction is none of the other', () => {
    const may = talk(PODS, policy('shop/deny', '{podSelector: {}, policyTypes: [Ingress]}'));
    expect([may('other/web', 'shop/web'), may('shop/web', 'other/web')]).toEqual([NONE, ALL]);
  });

  it('openshift/origin #19869: a policy about egress alone does not isolate ingress', () => {
    const may = talk(
      PODS,
      policy('shop/p', '{podSelector: {}, policyTypes: [Egress], egress: [{to: [{podSelector: {}}]}]}'),
    );
    expect([may('other/web', 'shop/web'), may('shop/web', 'other/web')]).toEqual([ALL, NONE]);
  });

  it('nsx-operator #1475: the name of a port means nothing at an address', () => {
    const rules =
      '{podSelector: {}, policyTypes: [Egress], egress: [{to: [{ipBlock: {cidr: 203.0.113.0/24}}], ports: [{port: web}, {port: 443}]}]}';
    expect(talk(PODS, policy('shop/p', rules))('shop/web', '203.0.113.1')).toBe('TCP 443');
  });

  it('gardener/diki #383: an allow-all beside a deny-all is seen, whatever their order', () => {
    const deny = policy('shop/a-deny', '{podSelector: {}, policyTypes: [Ingress, Egress]}');
    const allow = policy(
      'shop/z-allow',
      '{podSelector: {}, ingress: [{}], egress: [{}], policyTypes: [Ingress, Egress]}',
    );
    for (const texts of [
      [deny, allow],
      [allow, deny],
    ])
      expect(talk(PODS, ...texts)('shop/web', '198.51.100.1')).toBe(ALL);
  });

  it('kubescape regolibrary PR #761: a policy that a sandbox comes with and that reaches the internet does not confine it', () => {
    const managed = policy(
      'shop/managed',
      '{podSelector: {}, policyTypes: [Egress], egress: [{to: [{ipBlock: {cidr: 0.0.0.0/0, except: [10.0.0.0/8]}}]}]}',
    );
    expect(talk(PODS, managed)('shop/web', '198.51.100.1')).toBe(ALL);
  });
});
