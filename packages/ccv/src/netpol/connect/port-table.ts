// SPDX-License-Identifier: Apache-2.0
import { ALL_PORTS, intersect, NO_PORTS, type Ports, subtract, unite } from './ports.ts';

/** A set of ports, by its number in a table: a million pairs of Pods know a few dozen sets. */
export type PortsId = number;

export const NONE: PortsId = 0;
export const ALL: PortsId = 1;

/** Sets of ports by number, and their algebra, remembered. */
export interface PortTable {
  readonly idOf: (ports: Ports) => PortsId;
  readonly portsOf: (id: PortsId) => Ports;
  readonly unite: (a: PortsId, b: PortsId) => PortsId;
  readonly intersect: (a: PortsId, b: PortsId) => PortsId;
  readonly subtract: (a: PortsId, b: PortsId) => PortsId;
}

export function createPortTable(): PortTable {
  const sets: Ports[] = [];
  const ids = new Map<string, PortsId>();
  const idOf = (ports: Ports): PortsId => {
    const key = ports.join();
    const known = ids.get(key);
    if (known !== undefined) return known;
    ids.set(key, sets.length);
    return sets.push(ports) - 1;
  };
  const portsOf = (id: PortsId): Ports => sets[id] ?? NO_PORTS;
  idOf(NO_PORTS);
  idOf(ALL_PORTS);
  const remember = (compute: (a: Ports, b: Ports) => Ports): ((a: PortsId, b: PortsId) => PortsId) => {
    const known = createPairs();
    return (a, b) => {
      const before = known.get(a, b);
      if (before !== undefined) return before;
      const id = idOf(compute(portsOf(a), portsOf(b)));
      known.set(a, b, id);
      return id;
    };
  };
  const [united, common, rest] = [remember(unite), remember(intersect), remember(subtract)];
  return {
    idOf,
    portsOf,
    unite: (a, b) => (a === b || b === NONE || a === ALL ? a : a === NONE || b === ALL ? b : united(a, b)),
    intersect: (a, b) => (a === b || b === ALL || a === NONE ? a : a === ALL || b === NONE ? b : common(a, b)),
    subtract: (a, b) => (b === NONE || a === NONE ? a : a === b || b === ALL ? NONE : rest(a, b)),
  };
}

/** Values by two small numbers: a flat array where most are, a map for the others. */
const FLAT = 256;

function createPairs() {
  const flat = new Int32Array(FLAT * FLAT);
  const others = new Map<number, number>();
  return {
    get(a: number, b: number): number | undefined {
      if (a >= FLAT || b >= FLAT) return others.get(a * 2 ** 26 + b);
      const value = flat[a * FLAT + b];
      return value ? value - 1 : undefined;
    },
    set(a: number, b: number, value: number): void {
      if (a >= FLAT || b >= FLAT) others.set(a * 2 ** 26 + b, value);
      else flat[a * FLAT + b] = value + 1;
    },
  };
}
