// SPDX-License-Identifier: Apache-2.0
import type { Connection } from './connections.ts';

/** Something drawn as one box: workloads of a namespace that may do the same, or a piece of the outside. */
export interface GraphNode {
  readonly id: string;
  /** Undefined for the outside. */
  readonly namespace: string | undefined;
  /** One line each. */
  readonly names: readonly string[];
  /** What its workloads may open to one another; undefined where nothing. */
  readonly within: string | undefined;
}

export interface GraphEdge {
  readonly from: string;
  readonly to: string;
  readonly ports: string;
  /** Whether the same is open the other way round. */
  readonly both: boolean;
}

export interface Graph {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
}

/** An arrow between two names, with its ports in words. */
interface Arrow {
  readonly source: string;
  readonly destination: string;
  readonly ports: string;
}

/** Arrows that leave and reach a name. */
interface Neighbours {
  readonly out: Map<string, string>;
  readonly in: Map<string, string>;
}

/**
 * The connections as few boxes and arrows: of workloads that may talk to the same others on the same ports, one box.
 * A namespace in which everything is open would else be a picture of nothing but lines.
 */
export function graphOf(
  workloads: readonly string[],
  connections: readonly Connection[],
  describe: (connection: Connection) => string,
): Graph {
  const arrows = connections.map((connection): Arrow => ({
    source: connection.source.kind === 'outside' ? `from ${connection.source.name}` : connection.source.name,
    destination:
      connection.destination.kind === 'outside' ? `to ${connection.destination.name}` : connection.destination.name,
    ports: describe(connection),
  }));
  const neighbours = neighboursOf(workloads, arrows);
  const groups = groupTwins(workloads, neighbours);
  const idOf = new Map(groups.flatMap((names) => names.map((name) => [name, names[0] ?? name] as const)));
  const outside = [...new Set(arrows.flatMap(({ source, destination }) => [source, destination]))].filter(
    (name) => !idOf.has(name),
  );
  return {
    nodes: [
      ...groups.map((names): GraphNode => ({
        id: names[0] ?? '',
        namespace: namespaceOf(names[0] ?? ''),
        names: names.map((name) => name.slice(name.indexOf('/') + 1)),
        within: neighbours.get(names[0] ?? '')?.out.get(names[1] ?? ''),
      })),
      ...outside.map((name): GraphNode => ({ id: name, namespace: undefined, names: [name], within: undefined })),
    ],
    edges: edgesOf(arrows, (name) => idOf.get(name) ?? name),
  };
}

function neighboursOf(workloads: readonly string[], arrows: readonly Arrow[]): ReadonlyMap<string, Neighbours> {
  const all = new Map(workloads.map((name): [string, Neighbours] => [name, { out: new Map(), in: new Map() }]));
  for (const { source, destination, ports } of arrows) {
    all.get(source)?.out.set(destination, ports);
    all.get(destination)?.in.set(source, ports);
  }
  return all;
}

/** Workloads of one namespace with the same neighbours; those that talk to each other, as if each did to itself. */
function groupTwins(workloads: readonly string[], neighbours: ReadonlyMap<string, Neighbours>): string[][] {
  const byKey = new Map<string, string[]>();
  for (const name of workloads) {
    const own = neighbours.get(name);
    if (!own) continue;
    const near = [...own.out].filter(([other]) => namespaceOf(other) === namespaceOf(name)).map(([, ports]) => ports);
    for (const ports of [undefined, ...new Set(near)]) {
      const key = `${namespaceOf(name)} ${keyOf(own, name, ports)}`;
      byKey.set(key, [...(byKey.get(key) ?? []), name]);
    }
  }
  const grouped = new Set<string>();
  const groups: string[][] = [];
  for (const names of [...byKey.values()].sort((a, b) => b.length - a.length)) {
    const left = names.filter((name) => !grouped.has(name));
    if (left.length === 0) continue;
    for (const name of left) grouped.add(name);
    groups.push(left);
  }
  return groups.sort((a, b) => ((a[0] ?? '') < (b[0] ?? '') ? -1 : 1));
}

function keyOf(own: Neighbours, self: string, within: string | undefined): string {
  const side = (others: ReadonlyMap<string, string>): string[] => {
    const all = within === undefined ? others : new Map([...others, [self, within]]);
    return [...all].map(([name, ports]) => `${name} ${ports}`).sort();
  };
  return JSON.stringify([side(own.out), side(own.in)]);
}

function edgesOf(arrows: readonly Arrow[], idOf: (name: string) => string): GraphEdge[] {
  const between = new Map<string, GraphEdge>();
  for (const { source, destination, ports } of arrows) {
    const [from, to] = [idOf(source), idOf(destination)];
    if (from === to) continue;
    const back = between.get(JSON.stringify([to, from, ports]));
    if (back) between.set(JSON.stringify([to, from, ports]), { ...back, both: true });
    else between.set(JSON.stringify([from, to, ports]), { from, to, ports, both: false });
  }
  return [...between.values()];
}

/** Of `namespace/name[Kind]`; undefined for the outside, whose names have a space. */
function namespaceOf(name: string): string | undefined {
  const slash = name.indexOf('/');
  return slash < 0 || name.slice(0, slash).includes(' ') ? undefined : name.slice(0, slash);
}
