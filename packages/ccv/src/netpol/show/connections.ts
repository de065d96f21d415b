// SPDX-License-Identifier: Apache-2.0
import { EVERY_V4, EVERY_V6, covers, joined, nameRange } from '../connect/address.ts';
import { connect, type Connectivity } from '../connect/connectivity.ts';
import type { Outside } from '../connect/outside.ts';
import { NO_PORTS, type Ports, unite } from '../connect/ports.ts';
import type { Model } from '../model/model.ts';
import { type Direction, DIRECTIONS } from '../model/policy.ts';
import { nameWorkload } from '../model/workload.ts';

/** One end of a connection: `shop/web[Deployment]`, or addresses and domains outside. */
interface End {
  readonly kind: 'workload' | 'outside';
  readonly name: string;
}

export interface Connection {
  readonly source: End;
  readonly destination: End;
  readonly ports: Ports;
}

/** A connection whose ports a change opened or closed. */
export interface Change {
  readonly source: End;
  readonly destination: End;
  readonly before: Ports;
  readonly after: Ports;
}

/**
 * Who may open a connection to whom: by workload, none to itself. What is outside is put together where the same ports
 * are open. In order of the names, by code unit.
 */
export function connectionsOf(model: Model): Connection[] {
  return rowsOf([model]).map(({ source, destination, ports: [ports = NO_PORTS] }) => ({ source, destination, ports }));
}

/** What is open in one model and not in the other, or on other ports. */
export function changesBetween(before: Model, after: Model): Change[] {
  return rowsOf([before, after])
    .map(({ source, destination, ports: [old = NO_PORTS, now = NO_PORTS] }) => {
      return { source, destination, before: old, after: now };
    })
    .filter((change) => change.before.join() !== change.after.join());
}

interface Row {
  readonly source: End;
  readonly destination: End;
  /** In each of the models. */
  readonly ports: readonly Ports[];
}

/** One model by the names of its workloads: replicas and Pods of one owner are one. */
interface Named extends Connectivity {
  readonly byName: ReadonlyMap<string, readonly number[]>;
}

function rowsOf(models: readonly Model[]): Row[] {
  const all = models.map((model): Named => {
    const connectivity = connect(model, models);
    return { ...connectivity, byName: Map.groupBy(model.workloads.keys(), (index) => nameOf(model, index)) };
  });
  const names = [...new Set(all.flatMap(({ byName }) => [...byName.keys()]))].sort();
  const rows = names.flatMap((source) => [
    ...names
      .filter((destination) => destination !== source)
      .map((destination): Row => ({
        source: { kind: 'workload', name: source },
        destination: { kind: 'workload', name: destination },
        ports: all.map((each) => portsBetween(each, source, destination)),
      })),
    ...DIRECTIONS.flatMap((direction) => rowsOutside(all, source, direction)),
  ]);
  return rows.filter(({ ports }) => ports.some((each) => each.length > 0)).sort(byNames);
}

function nameOf({ workloads }: Model, index: number): string {
  const workload = workloads[index];
  return workload ? nameWorkload(workload) : '';
}

function portsBetween({ byName, between }: Named, source: string, destination: string): Ports {
  let ports = NO_PORTS;
  for (const from of byName.get(source) ?? [])
    for (const to of byName.get(destination) ?? []) ports = unite(ports, between(from, to));
  return ports;
}

/** Pieces of the outside with the same ports in every model are one end. */
function rowsOutside(all: readonly Named[], name: string, direction: Direction): Row[] {
  const [{ outside } = { outside: undefined }] = all;
  const groups = new Map<string, { pieces: Outside[]; ports: readonly Ports[] }>();
  for (const [piece, each] of (outside?.[direction] ?? []).entries()) {
    const ports = all.map(({ byName, outTo, inFrom }) =>
      (byName.get(name) ?? []).reduce<Ports>(
        (sum, index) => unite(sum, direction === 'egress' ? outTo(index, piece) : inFrom(piece, index)),
        NO_PORTS,
      ),
    );
    const group = groups.get(ports.join(';')) ?? { pieces: [], ports };
    group.pieces.push(each);
    groups.set(ports.join(';'), group);
  }
  const own: End = { kind: 'workload', name };
  return [...groups.values()].map(({ pieces, ports }): Row => {
    const other: End = { kind: 'outside', name: namePieces(pieces) };
    return direction === 'egress'
      ? { source: own, destination: other, ports }
      : { source: other, destination: own, ports };
  });
}

/** `any address`, or networks, ranges and domains. */
function namePieces(pieces: readonly Outside[]): string {
  const ranges = joined(pieces.flatMap((piece) => (piece.kind === 'addresses' ? [piece.range] : [])));
  const everywhere = [EVERY_V4, EVERY_V6].every((family) => ranges.some((range) => covers(range, family)));
  const domains = pieces.flatMap((piece) => (piece.kind === 'domain' ? [piece.name] : []));
  return everywhere ? 'any address' : [...ranges.map(nameRange), ...domains].join(', ');
}

function byNames(a: Row, b: Row): number {
  return compare(a.source.name, b.source.name) || compare(a.destination.name, b.destination.name);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
