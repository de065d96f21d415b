// SPDX-License-Identifier: Apache-2.0
import type { AddressRange } from '../connect/address.ts';
import type { Protocol } from '../connect/ports.ts';
import type { Place } from './object.ts';
import type { Selector } from './selector.ts';

export const DIRECTIONS = ['ingress', 'egress'] as const;
export type Direction = (typeof DIRECTIONS)[number];

/** Pods by the labels of their namespace and their own. */
export interface PodPeer {
  readonly kind: 'pods';
  /** A name stands for that one namespace. */
  readonly namespaces: Selector | string;
  readonly pods: Selector;
  readonly place: Place;
}

interface AddressPeer {
  readonly kind: 'addresses';
  readonly cidrs: readonly string[];
  /** With what the rule excepts taken out. */
  readonly ranges: readonly AddressRange[];
  readonly place: Place;
}

/** The cluster's machines, whose addresses no manifest knows. */
interface NodePeer {
  readonly kind: 'nodes';
  readonly place: Place;
}

interface DomainPeer {
  readonly kind: 'domains';
  /** `*.example.com` stands for every name below example.com. */
  readonly names: readonly string[];
  readonly place: Place;
}

export type Peer = PodPeer | AddressPeer | NodePeer | DomainPeer;

/** Ports by number, or by the name that the destination's containers give one of theirs. */
export type PortMatch =
  | { readonly protocol: Protocol; readonly first: number; readonly last: number }
  | { readonly named: string; readonly protocol: Protocol | 'any' };

export interface Rule {
  /** Absent: from or to anywhere. */
  readonly peers?: readonly Peer[];
  /** Absent: every port of every protocol. */
  readonly ports?: readonly PortMatch[];
  readonly place: Place;
}

/** networking.k8s.io/v1 NetworkPolicy. Rules of a direction only add up: what none of them allows is denied. */
export interface NetworkPolicy {
  readonly kind: 'NetworkPolicy';
  readonly name: string;
  readonly namespace: string;
  readonly pods: Selector;
  /** Absent: this policy says nothing of the direction; an empty list denies all of it. */
  readonly ingress?: readonly Rule[];
  readonly egress?: readonly Rule[];
  /** Rules of a direction that policyTypes leaves out, which therefore do nothing. */
  readonly ignored: readonly Direction[];
  readonly place: Place;
}

export type Action = 'accept' | 'deny' | 'pass';

export interface ActionRule extends Rule {
  readonly name?: string;
  readonly action: Action;
  readonly peers: readonly Peer[];
}

/** ClusterNetworkPolicy, and the AdminNetworkPolicy and BaselineAdminNetworkPolicy before it: the first match decides. */
export interface ClusterPolicy {
  readonly kind: 'ClusterNetworkPolicy' | 'AdminNetworkPolicy' | 'BaselineAdminNetworkPolicy';
  readonly name: string;
  readonly tier: 'Admin' | 'Baseline';
  /** 0 to 1000, the lower first. */
  readonly priority: number;
  readonly namespaces: Selector;
  readonly pods: Selector;
  readonly ingress: readonly ActionRule[];
  readonly egress: readonly ActionRule[];
  readonly place: Place;
}

/** `NetworkPolicy shop/allow-dns`, `AdminNetworkPolicy deny-all`. */
export function namePolicy(policy: NetworkPolicy | ClusterPolicy): string {
  return 'namespace' in policy ? `${policy.kind} ${policy.namespace}/${policy.name}` : `${policy.kind} ${policy.name}`;
}
