// SPDX-License-Identifier: Apache-2.0
import type { FindingDraft } from '@helios/core/finding';
import { type AddressRange, covers, isV6, joined, nameRange, without } from '../netpol/connect/address.ts';
import type { Connectivity } from '../netpol/connect/connectivity.ts';
import { numberedPorts } from '../netpol/connect/effect.ts';
import { openingsOf } from '../netpol/connect/opening.ts';
import type { Outside } from '../netpol/connect/outside.ts';
import { describePorts, NO_PORTS, type Ports, unite } from '../netpol/connect/ports.ts';
import type { Model } from '../netpol/model/model.ts';
import { namePolicy, type Peer, type Rule } from '../netpol/model/policy.ts';
import { nameWorkload } from '../netpol/model/workload.ts';
import { type Destination, unknownPart } from './destinations.ts';
import { draftAt, listSome } from './draft.ts';
import type { Options } from './options.ts';
import { rangesOf } from './ranges.ts';
import { connectStrangers } from './stranger.ts';

/** Namespaces in which a Pod that no policy names can go anywhere outside; and how many there are. */
export interface OpenNamespaces {
  readonly open: readonly string[];
  readonly of: number;
}

/** Puts a Pod without labels into each namespace, and looks whether anything keeps it from going out. */
export function findOpenNamespaces(model: Model): OpenNamespaces {
  const names = [...new Set(model.workloads.map(({ namespace }) => namespace))].sort();
  const connectivity = connectStrangers(model, names);
  return { open: names.filter((_, index) => isUnbound(connectivity, index)), of: names.length };
}

/** Whether there is somewhere outside that no policy keeps a workload from. */
function isUnbound(connectivity: Connectivity, workload: number): boolean {
  const { workloads, outside, boundBy } = connectivity;
  const { admin, own, baseline } = boundBy(workload, 'egress');
  if (own) return false;
  if (admin.length + baseline.length === 0) return true;
  return outside.egress.some((_, piece) =>
    openingsOf(connectivity, workload, 'egress', workloads.length + piece).some(({ kind }) => kind === 'unbound'),
  );
}

export function* judgeDefault(
  model: Model,
  connectivity: Connectivity,
  { open }: OpenNamespaces,
): Generator<FindingDraft> {
  for (const namespace of open) {
    const own = [...model.workloads.entries()].filter(([, each]) => each.namespace === namespace);
    const place = model.namespacePlaces.get(namespace) ?? own[0]?.[1].place;
    if (!place) continue;
    const now = own.filter(([index]) => isUnbound(connectivity, index)).map(([, each]) => nameWorkload(each));
    const message = `a Pod that no policy names may go anywhere from ${namespace}`;
    yield draftAt(
      'open-egress',
      place,
      `Namespace ${namespace}`,
      now.length === 0 ? message : `${message}, as may ${listSome(now)}`,
      { matched: namespace },
    );
  }
}

/** What single rules let out: too much at once, or to where nobody knows. */
export function* judgeAllowed(
  { policies, clusterPolicies }: Model,
  known: readonly Destination[],
  options: Options,
): Generator<FindingDraft> {
  for (const policy of [...policies, ...clusterPolicies])
    for (const rule of policy.egress ?? [])
      if (!('action' in rule) || rule.action === 'accept') yield* judgeRule(rule, namePolicy(policy), known, options);
}

function* judgeRule(
  rule: Rule,
  subject: string,
  known: readonly Destination[],
  { cluster, broadest }: Options,
): Generator<FindingDraft> {
  const ports = numberedPorts(rule.ports);
  // Ports by name alone are none at an address.
  if (ports.length === 0) return;
  if (!rule.peers) {
    yield draftAt(
      'broad-egress',
      rule.place,
      subject,
      `allows ${describePorts(ports)} to everywhere, the internet too`,
    );
    return;
  }
  const outside = rule.peers.map((peer) => ({ peer, ranges: outsideOf(peer, rangesOf(cluster)) }));
  // Two halves of the internet in two peers are the internet.
  const whole = joined(outside.flatMap(({ ranges }) => ranges));
  const isBroad = ({ first, last }: AddressRange): boolean =>
    last - first >= 1n << BigInt(isV6({ first, last }) ? 128 - broadest.ipv6 : 32 - broadest.ipv4);
  const broad = whole.filter(isBroad);
  for (const { peer, ranges } of outside) {
    const part = broad.find((range) => ranges.some((own) => covers(range, own)));
    if (part) {
      yield draftAt('broad-egress', peer.place, subject, `allows ${describePorts(ports)} to ${nameRange(part)}`, {
        matched: nameOf(peer),
      });
      continue;
    }
    yield* judgeKnown(peer, ranges, ports, subject, known);
  }
}

function* judgeKnown(
  peer: Peer,
  ranges: readonly AddressRange[],
  ports: Ports,
  subject: string,
  known: readonly Destination[],
): Generator<FindingDraft> {
  const pieces: Outside[] = [
    ...ranges.map((range) => ({ kind: 'addresses' as const, range })),
    ...(peer.kind === 'domains' ? peer.names : []).map((name) => ({ kind: 'domain' as const, name })),
  ];
  const parts = pieces.flatMap((piece) => unknownPart(piece, ports, known) ?? []);
  if (parts.length === 0) return;
  const where = listSome(parts.map(({ name }) => name));
  const unknown = parts.reduce<Ports>((all, part) => unite(all, part.ports), NO_PORTS);
  const message = `allows ${describePorts(unknown)} to ${where}, which no inventory of destinations names`;
  yield draftAt('unknown-destination', peer.place, subject, message, { matched: nameOf(peer) });
}

/** The addresses outside of the cluster that a peer names. */
function outsideOf(peer: Peer, cluster: readonly AddressRange[]): AddressRange[] {
  return peer.kind === 'addresses' ? without(peer.ranges, cluster) : [];
}

function nameOf(peer: Peer): string {
  return peer.kind === 'addresses' ? peer.cidrs.join() : peer.kind === 'domains' ? peer.names.join() : peer.kind;
}
