// SPDX-License-Identifier: Apache-2.0
import type { FindingDraft } from '@helios/core/finding';
import type { Connectivity } from '../netpol/connect/connectivity.ts';
import { numberedPorts } from '../netpol/connect/effect.ts';
import { describeOpening, type Opening, openingsOf } from '../netpol/connect/opening.ts';
import { describePorts, NO_PORTS, portRange, type Ports, subtract, unite } from '../netpol/connect/ports.ts';
import { namePolicy, type PodPeer } from '../netpol/model/policy.ts';
import { describeSelector, type Labels } from '../netpol/model/selector.ts';
import { nameWorkload, type Workload } from '../netpol/model/workload.ts';
import { hasLabels } from './classes.ts';
import { type Destination, type Part, unknownPart } from './destinations.ts';
import { draftAt, listSome } from './draft.ts';
import type { Options } from './options.ts';
import { ELSEWHERE } from './stranger.ts';

/** Where names are asked for. */
const DNS_PORTS: Ports = unite(portRange('TCP', 53, 53), portRange('UDP', 53, 53));

/** Where a workload can go that it should not, by what opens the way. */
interface Escape {
  readonly opening: Opening;
  readonly names: string[];
  ports: Ports;
}

/**
 * A sandbox may ask for names, and reach the destinations that the inventory gives it: nothing else, by the union of
 * all policies that bind it. Each finding stands at the rule that opens the way.
 * `connectivity` is with a stranger, so that Pods of which nobody knows are not forgotten.
 */
export function* judgeConfinement(
  connectivity: Connectivity,
  index: number,
  known: readonly Destination[],
  options: Options,
): Generator<FindingDraft> {
  const { workloads, outside } = connectivity;
  const workload = workloads[index];
  if (!workload) return;
  const hosts = known.filter(({ sandbox }) => sandbox);
  const escapes = new Map<string, Escape>();
  const note = (other: number, forbidden: (ports: Ports) => Part | undefined): void => {
    for (const opening of openingsOf(connectivity, index, 'egress', other)) {
      const part = forbidden(opening.ports);
      if (!part) continue;
      const key = opening.kind === 'unbound' ? '' : JSON.stringify(opening.rule.place);
      const escape = escapes.get(key) ?? { opening, names: [], ports: NO_PORTS };
      escapes.set(key, escape);
      escape.names.push(part.name);
      escape.ports = unite(escape.ports, part.ports);
    }
  };
  for (const [other, each] of workloads.entries()) {
    if (other === index) continue;
    const name = each.namespace === ELSEWHERE ? 'Pods elsewhere' : nameWorkload(each);
    note(other, (asked) => {
      const ports = isResolver(each, options) ? subtract(asked, DNS_PORTS) : asked;
      return ports.length === 0 ? undefined : { name, ports };
    });
  }
  for (const [piece, each] of outside.egress.entries())
    note(workloads.length + piece, (ports) => unknownPart(each, ports, hosts));
  for (const escape of escapes.values()) yield draftEscape(workload, escape);
  yield* judgeUnseen(connectivity, index, workload, options);
}

function draftEscape(workload: Workload, { opening, names, ports }: Escape): FindingDraft {
  const name = nameWorkload(workload);
  const what = `${name} may open ${describePorts(ports)} to ${listSome(names)}`;
  return draftAt(
    'sandbox-egress',
    opening.kind === 'unbound' ? workload.place : opening.rule.place,
    name,
    `${what}: ${describeOpening(opening, 'egress')}`,
    { matched: `${name} ${opening.kind === 'unbound' ? '' : namePolicy(opening.policy)}` },
  );
}

/** Rules that lead to nodes, or to Pods of which none is in these manifests: they open the way as soon as there is one. */
function* judgeUnseen(
  { families: [family], boundBy }: Connectivity,
  index: number,
  workload: Workload,
  options: Options,
): Generator<FindingDraft> {
  const { admin, own, baseline } = boundBy(index, 'egress');
  const name = nameWorkload(workload);
  for (const policy of [...admin, ...(own ?? baseline)])
    for (const rule of policy.egress ?? []) {
      if ('action' in rule && rule.action !== 'accept') continue;
      const ports = numberedPorts(rule.ports);
      for (const peer of rule.peers ?? []) {
        const seen = family?.effectOf({ place: rule.place, peers: [peer] }, 'egress', false).members.flat() ?? [];
        if (peer.kind === 'pods' ? seen.some((other) => other !== index) : peer.kind !== 'nodes') continue;
        if (peer.kind === 'pods' && leadsToResolver(peer, ports, options)) continue;
        const whom = peer.kind === 'pods' ? `Pods that are not in these manifests (${describePeer(peer)})` : 'nodes';
        const opened = describeOpening({ kind: 'rule', policy, rule, ports }, 'egress');
        const message = `${name} may open ${describePorts(ports)} to ${whom}: ${opened}`;
        yield draftAt('sandbox-egress', peer.place, name, message, { matched: `${name} ${whom}` });
      }
    }
}

function describePeer({ namespaces, pods }: PodPeer): string {
  const where = typeof namespaces === 'string' ? namespaces : describeSelector(namespaces);
  return `namespace ${where}, Pods ${describeSelector(pods)}`;
}

function isResolver({ namespace, labels }: Workload, { dns }: Options): boolean {
  return namespace === dns.namespace && hasLabels(labels, dns.labels);
}

/** Whether a peer can select nothing but the Pods that resolve names, and the ports are theirs. */
function leadsToResolver({ namespaces, pods }: PodPeer, ports: Ports, { dns }: Options): boolean {
  const named =
    typeof namespaces === 'string' ? namespaces === dns.namespace : nameIn(namespaces.matchLabels) === dns.namespace;
  return named && hasLabels(pods.matchLabels, dns.labels) && subtract(ports, DNS_PORTS).length === 0;
}

function nameIn(labels: Labels): string | undefined {
  return labels['kubernetes.io/metadata.name'];
}
