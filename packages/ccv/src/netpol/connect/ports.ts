// SPDX-License-Identifier: Apache-2.0

/** In the order in which they are written out. */
const PROTOCOLS = ['SCTP', 'TCP', 'UDP'] as const;
export type Protocol = (typeof PROTOCOLS)[number];

/**
 * A set of ports of protocols: sorted intervals [first, last, first, last, …], disjoint and not adjacent, of numbers
 * that are 65,536 × the protocol's index + the port. Port 0 is no port, so protocols never touch.
 */
export type Ports = readonly number[];

const SPAN = 65_536;
const LAST_PORT = 65_535;

export const NO_PORTS: Ports = [];
export const ALL_PORTS: Ports = PROTOCOLS.flatMap((_, index) => [index * SPAN + 1, index * SPAN + LAST_PORT]);

/** The ports from `first` to `last` of a protocol, inclusive; all of them unless said. */
export function portRange(protocol: Protocol, first = 1, last = LAST_PORT): Ports {
  const base = PROTOCOLS.indexOf(protocol) * SPAN;
  return [base + first, base + last];
}

export function unite(a: Ports, b: Ports): Ports {
  return sweep(a, b, (inA, inB) => inA || inB);
}

export function intersect(a: Ports, b: Ports): Ports {
  return sweep(a, b, (inA, inB) => inA && inB);
}

export function subtract(a: Ports, b: Ports): Ports {
  return sweep(a, b, (inA, inB) => inA && !inB);
}

/** Walks the ends of both sets in order, and keeps where `wanted` says so. */
function sweep(a: Ports, b: Ports, wanted: (inA: boolean, inB: boolean) => boolean): Ports {
  const result: number[] = [];
  let [indexA, indexB, inside] = [0, 0, false];
  while (indexA < a.length || indexB < b.length) {
    const at = Math.min(endAt(a, indexA), endAt(b, indexB));
    while (endAt(a, indexA) === at) indexA++;
    while (endAt(b, indexB) === at) indexB++;
    const now = wanted(indexA % 2 === 1, indexB % 2 === 1);
    if (now !== inside) result.push(now ? at : at - 1);
    inside = now;
  }
  return result;
}

/** Where an interval opens, or the first number after it. */
function endAt(ports: Ports, index: number): number {
  const value = ports[index];
  if (value === undefined) return Infinity;
  return index % 2 === 0 ? value : value + 1;
}

/** `TCP 80,8000-9000` by protocol; nothing for protocols without ports. */
export function listPorts(ports: Ports): { protocol: Protocol; ranges: (readonly [number, number])[] }[] {
  return PROTOCOLS.flatMap((protocol) => {
    const own = intersect(ports, portRange(protocol));
    const base = PROTOCOLS.indexOf(protocol) * SPAN;
    const ranges = own.flatMap((first, index): (readonly [number, number])[] =>
      index % 2 === 0 ? [[first - base, (own[index + 1] ?? first) - base]] : [],
    );
    return ranges.length === 0 ? [] : [{ protocol, ranges }];
  });
}

/** As people write it: `TCP 80,8000-9000,UDP 53`, `all connections` or `no connections`. */
export function describePorts(ports: Ports): string {
  if (ports.length === 0) return 'no connections';
  if (sameAs(ports, ALL_PORTS)) return 'all connections';
  return listPorts(ports)
    .map(({ protocol, ranges }) => {
      const names = ranges.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`));
      return `${protocol} ${names.join(',')}`;
    })
    .join(',');
}

function sameAs(a: Ports, b: Ports): boolean {
  return a.length === b.length && a.every((value, index) => value === b[index]);
}
