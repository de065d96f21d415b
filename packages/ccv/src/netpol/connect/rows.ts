// SPDX-License-Identifier: Apache-2.0
import type { ClusterPolicy, Direction, NetworkPolicy } from '../model/policy.ts';
import type { EffectOf, Members, RulePorts } from './effect.ts';
import { ALL, NONE, type PortsId, type PortTable } from './port-table.ts';

/** Sets of ports, one for each possible other end of a connection. */
type Row = Int32Array;

/** What one tier of cluster policies decides finally. */
export interface Decided {
  readonly accepted: Row;
  readonly denied: Row;
}

export interface RowMaker {
  /** How many other ends there are. */
  readonly width: number;
  readonly direction: Direction;
  readonly effectOf: EffectOf;
  readonly table: PortTable;
}

/** All that NetworkPolicies allow to or from a workload (by index) that they isolate: their rules add up. */
export function allowedBy(policies: readonly NetworkPolicy[], own: number, maker: RowMaker): Row {
  const { width, direction, effectOf, table } = maker;
  // First the ports of all rules for the same ends, then the ends once: hundreds of rules may name the same few.
  const sums = new Map<Members, { same: PortsId; varying: Set<RulePorts> }>();
  for (const policy of policies)
    for (const rule of policy[direction] ?? []) {
      const { members, ports } = effectOf(rule, direction, false);
      for (const list of members) {
        let sum = sums.get(list);
        if (!sum) sums.set(list, (sum = { same: NONE, varying: new Set() }));
        if (ports.fixed || direction === 'ingress') sum.same = table.unite(sum.same, ports.at(own));
        else sum.varying.add(ports);
      }
    }
  const row = new Int32Array(width).fill(NONE);
  for (const [members, { same, varying }] of sums)
    for (const member of members) {
      let sum = table.unite(row[member] ?? NONE, same);
      if (sum !== ALL) for (const ports of varying) sum = table.unite(sum, ports.at(member));
      row[member] = sum;
    }
  return row;
}

/** What policies of a tier decide, in the order of their priority: of each connection the first rule that matches. */
export function decidedBy(policies: readonly ClusterPolicy[], own: number, maker: RowMaker): Decided {
  const { width, direction, effectOf, table } = maker;
  const open = new Int32Array(width).fill(ALL);
  const accepted = new Int32Array(width).fill(NONE);
  const denied = new Int32Array(width).fill(NONE);
  for (const policy of policies)
    for (const rule of policy[direction]) {
      const { members, ports } = effectOf(rule, direction, true);
      // What passes is neither: it is left to the next tier, and no later rule of this one sees it.
      const row = rule.action === 'accept' ? accepted : rule.action === 'deny' ? denied : undefined;
      for (const member of members.flat()) {
        // Ports are those of the destination: the other end of what goes out, this workload for what comes in.
        const asked = ports.at(direction === 'ingress' ? own : member);
        const matched = table.intersect(open[member] ?? NONE, asked);
        if (matched === NONE) continue;
        open[member] = table.subtract(open[member] ?? NONE, matched);
        if (row) row[member] = table.unite(row[member] ?? NONE, matched);
      }
    }
  return { accepted, denied };
}
