// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import type { Scene } from './brute-force.ts';

// Few values of everything, so that selectors meet labels, ranges meet addresses, and rules meet each other.
const KEYS = ['a', 'b'];
const VALUES = ['1', '2'];
const NAMESPACES = ['n1', 'n2', 'n3'];
const PORT_NAMES = ['web', 'dns'];
const CIDRS = [
  '0.0.0.0/0',
  '::/0',
  '10.0.0.0/8',
  '10.1.0.0/16',
  '10.1.2.0/24',
  '0.0.0.0/1',
  '192.168.1.1/32',
  'fd00::/8',
  'fd00:1::/32',
];
const INNER: Readonly<Record<string, readonly string[]>> = {
  '0.0.0.0/0': ['10.0.0.0/8', '128.0.0.0/1'],
  '::/0': ['fd00::/8'],
  '10.0.0.0/8': ['10.1.0.0/16', '10.2.0.0/15'],
  '10.1.0.0/16': ['10.1.2.0/24'],
  'fd00::/8': ['fd00:1::/32'],
};
export const DOMAINS = ['a.example.com', '*.example.com', 'example.org'];
export const NUMBERS = [1, 79, 80, 81, 443, 8080, 8081, 65_535];

const key = fc.constantFrom(...KEYS);
const value = fc.constantFrom(...VALUES);
const labels = fc.dictionary(key, value, { maxKeys: 2, noNullPrototype: true });
const protocol = fc.constantFrom('TCP', 'UDP', 'SCTP');
const number = fc.constantFrom(...NUMBERS);
const span = fc.tuple(number, number).map(([a, b]) => ({ start: Math.min(a, b), end: Math.max(a, b) }));

const selector = fc.oneof(
  fc.constant({}),
  labels.map((matchLabels) => ({ matchLabels })),
  fc
    .array(
      fc.oneof(
        fc.record({ key, operator: fc.constantFrom('In', 'NotIn'), values: fc.uniqueArray(value, { minLength: 1 }) }),
        fc.record({ key, operator: fc.constantFrom('Exists', 'DoesNotExist') }),
      ),
      { minLength: 1, maxLength: 2 },
    )
    .map((matchExpressions) => ({ matchExpressions })),
  fc.constantFrom(...NAMESPACES).map((name) => ({ matchLabels: { 'kubernetes.io/metadata.name': name } })),
);

const pod = fc.record({
  namespace: fc.constantFrom(...NAMESPACES),
  labels,
  ports: fc.uniqueArray(
    fc.record({ name: fc.constantFrom(...PORT_NAMES), containerPort: fc.constantFrom(80, 8080), protocol }),
    { maxLength: 2, selector: ({ name }) => name },
  ),
  hostNetwork: fc.integer({ min: 0, max: 9 }).map((die) => die === 0),
});

const block = fc
  .constantFrom(...CIDRS)
  .chain((cidr) =>
    fc.subarray([...(INNER[cidr] ?? [])]).map((except) => ({ cidr, ...(except.length > 0 && { except }) })),
  );

const peer = fc.oneof(
  fc.record({ podSelector: selector }),
  fc.record({ namespaceSelector: selector }),
  fc.record({ podSelector: selector, namespaceSelector: selector }),
  fc.record({ ipBlock: block }),
);

const port = fc.oneof(
  fc.record({ protocol }),
  fc.record({ protocol, port: number }, { requiredKeys: ['port'] }),
  fc.record({ protocol, port: fc.constantFrom(...PORT_NAMES) }, { requiredKeys: ['port'] }),
  fc.record({ protocol, span }).map(({ protocol, span: { start, end } }) => ({ protocol, port: start, endPort: end })),
);

const ports = fc.array(port, { maxLength: 2 });
const peers = fc.array(peer, { maxLength: 2 });
const ingress = fc.array(fc.record({ from: peers, ports }, { requiredKeys: [] }), { maxLength: 2 });
const egress = fc.array(fc.record({ to: peers, ports }, { requiredKeys: [] }), { maxLength: 2 });
const policyTypes = fc.subarray(['Ingress', 'Egress']);

const policy = fc.record({
  namespace: fc.constantFrom(...NAMESPACES),
  spec: fc.record({ podSelector: selector, policyTypes, ingress, egress }, { requiredKeys: ['podSelector'] }),
});

const podPeer = fc.oneof(
  fc.record({ namespaces: selector }),
  fc.record({ pods: fc.record({ namespaceSelector: selector, podSelector: selector }) }),
);
const networks = fc.record({ networks: fc.uniqueArray(fc.constantFrom(...CIDRS), { minLength: 1, maxLength: 2 }) });
const domains = fc.record({ domainNames: fc.uniqueArray(fc.constantFrom(...DOMAINS), { minLength: 1, maxLength: 2 }) });
const match = fc.oneof(
  fc
    .tuple(
      fc.constantFrom('tcp', 'udp', 'sctp'),
      fc.oneof(
        fc.constant({}),
        number.map((n) => ({ destinationPort: { number: n } })),
        span.map((range) => ({ destinationPort: { range } })),
      ),
    )
    .map(([name, own]) => ({ [name]: own })),
  fc.constantFrom(...PORT_NAMES).map((destinationNamedPort) => ({ destinationNamedPort })),
);
const protocols = fc.array(match, { minLength: 1, maxLength: 2 });
const action = fc.constantFrom('Accept', 'Deny', 'Pass');
const clusterIngress = fc.array(
  fc.record(
    { action, from: fc.array(podPeer, { minLength: 1, maxLength: 2 }), protocols },
    { requiredKeys: ['action', 'from'] },
  ),
  { maxLength: 3 },
);
const clusterEgress = fc.array(
  fc.oneof(
    fc.record(
      { action, to: fc.array(fc.oneof(podPeer, networks), { minLength: 1, maxLength: 2 }), protocols },
      { requiredKeys: ['action', 'to'] },
    ),
    fc.record(
      { action: fc.constant('Accept'), to: fc.array(domains, { minLength: 1, maxLength: 2 }), protocols },
      { requiredKeys: ['action', 'to'] },
    ),
  ),
  { maxLength: 3 },
);
const clusterPolicy = fc.record({
  tier: fc.constantFrom('Admin', 'Admin', 'Baseline'),
  subject: podPeer,
  ingress: clusterIngress,
  egress: clusterEgress,
});

/** A small cluster with random policies of all kinds. */
export const sceneArbitrary: fc.Arbitrary<Scene> = fc
  .record({
    namespaces: fc
      .subarray(NAMESPACES)
      .chain((names) => fc.tuple(...names.map((name) => labels.map((own) => ({ name, labels: own }))))),
    pods: fc.array(pod, { minLength: 1, maxLength: 5 }),
    policies: fc.array(policy, { maxLength: 5 }),
    clusterPolicies: fc.array(clusterPolicy, { maxLength: 3 }),
  })
  .map(({ namespaces, pods, policies, clusterPolicies }) => ({
    namespaces,
    pods: pods.map((each, index) => ({ ...each, name: `p${index}` })),
    policies: policies.map(({ namespace, spec }, index) => ({ metadata: { name: `np${index}`, namespace }, spec })),
    // Equal priorities have no defined order, and are a finding: here each has its own.
    clusterPolicies: clusterPolicies.map((spec, index) => ({
      metadata: { name: `cnp${index}` },
      spec: { priority: 10 - index, ...spec },
    })),
  }));

/** The objects of a scene, as a file holds them. */
export function documentsOf({ namespaces, pods, policies, clusterPolicies }: Scene): unknown[] {
  return [
    ...namespaces.map((metadata) => ({ apiVersion: 'v1', kind: 'Namespace', metadata })),
    ...pods.map(({ name, namespace, labels: own, ports: named, hostNetwork }) => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, namespace, labels: own },
      spec: { hostNetwork, containers: [{ name: 'main', image: 'image', ports: named }] },
    })),
    ...policies.map((each) => ({ apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', ...each })),
    ...clusterPolicies.map((each) => ({
      apiVersion: 'policy.networking.k8s.io/v1alpha2',
      kind: 'ClusterNetworkPolicy',
      ...each,
    })),
  ];
}
