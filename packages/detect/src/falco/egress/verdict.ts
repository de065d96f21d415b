// SPDX-License-Identifier: Apache-2.0
import { visible } from '@helios/core/report';
import type { LogEvent } from '../../events/event.ts';
import { formatNetwork, isWithin, parseNetwork } from '../evaluate/address.ts';
import type { EgressBaseline } from './baseline.ts';
import { type Connection, connectionOf } from './connection.ts';

export interface EgressVerdict {
  /** `no-egress`: the event is no connection out of a container. */
  readonly verdict: 'known' | 'rare' | 'no-egress';
  readonly workload?: string;
  /** The address as a network of one. */
  readonly destination?: string;
  /** One line. */
  readonly reason: string;
}

export interface EgressThreshold {
  /** UTC days on which a destination must have been seen to be known. */
  readonly days: number;
  /** Whether a known autonomous system makes an unknown network known. Clouds are large: think first. */
  readonly trustAsn: boolean;
}

/** Holds a connection against what the baseline has seen of its workload. */
export function judgeEgress(
  { fields }: LogEvent,
  baseline: EgressBaseline,
  threshold: EgressThreshold = { days: 2, trustAsn: true },
): EgressVerdict {
  const connection = connectionOf(fields);
  if (!connection) return { verdict: 'no-egress', reason: 'no connection out of a container' };
  const about = { workload: connection.workload, destination: destinationOf(connection) };
  const known = baseline.workloads.find(({ workload }) => workload === connection.workload);
  const name = visible(connection.workload);
  if (!known) return { verdict: 'rare', ...about, reason: `nothing is known of the workload ${name}` };
  const networks = known.networks.filter(({ cidr }) => {
    const network = parseNetwork(cidr);
    return network !== undefined && isWithin(connection.address, network);
  });
  const asns = known.asns.filter(({ asn }) => threshold.trustAsn && asn === connection.asn);
  const sightings = [
    ...networks.map((sighting) => ({ ...sighting, what: sighting.cidr })),
    ...asns.map((sighting) => ({ ...sighting, what: `AS${sighting.asn}` })),
  ];
  const often = sightings.find(({ days }) => days >= threshold.days);
  if (often) return { verdict: 'known', ...about, reason: `${often.what} was seen ${timesOf(often)} by ${name}` };
  const [some] = sightings;
  const reason = some
    ? `${some.what} was seen ${timesOf(some)} only by ${name}, and ${threshold.days} days are asked for`
    : `${name} was not seen to connect there in ${known.connections} connections on ${known.days} days`;
  return { verdict: 'rare', ...about, reason };
}

function timesOf({ count, days, first, last }: { count: number; days: number; first: string; last: string }): string {
  return `${count} times on ${days} ${days === 1 ? 'day' : 'days'} (${first} to ${last})`;
}

function destinationOf({ address }: Connection): string {
  return formatNetwork({ base: address, length: typeof address === 'number' ? 32 : 128 });
}
