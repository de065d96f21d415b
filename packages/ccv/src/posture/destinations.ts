// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { type AddressRange, covers, parseCidr, partition } from '../netpol/connect/address.ts';
import { nameOutside, namesDomain, type Outside } from '../netpol/connect/outside.ts';
import { ALL_PORTS, intersect, NO_PORTS, portRange, type Ports, subtract, unite } from '../netpol/connect/ports.ts';
import { cidrSchema, protocol } from '../netpol/model/values.ts';

const portSchema = z
  .string()
  .regex(/^(?:TCP|UDP|SCTP)\/\d{1,5}$/, 'is no port such as TCP/443')
  .transform((text) => {
    const [name = '', number = ''] = text.split('/');
    return portRange(protocol.parse(name), Number(number), Number(number));
  });

const destinationSchema = z.strictObject({
  name: z.string().regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, 'is a name in lower case, with hyphens'),
  owner: z.string().min(1),
  reason: z.string().min(1).describe('What it is needed for'),
  cidrs: z.array(cidrSchema).default([]),
  domains: z.array(z.string().min(1).toLowerCase()).default([]),
  ports: z.array(portSchema).default([]).describe('TCP/443; all of them where none is said'),
  storage: z.boolean().default(false).describe('Whether data can be put there'),
  sandbox: z.boolean().default(false).describe('Whether a sandbox may reach it'),
});

/** An inventory of what lies outside of the cluster and may be reached. */
export const destinationsSchema = z.strictObject({
  schema: z.literal('helios/destinations/v1'),
  destinations: z.array(destinationSchema),
});

export interface Destination {
  readonly name: string;
  readonly ranges: readonly AddressRange[];
  readonly domains: readonly string[];
  readonly ports: Ports;
  readonly storage: boolean;
  readonly sandbox: boolean;
}

export function destinationsOf({ destinations }: z.infer<typeof destinationsSchema>): Destination[] {
  return destinations.map(({ name, cidrs, domains, ports, storage, sandbox }) => ({
    name,
    ranges: cidrs.flatMap((cidr) => parseCidr(cidr) ?? []),
    domains,
    ports: ports.length === 0 ? ALL_PORTS : ports.reduce(unite, NO_PORTS),
    storage,
    sandbox,
  }));
}

/** A part of the outside, and ports there. */
export interface Part {
  readonly name: string;
  readonly ports: Ports;
}

/**
 * What of a piece of the outside no destination stands for, on the ports asked for: one part of it by name, or all of
 * it where there are several. Undefined where each address and port has its destination.
 */
export function unknownPart(outside: Outside, ports: Ports, known: readonly Destination[]): Part | undefined {
  const parts = cut(outside, known).flatMap((part) => {
    const own = known.filter((each) => isAt(each, part));
    const unknown = own.reduce((left, each) => subtract(left, each.ports), ports);
    return unknown.length === 0 ? [] : [{ name: nameOutside(part), ports: unknown }];
  });
  if (parts.length <= 1) return parts[0];
  return { name: nameOutside(outside), ports: parts.reduce<Ports>((all, part) => unite(all, part.ports), NO_PORTS) };
}

/** A piece cut where destinations begin and end, so that each part is of the same ones. */
function cut(outside: Outside, known: readonly Destination[]): Outside[] {
  if (outside.kind === 'domain') return [outside];
  const { range } = outside;
  const parts = partition([range, ...known.flatMap(({ ranges }) => ranges)]).filter((part) => covers(range, part));
  return parts.map((part) => ({ kind: 'addresses', range: part }));
}

/** The destinations that may be met in a piece of the outside on some of its ports. */
export function metIn(outside: Outside, ports: Ports, known: readonly Destination[]): Destination[] {
  return known.filter((each) => {
    if (intersect(each.ports, ports).length === 0) return false;
    if (outside.kind === 'domain')
      return each.domains.some((name) => namesDomain(outside.name, name) || namesDomain(name, outside.name));
    const { first, last } = outside.range;
    return each.ranges.some((range) => range.first <= last && first <= range.last);
  });
}

function isAt({ ranges, domains }: Destination, outside: Outside): boolean {
  if (outside.kind === 'domain') return domains.some((name) => namesDomain(name, outside.name));
  return ranges.some((range) => covers(range, outside.range));
}
