// SPDX-License-Identifier: Apache-2.0
import type { Model } from '../model/model.ts';
import type { Direction, Rule } from '../model/policy.ts';
import type { Workload } from '../model/workload.ts';
import { coversFamily, type Outside, reaches } from './outside.ts';
import { ALL_PORTS, NO_PORTS, portRange, unite } from './ports.ts';
import type { PortsId, PortTable } from './port-table.ts';
import type { Select } from './selection.ts';

/** What a rule matches: at the other end of a connection, and which ports at its destination. */
export interface Effect {
  /** Workloads by index; what is outside follows, by index beyond the last workload. */
  readonly members: readonly number[];
  /** Of a destination; undefined for one that is no Pod, where names of ports mean nothing. */
  portsAt(destination: Workload | undefined): PortsId;
  /** Whether the ports are the same at every destination. */
  readonly fixed: boolean;
}

export type EffectOf = (rule: Rule, direction: Direction, clusterWide: boolean) => Effect;

/** Effects of rules, each found once. */
export function createEffects(
  { workloads }: Pick<Model, 'workloads'>,
  outside: Readonly<Record<Direction, readonly Outside[]>>,
  select: Select,
  table: PortTable,
): EffectOf {
  const known = new Map<Rule, Effect>();
  const everything = {
    ingress: indexes(workloads.length + outside.ingress.length),
    egress: indexes(workloads.length + outside.egress.length),
  };
  const onNodes = workloads.flatMap(({ hostNetwork }, index) => (hostNetwork ? [index] : []));
  const membersOf = ({ peers }: Rule, direction: Direction, clusterWide: boolean): readonly number[] => {
    if (!peers) return everything[direction];
    const members = new Set<number>();
    for (const peer of peers) {
      if (peer.kind === 'pods') for (const index of select(peer.namespaces, peer.pods)) members.add(index);
      if (peer.kind === 'addresses' && coversFamily(peer.ranges)) {
        // The rule of a ClusterNetworkPolicy for all addresses is one for all Pods as well; whether that of a
        // NetworkPolicy is depends on the network plugin, so it is taken for what the field is meant for: the outside.
        for (const index of clusterWide ? indexes(workloads.length) : onNodes) members.add(index);
      }
      for (const [index, each] of outside[direction].entries())
        if (reaches(peer, each)) members.add(workloads.length + index);
    }
    return [...members];
  };
  return (rule, direction, clusterWide) => {
    const before = known.get(rule);
    if (before) return before;
    const effect = { members: membersOf(rule, direction, clusterWide), ...portsOf(rule, table) };
    known.set(rule, effect);
    return effect;
  };
}

function indexes(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}

function portsOf({ ports: matches }: Rule, table: PortTable): Pick<Effect, 'portsAt' | 'fixed'> {
  let numbered = matches ? NO_PORTS : ALL_PORTS;
  for (const match of matches ?? [])
    if (!('named' in match)) numbered = unite(numbered, portRange(match.protocol, match.first, match.last));
  const named = (matches ?? []).flatMap((match) => ('named' in match ? [match] : []));
  const fixed = table.idOf(numbered);
  if (named.length === 0) return { portsAt: () => fixed, fixed: true };
  const known = new Map<Workload, PortsId>();
  const resolve = (destination: Workload): PortsId => {
    const own = destination.ports.filter(({ name, protocol }) =>
      named.some((match) => match.named === name && (match.protocol === 'any' || match.protocol === protocol)),
    );
    return table.idOf(own.reduce((all, { protocol, port }) => unite(all, portRange(protocol, port, port)), numbered));
  };
  const portsAt = (destination: Workload | undefined): PortsId => {
    if (!destination) return fixed;
    const id = known.get(destination) ?? resolve(destination);
    known.set(destination, id);
    return id;
  };
  return { portsAt, fixed: false };
}
