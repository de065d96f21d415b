// SPDX-License-Identifier: Apache-2.0
import type { FindingDraft } from '@helios/core/finding';
import { type AddressRange, isV6, joined, nameRange, without } from '../netpol/connect/address.ts';
import { connect, type Connectivity } from '../netpol/connect/connectivity.ts';
import { openingsOf } from '../netpol/connect/opening.ts';
import { ALL_PORTS, describePorts, NO_PORTS, portRange, type Ports, unite } from '../netpol/connect/ports.ts';
import type { Model } from '../netpol/model/model.ts';
import { namePolicy, type Peer, type Rule } from '../netpol/model/policy.ts';
import { nameWorkload, type Workload } from '../netpol/model/workload.ts';
import { type Destination, unknownPorts } from './destinations.ts';
import { draftAt, listSome } from './draft.ts';
import type { Options } from './options.ts';
import { rangesOf } from './ranges.ts';

/** Namespaces in which a Pod that no policy names can go anywhere outside; and how many there are. */
export interface OpenNamespaces {
  readonly open: readonly string[];
  readonly of: number;
}

/** Puts a Pod without labels into each namespace, and looks whether anything keeps it from going out. */
export function findOpenNamespaces(model: Model): OpenNamespaces {
  const names = [...new Set(model.workloads.map(({ namespace }) => namespace))].sort();
  const [example] = model.workloads;
  const strangers = names.flatMap((namespace): Workload[] =>
    example ? [{ ...example, namespace, labels: {}, ports: [], hostNetwork: false }] : [],
  );
  const connectivity = connect({ ...model, workloads: strangers });
  return { open: names.filter((_, index) => isUnbound(connectivity, index)), of: names.length };
}

/** Whether there is somewhere outside that no policy keeps a workload from. */
function isUnbound(connectivity: Connectivity, workload: number): boolean {
  const { workloads, outside } = connectivity;
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
  const ports = portsOf(rule);
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
    const part = broad.find((range) => ranges.some(({ first, last }) => range.first <= first && last <= range.last));
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
  const inventory = joined(known.flatMap((each) => each.ranges));
  const pieces = [
    // Cut as the inventory is, so that each piece is of one destination or of none.
    ...ranges
      .flatMap((range) => [...without([range], inventory), ...cut(range, known)])
      .map((range) => ({ kind: 'addresses' as const, range })),
    ...(peer.kind === 'domains' ? peer.names : []).map((name) => ({ kind: 'domain' as const, name })),
  ];
  for (const piece of pieces) {
    const unknown = unknownPorts(piece, ports, known);
    if (unknown.length === 0) continue;
    const where = piece.kind === 'domain' ? piece.name : nameRange(piece.range);
    yield draftAt(
      'unknown-destination',
      peer.place,
      subject,
      `allows ${describePorts(unknown)} to ${where}, which no inventory of destinations names`,
      { matched: where },
    );
  }
}

/** The parts of a range that destinations have, cut at each of their ends. */
function cut(range: AddressRange, known: readonly Destination[]): AddressRange[] {
  const ends = new Set([range.first, range.last + 1n]);
  for (const { first, last } of known.flatMap((each) => each.ranges)) {
    if (range.first < first && first <= range.last) ends.add(first);
    if (range.first <= last && last < range.last) ends.add(last + 1n);
  }
  const sorted = [...ends].sort((a, b) => (a < b ? -1 : 1));
  const all = sorted.slice(0, -1).map((first, index) => ({ first, last: (sorted[index + 1] ?? first + 1n) - 1n }));
  return all.filter((part) =>
    known.some((each) => each.ranges.some(({ first, last }) => first <= part.first && part.last <= last)),
  );
}

/** The addresses outside of the cluster that a peer names. */
function outsideOf(peer: Peer, cluster: readonly AddressRange[]): AddressRange[] {
  return peer.kind === 'addresses' ? without(peer.ranges, cluster) : [];
}

function nameOf(peer: Peer): string {
  return peer.kind === 'addresses' ? peer.cidrs.join() : peer.kind;
}

/** By number; a name stands for a port of whatever has it, and adds none at an address. */
export function portsOf({ ports }: Rule): Ports {
  if (!ports) return ALL_PORTS;
  return ports.reduce<Ports>(
    (all, match) => ('named' in match ? all : unite(all, portRange(match.protocol, match.first, match.last))),
    NO_PORTS,
  );
}
