// SPDX-License-Identifier: Apache-2.0
import { BlockList, isIP } from 'node:net';

/**
 * A second evaluator, as plain as can be: one packet, one rule after the other, on the objects as they are written.
 * It shares no code with the one that is tested.
 */

interface Selector {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: readonly {
    readonly key: string;
    readonly operator: string;
    readonly values?: readonly string[];
  }[];
}

export interface Pod {
  readonly name: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly ports: readonly { readonly name: string; readonly containerPort: number; readonly protocol: string }[];
  readonly hostNetwork: boolean;
}

export interface NetworkPolicyPeer {
  readonly podSelector?: Selector;
  readonly namespaceSelector?: Selector;
  readonly ipBlock?: { readonly cidr: string; readonly except?: readonly string[] };
}
export interface NetworkPolicyRule {
  readonly from?: readonly NetworkPolicyPeer[];
  readonly to?: readonly NetworkPolicyPeer[];
  readonly ports?: readonly {
    readonly protocol?: string;
    readonly port?: number | string;
    readonly endPort?: number;
  }[];
}
export interface NetworkPolicy {
  readonly metadata: { readonly name: string; readonly namespace: string };
  readonly spec: {
    readonly podSelector: Selector;
    readonly policyTypes?: readonly string[];
    readonly ingress?: readonly NetworkPolicyRule[];
    readonly egress?: readonly NetworkPolicyRule[];
  };
}

export interface ClusterPeer {
  readonly namespaces?: Selector;
  readonly pods?: { readonly namespaceSelector: Selector; readonly podSelector: Selector };
  readonly networks?: readonly string[];
  readonly domainNames?: readonly string[];
}
export interface ClusterRule {
  readonly action: string;
  readonly from?: readonly ClusterPeer[];
  readonly to?: readonly ClusterPeer[];
  readonly protocols?: readonly Readonly<
    Record<
      string,
      | {
          readonly destinationPort?: {
            readonly number?: number;
            readonly range?: { readonly start: number; readonly end: number };
          };
        }
      | string
    >
  >[];
}
export interface ClusterPolicy {
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly tier: string;
    readonly priority: number;
    readonly subject: ClusterPeer;
    readonly ingress?: readonly ClusterRule[];
    readonly egress?: readonly ClusterRule[];
  };
}

export interface Scene {
  readonly namespaces: readonly { readonly name: string; readonly labels: Readonly<Record<string, string>> }[];
  readonly pods: readonly Pod[];
  readonly policies: readonly NetworkPolicy[];
  readonly clusterPolicies: readonly ClusterPolicy[];
}

/** One end of a packet: a Pod, an address, or a domain behind an address that nobody knows. */
export type End = { readonly pod: Pod } | { readonly address: string } | { readonly domain: string };

export interface Packet {
  readonly source: End;
  readonly destination: End;
  readonly protocol: string;
  readonly port: number;
}

/** Whether a connection can be opened, over IPv4 or IPv6; ends whose addresses nobody knows may have either. */
export function isAllowed(scene: Scene, packet: Packet): boolean {
  return ['0.0.0.0/0', '::/0'].some((everything) => {
    const own = { ...packet, everything };
    return passes(scene, own, 'Egress') && passes(scene, own, 'Ingress');
  });
}

interface FamilyPacket extends Packet {
  /** All addresses of the family that it is of. */
  readonly everything: string;
}

function passes(scene: Scene, packet: FamilyPacket, type: 'Ingress' | 'Egress'): boolean {
  const own = type === 'Egress' ? packet.source : packet.destination;
  const other = type === 'Egress' ? packet.destination : packet.source;
  if (!('pod' in own) || own.pod.hostNetwork) return true;
  const namespace = labelsOf(scene, own.pod.namespace);
  for (const tier of ['Admin', 'Own', 'Baseline']) {
    if (tier === 'Own') {
      const isolating = scene.policies.filter(
        ({ metadata, spec }) =>
          metadata.namespace === own.pod.namespace &&
          selected(spec.podSelector, own.pod.labels) &&
          typesOf(spec).includes(type),
      );
      if (isolating.length === 0) continue;
      return isolating.some(({ metadata, spec }) =>
        ((type === 'Egress' ? spec.egress : spec.ingress) ?? []).some(
          (rule) => matchesPeers(scene, rule, metadata.namespace, other, packet) && matchesPorts(rule, packet),
        ),
      );
    }
    const policies = scene.clusterPolicies
      .filter(({ spec }) => spec.tier === tier && isSubject(spec.subject, namespace, own.pod.labels))
      .sort((a, b) => a.spec.priority - b.spec.priority);
    const rules = policies.flatMap(({ spec }) => (type === 'Egress' ? spec.egress : spec.ingress) ?? []);
    const first = rules.find(
      (rule) =>
        (rule.from ?? rule.to ?? []).some((peer) => matchesClusterPeer(scene, peer, other, packet)) &&
        matchesProtocols(rule, packet),
    );
    if (first?.action === 'Accept') return true;
    if (first?.action === 'Deny') return false;
  }
  return true;
}

function typesOf({ policyTypes, egress }: NetworkPolicy['spec']): readonly string[] {
  if (policyTypes && policyTypes.length > 0) return policyTypes;
  return egress && egress.length > 0 ? ['Ingress', 'Egress'] : ['Ingress'];
}

function labelsOf(scene: Scene, namespace: string): Readonly<Record<string, string>> {
  const written = scene.namespaces.find(({ name }) => name === namespace)?.labels;
  return { ...written, 'kubernetes.io/metadata.name': namespace };
}

function selected(
  { matchLabels = {}, matchExpressions = [] }: Selector,
  labels: Readonly<Record<string, string>>,
): boolean {
  if (!Object.entries(matchLabels).every(([key, value]) => labels[key] === value)) return false;
  return matchExpressions.every(({ key, operator, values = [] }) => {
    const has = key in labels;
    if (operator === 'Exists') return has;
    if (operator === 'DoesNotExist') return !has;
    const isIn = has && values.includes(labels[key] ?? '');
    return operator === 'In' ? isIn : !isIn;
  });
}

function isSubject(
  subject: ClusterPeer,
  namespace: Readonly<Record<string, string>>,
  pod: Readonly<Record<string, string>>,
): boolean {
  if (subject.namespaces) return selected(subject.namespaces, namespace);
  return (
    subject.pods !== undefined &&
    selected(subject.pods.namespaceSelector, namespace) &&
    selected(subject.pods.podSelector, pod)
  );
}

function matchesPeers(
  scene: Scene,
  rule: NetworkPolicyRule,
  namespace: string,
  other: End,
  { everything }: FamilyPacket,
): boolean {
  const peers = rule.from ?? rule.to ?? [];
  if (peers.length === 0) return true;
  return peers.some(({ podSelector, namespaceSelector, ipBlock }) => {
    if (ipBlock) {
      const { cidr, except = [] } = ipBlock;
      if ('pod' in other) return other.pod.hostNetwork && cidr === everything && except.length === 0;
      if ('domain' in other) return cidr === everything && except.length === 0;
      return within(cidr, other.address) && !except.some((part) => within(part, other.address));
    }
    if (!('pod' in other) || other.pod.hostNetwork) return false;
    const inNamespace = namespaceSelector
      ? selected(namespaceSelector, labelsOf(scene, other.pod.namespace))
      : other.pod.namespace === namespace;
    return inNamespace && selected(podSelector ?? {}, other.pod.labels);
  });
}

function matchesClusterPeer(scene: Scene, peer: ClusterPeer, other: End, { everything }: FamilyPacket): boolean {
  if (peer.networks) {
    if ('address' in other) return peer.networks.some((cidr) => within(cidr, other.address));
    return peer.networks.includes(everything);
  }
  if (peer.domainNames)
    return (
      'domain' in other &&
      peer.domainNames.some(
        (name) => name === other.domain || (name.startsWith('*') && other.domain.endsWith(name.slice(1))),
      )
    );
  return (
    'pod' in other && !other.pod.hostNetwork && isSubject(peer, labelsOf(scene, other.pod.namespace), other.pod.labels)
  );
}

function matchesPorts({ ports = [] }: NetworkPolicyRule, { destination, protocol, port: number }: Packet): boolean {
  if (ports.length === 0) return true;
  return ports.some(({ protocol: wanted = 'TCP', port, endPort }) => {
    if (wanted !== protocol) return false;
    if (port === undefined) return true;
    if (typeof port === 'number') return port <= number && number <= (endPort ?? port);
    return hasPort(destination, port, protocol, number);
  });
}

function matchesProtocols({ protocols }: ClusterRule, { destination, protocol, port }: Packet): boolean {
  if (!protocols) return true;
  return protocols.some((match) => {
    const { destinationNamedPort } = match;
    if (typeof destinationNamedPort === 'string') return hasPort(destination, destinationNamedPort, protocol, port);
    const own = match[protocol.toLowerCase()];
    if (own === undefined || typeof own === 'string') return false;
    const { number, range } = own.destinationPort ?? {};
    if (number !== undefined) return number === port;
    return range === undefined || (range.start <= port && port <= range.end);
  });
}

function hasPort(destination: End, name: string, protocol: string, number: number): boolean {
  if (!('pod' in destination)) return false;
  return destination.pod.ports.some(
    (port) => port.name === name && port.protocol === protocol && port.containerPort === number,
  );
}

const lists = new Map<string, BlockList>();

function within(cidr: string, address: string): boolean {
  // A BlockList sees IPv4 addresses in an IPv6 network as well, as mapped ones.
  if (cidr.includes(':') !== address.includes(':')) return false;
  let list = lists.get(cidr);
  if (!list) {
    const [network = '', prefix] = cidr.split('/');
    list = new BlockList();
    list.addSubnet(network, Number(prefix), isIP(network) === 6 ? 'ipv6' : 'ipv4');
    lists.set(cidr, list);
  }
  return list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}
