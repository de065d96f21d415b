// SPDX-License-Identifier: Apache-2.0
import type { ClusterPolicy, Direction, NetworkPolicy, Rule } from '../model/policy.ts';
import type { Workload } from '../model/workload.ts';
import type { EffectOf } from './effect.ts';
import { ALL, NONE, type PortsId, type PortTable } from './port-table.ts';

/** Sets of ports, one for each possible other end of a connection. */
type Row = Int32Array;

/** What one tier of cluster policies decides finally. */
export interface Decided {
  readonly accepted: Row;
  readonly denied: Row;
}

export interface RowMaker {
  readonly workloads: readonly Workload[];
  /** How many other ends there are. */
  readonly width: number;
  readonly direction: Direction;
  readonly effectOf: EffectOf;
  readonly table: PortTable;
}

/** All that NetworkPolicies allow to or from a workload that they isolate: their rules add up. */
export function allowedBy(policies: readonly NetworkPolicy[], own: Workload, maker: RowMaker): Row {
  const { width, direction, table } = maker;
  const row = new Int32Array(width).fill(NONE);
  for (const policy of policies)
    for (const rule of policy[direction] ?? [])
      forEachMember(rule, false, own, maker, (member, ports) => {
        const before = row[member] ?? NONE;
        if (before !== ALL) row[member] = table.unite(before, ports);
      });
  return row;
}

/** What policies of a tier decide, in the order of their priority: of each connection the first rule that matches. */
export function decidedBy(policies: readonly ClusterPolicy[], own: Workload, maker: RowMaker): Decided {
  const { width, direction, table } = maker;
  const [open, accepted, denied] = [
    new Int32Array(width).fill(ALL),
    new Int32Array(width).fill(NONE),
    new Int32Array(width).fill(NONE),
  ];
  for (const policy of policies)
    for (const rule of policy[direction])
      forEachMember(rule, true, own, maker, (member, ports) => {
        const before = open[member] ?? NONE;
        const matched = table.intersect(before, ports);
        if (matched === NONE) return;
        open[member] = table.subtract(before, matched);
        // What passes is neither: it is left to the next tier, and no later rule of this one sees it.
        const row = rule.action === 'accept' ? accepted : rule.action === 'deny' ? denied : undefined;
        if (row) row[member] = table.unite(row[member] ?? NONE, matched);
      });
  return { accepted, denied };
}

function forEachMember(
  rule: Rule,
  clusterWide: boolean,
  own: Workload,
  { workloads, direction, effectOf }: RowMaker,
  visit: (member: number, ports: PortsId) => void,
): void {
  const { members, portsAt, fixed } = effectOf(rule, direction, clusterWide);
  // Ports are those of the destination: the other end of what goes out, this workload for what comes in.
  const same = fixed || direction === 'ingress' ? portsAt(direction === 'ingress' ? own : undefined) : undefined;
  for (const member of members) visit(member, same ?? portsAt(workloads[member]));
}
