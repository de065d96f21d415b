// SPDX-License-Identifier: Apache-2.0
import {
  type ActionRule,
  type ClusterPolicy,
  type Direction,
  namePolicy,
  type NetworkPolicy,
  type Rule,
} from '../model/policy.ts';
import type { Connectivity } from './connectivity.ts';
import { type PortsId, NONE } from './port-table.ts';
import { ALL_PORTS, describePorts, type Ports } from './ports.ts';

/** Why something can pass in one direction: a rule lets it, or nothing is there to stop it. */
export type Opening =
  | {
      readonly kind: 'rule';
      readonly policy: NetworkPolicy | ClusterPolicy;
      readonly rule: Rule | ActionRule;
      readonly ports: Ports;
    }
  | { readonly kind: 'unbound'; readonly ports: Ports };

/**
 * What opens the way between a workload and another end (by index, as in `Effect`), in the order of evaluation. The
 * ports of all openings together are what is allowed in this direction.
 */
export function openingsOf(
  connectivity: Connectivity,
  workload: number,
  direction: Direction,
  other: number,
): Opening[] {
  const { table, effectOf, workloads, boundBy } = connectivity;
  const bound = boundBy(workload, direction);
  const destination = workloads[direction === 'egress' ? other : workload];
  const portsOf = (rule: Rule, clusterWide: boolean): PortsId => {
    const { members, ports } = effectOf(rule, direction, clusterWide);
    return members.some((list) => list.includes(other)) ? ports.at(destination) : NONE;
  };
  const openings: Opening[] = [];
  const tier = (policies: readonly ClusterPolicy[], open: PortsId): { left: PortsId; passed: PortsId } => {
    let [left, passed] = [open, NONE];
    for (const policy of policies)
      for (const rule of policy[direction]) {
        const matched = table.intersect(left, portsOf(rule, true));
        left = table.subtract(left, matched);
        if (rule.action === 'pass') passed = table.unite(passed, matched);
        if (rule.action === 'accept' && matched !== NONE)
          openings.push({ kind: 'rule', policy, rule, ports: table.portsOf(matched) });
      }
    return { left, passed };
  };
  const admin = tier(bound.admin, table.idOf(ALL_PORTS));
  const open = table.unite(admin.left, admin.passed);
  if (bound.own) {
    for (const policy of bound.own)
      for (const rule of policy[direction] ?? []) {
        const matched = table.intersect(open, portsOf(rule, false));
        if (matched !== NONE) openings.push({ kind: 'rule', policy, rule, ports: table.portsOf(matched) });
      }
    return openings;
  }
  const baseline = tier(bound.baseline, open);
  const free = table.unite(baseline.left, baseline.passed);
  if (free !== NONE) openings.push({ kind: 'unbound', ports: table.portsOf(free) });
  return openings;
}

/** `rule egress[0] of NetworkPolicy shop/web allows TCP 80`, `no policy limits it`. */
export function describeOpening(opening: Opening, direction: Direction): string {
  if (opening.kind === 'unbound') return `no policy limits its ${direction}`;
  const { policy, rule, ports } = opening;
  return `${direction}[${String(rule.place.pointer.at(-1))}] of ${namePolicy(policy)} allows ${describePorts(ports)}`;
}
