// SPDX-License-Identifier: Apache-2.0
// `npm run bench:netpol`: how long the connections of 1,000 Pods under 1,000 NetworkPolicies take, from parsed
// manifests to all million pairs, in processor time; of a cluster with teams, and of one namespace in which selectors overlap wildly.
import { connect } from '../packages/ccv/src/netpol/connect/connectivity.ts';
import { readModel } from '../packages/ccv/src/netpol/model/model.ts';

const COUNT = 1_000;
const ROUNDS = 5;
const NETWORKS = ['0.0.0.0/0', '10.0.0.0/8', '10.20.0.0/16', '192.0.2.0/24', '2001:db8::/32', '203.0.113.7/32'];

row('20 namespaces, policies within and across them', cluster(20, 40));
row('1 namespace, no two Pods under the same policies', cluster(1, 3, 10));

function row(title: string, documents: readonly unknown[]): void {
  const times: number[] = [];
  let allowed = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const start = process.cpuUsage();
    const model = readModel([{ path: 'cluster.yaml', documents }]);
    const { workloads, outside, between, outTo, inFrom } = connect(model);
    allowed = 0;
    for (const source of workloads.keys()) {
      for (const target of workloads.keys()) if (between(source, target).length > 0) allowed++;
      for (const piece of outside.egress.keys()) if (outTo(source, piece).length > 0) allowed++;
      for (const piece of outside.ingress.keys()) if (inFrom(piece, source).length > 0) allowed++;
    }
    const { user, system } = process.cpuUsage(start);
    times.push((user + system) / 1000);
    if (model.problems.length > 0 || workloads.length !== COUNT)
      throw new Error('the cluster is not what it should be');
  }
  const median = times.sort((a, b) => a - b)[ROUNDS >> 1] ?? 0;
  process.stdout.write(
    `| ${title} | < 5 s | ${(median / 1000).toFixed(2)} s (${times.map((time) => (time / 1000).toFixed(2)).join(', ')}) | ${allowed} |\n`,
  );
}

/**
 * Pods that differ from one another in their labels, and policies with some of everything. With `bits` each selector
 * chooses half of the Pods by one digit of their number, so that few workloads share what is evaluated for one.
 */
function cluster(namespaces: number, groups: number, bits = 0): unknown[] {
  const random = generator(42);
  const pick = <T>(list: readonly T[]): T | undefined => list[Math.floor(random() * list.length)];
  const namespaceOf = (index: number) => `team-${index % namespaces}`;
  const group = () => {
    if (bits > 0) return { matchLabels: { [`bit${Math.floor(random() * bits)}`]: random() < 0.5 ? '0' : '1' } };
    return { matchLabels: { group: `g${Math.floor(random() * groups)}` } };
  };
  const peer = () => {
    const die = random();
    if (die < 0.5) return { podSelector: group() };
    if (die < 0.8)
      return {
        podSelector: group(),
        namespaceSelector: { matchExpressions: [{ key: 'tier', operator: 'In', values: ['a', 'b'] }] },
      };
    return { ipBlock: { cidr: pick(NETWORKS) } };
  };
  const ports = () =>
    random() < 0.3
      ? [{ port: 'web' }]
      : [{ port: 80 + Math.floor(random() * 5) }, { protocol: 'UDP', port: 53, endPort: 60 }];
  return [
    ...Array.from({ length: namespaces }, (_, index) => ({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: `team-${index}`, labels: { tier: 'abcd'.charAt(index % 4) } },
    })),
    ...Array.from({ length: COUNT }, (_, index) => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        name: `pod-${index}`,
        namespace: namespaceOf(index),
        labels: { app: `a${index}`, group: `g${index % groups}`, ...digits(index, bits) },
      },
      spec: { containers: [{ name: 'main', ports: [{ name: 'web', containerPort: 8000 + (index % 3) }] }] },
    })),
    ...Array.from({ length: COUNT }, (_, index) => ({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: `policy-${index}`, namespace: namespaceOf(index) },
      spec: {
        podSelector: random() < 0.1 ? {} : group(),
        policyTypes: ['Ingress', 'Egress'],
        ingress: [{ from: [peer(), peer()], ports: ports() }],
        egress: [{ to: [peer(), peer()], ports: ports() }],
      },
    })),
  ];
}

/** The binary digits of a number, as labels. */
function digits(value: number, bits: number): Record<string, string> {
  return Object.fromEntries(Array.from({ length: bits }, (_, bit) => [`bit${bit}`, `${(value >> bit) & 1}`]));
}

/** Numbers from 0 to 1 that are the same in each run (mulberry32). */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
