// SPDX-License-Identifier: Apache-2.0
import type { Model } from '../model/model.ts';
import type { Direction, Peer, Rule } from '../model/policy.ts';
import type { Workload } from '../model/workload.ts';
import type { AddressRange } from './address.ts';
import { coversAny, type Outside, reaches } from './outside.ts';
import { ALL_PORTS, NO_PORTS, portRange, type Ports, unite } from './ports.ts';
import type { PortsId, PortTable } from './port-table.ts';
import type { Select } from './selection.ts';

/**
 * Other ends of connections: workloads by index, and what is outside by its index beyond the last workload.
 * Peers that match the same ends share one list.
 */
export type Members = readonly number[];

/** What a rule matches. */
interface Effect {
  /** One list for each peer. */
  readonly members: readonly Members[];
  readonly meets: (other: number) => boolean;
  readonly ports: RulePorts;
}

export interface RulePorts {
  /** At a destination, by its index as in `Members`; names of ports mean nothing at one that is no workload. */
  readonly at: (destination: number) => PortsId;
  /** Whether they are the same at every destination. */
  readonly fixed: boolean;
}

export type EffectOf = (rule: Rule, direction: Direction, clusterWide: boolean) => Effect;

/** Effects of rules, each found once, for connections of some families of addresses. */
export function createEffects(
  { workloads }: Pick<Model, 'workloads'>,
  families: readonly AddressRange[],
  outside: Readonly<Record<Direction, readonly Outside[]>>,
  select: Select,
  table: PortTable,
): EffectOf {
  const everyPod = workloads.map((_, index) => index);
  const onNodes = everyPod.filter((index) => workloads[index]?.hostNetwork);
  const everything = {
    ingress: [...everyPod, ...outside.ingress.map((_, index) => workloads.length + index)],
    egress: [...everyPod, ...outside.egress.map((_, index) => workloads.length + index)],
  };
  const outsiders = createMemory((peer: Peer, direction: Direction, clusterWide: boolean): Members => {
    const pieces = outside[direction].flatMap((each, index) =>
      reaches(peer, each, families) ? [workloads.length + index] : [],
    );
    if (peer.kind !== 'addresses' || !coversAny(peer.ranges, families)) return pieces;
    // The rule of a ClusterNetworkPolicy for all addresses is one for all Pods as well (its Networks field says so);
    // whether that of a NetworkPolicy is depends on the network plugin: it is taken for what the field is meant for.
    return [...(clusterWide ? everyPod : onNodes), ...pieces];
  });
  const portsOf = createMemory((matches: Rule['ports']) => readPorts(matches, workloads, table));
  const known = new Map<Rule, Effect>();
  return (rule, direction, clusterWide) => {
    const before = known.get(rule);
    if (before) return before;
    const members = rule.peers?.map((peer) =>
      peer.kind === 'pods'
        ? select(peer.namespaces, peer.pods)
        : outsiders(JSON.stringify([namesOf(peer), direction, clusterWide]), peer, direction, clusterWide),
    );
    const ports = portsOf(JSON.stringify(rule.ports ?? []), rule.ports);
    const lists = members ?? [everything[direction]];
    let all: ReadonlySet<number> | undefined;
    const effect = { members: lists, meets: (other: number) => (all ??= new Set(lists.flat())).has(other), ports };
    known.set(rule, effect);
    return effect;
  };
}

/** What tells two peers of the same kind apart. */
function namesOf(peer: Peer): readonly string[] {
  if (peer.kind === 'addresses') return peer.ranges.map(({ first, last }) => `${first}-${last}`);
  return peer.kind === 'domains' ? peer.names : [];
}

/** Remembers what was computed, by a key that stands for the arguments. */
function createMemory<Arguments extends unknown[], Value>(
  compute: (...args: Arguments) => Value,
): (key: string, ...args: Arguments) => Value {
  const known = new Map<string, Value>();
  return (key, ...args) => {
    const before = known.get(key);
    if (before !== undefined) return before;
    const value = compute(...args);
    known.set(key, value);
    return value;
  };
}

function readPorts(matches: Rule['ports'], workloads: readonly Workload[], table: PortTable): RulePorts {
  const numbered = numberedPorts(matches);
  const named = (matches ?? []).flatMap((match) => ('named' in match ? [match] : []));
  const fixed = table.idOf(numbered);
  if (named.length === 0) return { at: () => fixed, fixed: true };
  const resolved = workloads.map(({ ports }) => {
    const own = ports.filter(({ name, protocol }) =>
      named.some((match) => match.named === name && (match.protocol === 'any' || match.protocol === protocol)),
    );
    return table.idOf(own.reduce((all, { protocol, port }) => unite(all, portRange(protocol, port, port)), numbered));
  });
  return { at: (destination) => resolved[destination] ?? fixed, fixed: false };
}

/** What a rule matches at any destination: its ports by number, or all of them where it says none. */
export function numberedPorts(matches: Rule['ports']): Ports {
  if (!matches) return ALL_PORTS;
  return matches.reduce<Ports>(
    (all, match) => ('named' in match ? all : unite(all, portRange(match.protocol, match.first, match.last))),
    NO_PORTS,
  );
}
