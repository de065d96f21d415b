// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import type { LogEvent } from '../../events/event.ts';
import { parseNetwork } from '../evaluate/address.ts';
import { connectionOf, networkTextOf } from './connection.ts';

const count = z.number().int().nonnegative();
const day = z.iso.date();
const seen = { count: count.min(1), days: count.min(1), first: day, last: day };

/** Where each workload has been seen to connect to: learned from events, reviewed and kept as a file. */
export const egressBaselineSchema = z.strictObject({
  schema: z.literal('helios/egress-baseline/v1'),
  /** Lengths of the networks that addresses are gathered into, in bits. */
  prefix: z.strictObject({ ipv4: count.max(32), ipv6: count.max(128) }),
  /** Connections it was learned from. */
  connections: count,
  /** Connections that were left out, for their events have no time. */
  undated: count,
  /** In the order of their names. */
  workloads: z.array(
    z.strictObject({
      workload: z.string().min(1),
      connections: count.min(1),
      /** UTC days with a connection. */
      days: count.min(1),
      networks: z.array(
        z.strictObject({
          cidr: z
            .string()
            .refine((cidr) => cidr.includes('/') && parseNetwork(cidr) !== undefined, 'no network such as 10.0.0.0/8'),
          ...seen,
        }),
      ),
      /** Autonomous systems. */
      asns: z.array(z.strictObject({ asn: count, ...seen })),
    }),
  ),
});

export type EgressBaseline = z.infer<typeof egressBaselineSchema>;

export interface EgressPrefix {
  readonly ipv4: number;
  readonly ipv6: number;
}

interface Sighting {
  count: number;
  readonly days: Set<string>;
}

interface Learned {
  readonly all: Sighting;
  readonly networks: Map<string, Sighting>;
  readonly asns: Map<number, Sighting>;
}

export interface EgressLearner {
  learn(event: LogEvent): void;
  baseline(): EgressBaseline;
}

/**
 * Learns where workloads connect to; what it keeps grows with them and not with the logs. The order of events does not
 * matter. Networks are /24 and /48 where `prefix` does not say otherwise.
 */
export function createEgressLearner(prefix: EgressPrefix = { ipv4: 24, ipv6: 48 }): EgressLearner {
  const workloads = new Map<string, Learned>();
  let [connections, undated] = [0, 0];
  const learn = ({ fields, time }: LogEvent): void => {
    const connection = connectionOf(fields);
    if (!connection) return;
    const date = time === undefined ? undefined : dateOf(time);
    if (date === undefined) {
      undated++;
      return;
    }
    connections++;
    const learned = entryOf(workloads, connection.workload, () => ({
      all: newSighting(),
      networks: new Map(),
      asns: new Map(),
    }));
    note(learned.all, date);
    note(entryOf(learned.networks, networkTextOf(connection.address, prefix), newSighting), date);
    if (connection.asn !== undefined) note(entryOf(learned.asns, connection.asn, newSighting), date);
  };
  const baseline = (): EgressBaseline => ({
    schema: 'helios/egress-baseline/v1',
    prefix: { ...prefix },
    connections,
    undated,
    workloads: [...workloads]
      .sort(([a], [b]) => compare(a, b))
      .map(([workload, { all, networks, asns }]) => ({
        workload,
        connections: all.count,
        days: all.days.size,
        networks: [...networks]
          .sort(([a], [b]) => compare(a, b))
          .map(([cidr, sighting]) => ({ cidr, ...summaryOf(sighting) })),
        asns: [...asns].sort(([a], [b]) => a - b).map(([asn, sighting]) => ({ asn, ...summaryOf(sighting) })),
      })),
  });
  return { learn, baseline };
}

function entryOf<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key) ?? make();
  map.set(key, known);
  return known;
}

function newSighting(): Sighting {
  return { count: 0, days: new Set() };
}

function note(sighting: Sighting, date: string): void {
  sighting.count++;
  sighting.days.add(date);
}

function summaryOf({ count, days }: Sighting): { count: number; days: number; first: string; last: string } {
  const sorted = [...days].sort();
  return { count, days: days.size, first: sorted[0] ?? '', last: sorted.at(-1) ?? '' };
}

/** UTC; undefined for what no date can hold. */
function dateOf(time: number): string | undefined {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) || date.getUTCFullYear() < 1970 || date.getUTCFullYear() > 9999
    ? undefined
    : date.toISOString().slice(0, 10);
}

/** By code units: the same everywhere. */
function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
