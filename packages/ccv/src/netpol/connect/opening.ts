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
import { ALL, NONE, type PortsId } from './port-table.ts';
import { describePorts, type Ports, unite } from './ports.ts';

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
 * What opens the way between a workload and another end (its index; of a piece of the outside: beyond that of the last
 * workload), in the order of evaluation. The ports of all openings together are what is allowed in this direction.
 */
export function openingsOf(
  connectivity: Connectivity,
  workload: number,
  direction: Direction,
  other: number,
): Opening[] {
  const found = connectivity.families.flatMap((family) => openingsIn(connectivity, family, workload, direction, other));
  const merged = new Map<Rule | undefined, Opening>();
  for (const opening of found) {
    const key = opening.kind === 'rule' ? opening.rule : undefined;
    const before = merged.get(key);
    merged.set(key, before ? { ...before, ports: unite(before.ports, opening.ports) } : opening);
  }
  return [...merged.values()];
}

function openingsIn(
  { boundBy }: Connectivity,
  { table, effectOf }: Connectivity['families'][number],
  workload: number,
  direction: Direction,
  other: number,
): Opening[] {
  const bound = boundBy(workload, direction);
  const openings: Opening[] = [];
  const open = (policy: NetworkPolicy | ClusterPolicy, rule: Rule, ports: PortsId): void => {
    if (ports !== NONE) openings.push({ kind: 'rule', policy, rule, ports: table.portsOf(ports) });
  };
  const portsOf = (rule: Rule, clusterWide: boolean): PortsId => {
    const { meets, ports } = effectOf(rule, direction, clusterWide);
    return meets(other) ? ports.at(direction === 'egress' ? other : workload) : NONE;
  };
  /** What a tier neither accepts nor denies. */
  const pass = (policies: readonly ClusterPolicy[], asked: PortsId): PortsId => {
    let [left, passed] = [asked, NONE];
    for (const policy of policies)
      for (const rule of policy[direction]) {
        const matched = table.intersect(left, portsOf(rule, true));
        left = table.subtract(left, matched);
        if (rule.action === 'pass') passed = table.unite(passed, matched);
        if (rule.action === 'accept') open(policy, rule, matched);
      }
    return table.unite(left, passed);
  };
  const left = pass(bound.admin, ALL);
  if (bound.own) {
    for (const policy of bound.own)
      for (const rule of policy[direction] ?? []) open(policy, rule, table.intersect(left, portsOf(rule, false)));
    return openings;
  }
  const free = pass(bound.baseline, left);
  return free === NONE ? openings : [...openings, { kind: 'unbound', ports: table.portsOf(free) }];
}

/** `rule egress[0] of NetworkPolicy shop/web allows TCP 80`, `no policy limits it`. */
export function describeOpening(opening: Opening, direction: Direction): string {
  if (opening.kind === 'unbound') return `no policy limits its ${direction}`;
  const { policy, rule, ports } = opening;
  return `${direction}[${String(rule.place.pointer.at(-1))}] of ${namePolicy(policy)} allows ${describePorts(ports)}`;
}
