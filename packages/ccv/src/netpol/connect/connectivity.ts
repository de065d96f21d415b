// SPDX-License-Identifier: Apache-2.0
import type { Model } from '../model/model.ts';
import type { ClusterPolicy, Direction, NetworkPolicy } from '../model/policy.ts';
import type { Workload } from '../model/workload.ts';
import { createEffects, type EffectOf } from './effect.ts';
import { coversAny, FAMILIES, type Outside, outsideOf } from './outside.ts';
import { NO_PORTS, type Ports, unite } from './ports.ts';
import { ALL, createPortTable, NONE, type PortsId, type PortTable } from './port-table.ts';
import { allowedBy, type Decided, decidedBy, type RowMaker } from './rows.ts';
import { createSelect, type Select } from './selection.ts';

/** The policies that say something of a direction of one workload's traffic. */
interface Bound {
  /** By priority, the first first. */
  readonly admin: readonly ClusterPolicy[];
  /** Undefined: none isolates it, so the baseline tier decides. */
  readonly own: readonly NetworkPolicy[] | undefined;
  readonly baseline: readonly ClusterPolicy[];
}

/** Who may talk to whom, on which ports, by the policies of a model: exactly, and whether or not a plugin enforces it. */
export interface Connectivity {
  readonly workloads: readonly Workload[];
  readonly outside: Readonly<Record<Direction, readonly Outside[]>>;
  /** Between two workloads, by index; of a workload with itself: between its replicas. */
  readonly between: (source: number, destination: number) => Ports;
  /** From a workload to a piece of `outside.egress`. */
  readonly outTo: (source: number, piece: number) => Ports;
  /** From a piece of `outside.ingress` to a workload. */
  readonly inFrom: (piece: number, destination: number) => Ports;
  readonly boundBy: (workload: number, direction: Direction) => Bound;
  /** One for each family of addresses, where rules tell these apart; else one for both. */
  readonly families: readonly Family[];
}

/** The rules as connections of a family of addresses meet them. */
interface Family {
  readonly effectOf: EffectOf;
  readonly table: PortTable;
}

/**
 * Evaluates NetworkPolicy v1 and the cluster-wide kinds. A connection must be let out at its source and let in at its
 * destination. Each way: the Admin tier decides first; what it leaves open is what NetworkPolicies allow, where one
 * isolates the workload, else what the Baseline tier does not deny. With other models the outside is cut by their rules,
 * too, so that the pieces of each can be compared.
 */
export function connect(model: Model, others: readonly Model[] = []): Connectivity {
  const { workloads } = model;
  const models = [model, ...others];
  const outside = { ingress: outsideOf(models, 'ingress'), egress: outsideOf(models, 'egress') };
  const select = createSelect(model);
  const bounds = boundsOf(model, select);
  const families = (tellsFamilies(model) ? FAMILIES.map((family) => [family]) : [FAMILIES]).map((each) => {
    const table = createPortTable();
    const effectOf = createEffects(model, each, outside, select, table);
    const decide = createDecide(model, bounds, outside, effectOf, table);
    return { effectOf, table, decide };
  });
  /** Pods may have addresses of both families: what either leaves open is open. */
  const overall = (portsOf: (family: (typeof families)[number]) => Ports): Ports =>
    families.reduce<Ports>(
      (all, family) => (all.length === 0 ? portsOf(family) : unite(all, portsOf(family))),
      NO_PORTS,
    );
  return {
    workloads,
    outside,
    between: (source, destination) =>
      overall(({ table, decide }) => {
        const out = decide('egress', source, destination);
        return table.portsOf(out === NONE ? NONE : table.intersect(out, decide('ingress', destination, source)));
      }),
    outTo: (source, piece) =>
      overall(({ table, decide }) => table.portsOf(decide('egress', source, workloads.length + piece))),
    inFrom: (piece, destination) =>
      overall(({ table, decide }) => table.portsOf(decide('ingress', destination, workloads.length + piece))),
    boundBy: (workload, direction) => bounds[direction][workload] ?? FREE,
    families,
  };
}

/** Whether a cluster-wide rule is for all addresses of one family alone, and so for Pods in this family alone. */
function tellsFamilies({ clusterPolicies }: Model): boolean {
  const rules = clusterPolicies.flatMap(({ ingress, egress }) => [...ingress, ...egress]);
  return rules
    .flatMap(({ peers }) => peers)
    .some((peer) => {
      if (peer.kind !== 'addresses') return false;
      const whole = FAMILIES.filter((family) => coversAny(peer.ranges, [family]));
      return whole.length === 1;
    });
}

type Decide = (direction: Direction, workload: number, other: number) => PortsId;

function createDecide(
  { workloads }: Model,
  bounds: Readonly<Record<Direction, readonly Bound[]>>,
  outside: Connectivity['outside'],
  effectOf: EffectOf,
  table: PortTable,
): Decide {
  const decider = (direction: Direction) => {
    const width = workloads.length + outside[direction].length;
    return createDecider(workloads, { width, direction, effectOf, table });
  };
  const deciders = { ingress: decider('ingress'), egress: decider('egress') };
  return (direction, workload, other) => {
    const bound = bounds[direction][workload];
    return bound ? deciders[direction](workload, bound, other) : ALL;
  };
}

const FREE: Bound = { admin: [], own: undefined, baseline: [] };

/** For each direction and workload the policies that bind it. */
function boundsOf(
  { workloads, policies, clusterPolicies }: Model,
  select: Select,
): Readonly<Record<Direction, readonly Bound[]>> {
  const empty = () =>
    workloads.map(() => ({
      admin: [] as ClusterPolicy[],
      own: [] as NetworkPolicy[],
      baseline: [] as ClusterPolicy[],
    }));
  const bounds = { ingress: empty(), egress: empty() };
  // Equal priorities are in no order that the API promises (and a finding); by name, the verdict at least stays the same.
  const ordered = clusterPolicies.toSorted((a, b) =>
    a.priority < b.priority ? -1 : a.priority > b.priority ? 1 : a.name < b.name ? -1 : 1,
  );
  for (const direction of ['ingress', 'egress'] as const) {
    for (const policy of policies) {
      if (!policy[direction]) continue;
      for (const index of select(policy.namespace, policy.pods)) bounds[direction][index]?.own.push(policy);
    }
    for (const policy of ordered) {
      if (policy[direction].length === 0) continue;
      const tier = policy.tier === 'Admin' ? 'admin' : 'baseline';
      for (const index of select(policy.namespaces, policy.pods)) bounds[direction][index]?.[tier].push(policy);
    }
  }
  const finish = (list: ReturnType<typeof empty>): Bound[] =>
    list.map(({ own, ...tiers }) => ({ ...tiers, own: own.length > 0 ? own : undefined }));
  return { ingress: finish(bounds.ingress), egress: finish(bounds.egress) };
}

/** Decides single connections by rows, which workloads share that the same policies bind. */
function createDecider(
  workloads: readonly Workload[],
  maker: RowMaker,
): (own: number, bound: Bound, other: number) => PortsId {
  const { table } = maker;
  const rows = new Map<Bound, Rows>();
  const shared = new Map<string, Rows>();
  const numbers = new Map<NetworkPolicy | ClusterPolicy, number>();
  const numberOf = (policy: NetworkPolicy | ClusterPolicy): number => {
    const number = numbers.get(policy) ?? numbers.size;
    numbers.set(policy, number);
    return number;
  };
  const rowsOf = (own: number, bound: Bound): Rows => {
    const lists = [bound.admin, bound.own ?? [], bound.baseline].map((list) => list.map(numberOf).join());
    // What comes in depends on the names of the workload's own ports as well.
    const key = JSON.stringify([
      ...lists,
      bound.own !== undefined,
      maker.direction === 'ingress' && workloads[own]?.ports,
    ]);
    const known = shared.get(key);
    if (known) return known;
    const made = {
      admin: bound.admin.length > 0 ? decidedBy(bound.admin, own, maker) : undefined,
      allowed: bound.own && allowedBy(bound.own, own, maker),
      baseline: bound.baseline.length > 0 ? decidedBy(bound.baseline, own, maker) : undefined,
    };
    shared.set(key, made);
    return made;
  };
  return (own, bound, other) => {
    let known = rows.get(bound);
    if (!known) rows.set(bound, (known = rowsOf(own, bound)));
    const { admin, allowed, baseline } = known;
    const accepted = admin?.accepted[other] ?? NONE;
    const open = table.subtract(table.subtract(ALL, accepted), admin?.denied[other] ?? NONE);
    const left = allowed
      ? table.intersect(open, allowed[other] ?? NONE)
      : table.subtract(open, baseline?.denied[other] ?? NONE);
    return table.unite(accepted, left);
  };
}

interface Rows {
  readonly admin: Decided | undefined;
  readonly allowed: Int32Array | undefined;
  readonly baseline: Decided | undefined;
}
