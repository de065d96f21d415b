// SPDX-License-Identifier: Apache-2.0
import type { Model } from '../model/model.ts';
import type { Direction, Peer } from '../model/policy.ts';
import { type AddressRange, covers, EVERY_V4, EVERY_V6, nameRange, partition } from './address.ts';

/** What lies outside of the cluster's Pods: addresses that all policies treat alike, or a domain that one names. */
export type Outside =
  | { readonly kind: 'addresses'; readonly range: AddressRange }
  | { readonly kind: 'domain'; readonly name: string };

/** The outside, cut so that every rule of a direction in the models covers each piece wholly or not at all. */
export function outsideOf(models: readonly Model[], direction: Direction): Outside[] {
  const written = models.flatMap(({ policies, clusterPolicies }) => [...policies, ...clusterPolicies]);
  const peers = written.flatMap((policy) => (policy[direction] ?? []).flatMap(({ peers = [] }) => peers));
  const ranges = peers.flatMap((peer) => (peer.kind === 'addresses' ? peer.ranges : []));
  const names = new Set(peers.flatMap((peer) => (peer.kind === 'domains' ? peer.names : [])));
  return [
    ...partition(ranges).map((range): Outside => ({ kind: 'addresses', range })),
    ...[...names].sort().map((name): Outside => ({ kind: 'domain', name })),
  ];
}

/** Whether a peer covers a piece of the outside; what has an address that nobody knows, by all addresses of its family. */
export function reaches(peer: Peer, outside: Outside, families: readonly AddressRange[]): boolean {
  switch (peer.kind) {
    case 'addresses':
      return outside.kind === 'domain'
        ? coversAny(peer.ranges, families)
        : peer.ranges.some((range) => covers(range, outside.range));
    case 'domains':
      return outside.kind === 'domain' && peer.names.some((name) => namesDomain(name, outside.name));
    default:
      return false;
  }
}

/** Whether ranges hold all addresses of one of some families. */
export function coversAny(ranges: readonly AddressRange[], families: readonly AddressRange[]): boolean {
  return families.some((family) => ranges.some((range) => covers(range, family)));
}

export const FAMILIES = [EVERY_V4, EVERY_V6] as const;

/** `*.example.com` names every name below example.com, and not example.com itself. */
export function namesDomain(pattern: string, name: string): boolean {
  return pattern === name || (pattern.startsWith('*.') && name.endsWith(pattern.slice(1)));
}

export function nameOutside(outside: Outside): string {
  return outside.kind === 'domain' ? outside.name : nameRange(outside.range);
}
