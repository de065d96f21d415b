// SPDX-License-Identifier: Apache-2.0
import { parseYaml } from '@helios/core/input';
import { covers, parseCidr } from '../../src/netpol/connect/address.ts';
import { connect } from '../../src/netpol/connect/connectivity.ts';
import type { Outside } from '../../src/netpol/connect/outside.ts';
import { describePorts, type Ports } from '../../src/netpol/connect/ports.ts';
import { type Model, readModel } from '../../src/netpol/model/model.ts';

export function read(...texts: readonly string[]): Model {
  return readModel(texts.map((text, index) => ({ path: `${index}.yaml`, documents: parseYaml('', text) })));
}

/** What a Pod (`namespace/name`), address or domain may open to another, in words. Throws for manifests with problems. */
export function talk(...texts: readonly string[]): (source: string, destination: string) => string {
  const model = read(...texts);
  if (model.problems.length > 0) throw new Error(model.problems.map(({ message }) => message).join());
  const { workloads, outside, between, outTo, inFrom } = connect(model);
  const podOf = (name: string): number => workloads.findIndex((each) => `${each.namespace}/${each.name}` === name);
  const allowed = (source: string, destination: string): Ports => {
    const [from, to] = [podOf(source), podOf(destination)];
    if (from >= 0 && to >= 0) return between(from, to);
    if (from >= 0) return outTo(from, pieceOf(outside.egress, destination));
    if (to >= 0) return inFrom(pieceOf(outside.ingress, source), to);
    throw new Error(`no Pod ${source} or ${destination}`);
  };
  return (source, destination) => describePorts(allowed(source, destination));
}

function pieceOf(pieces: readonly Outside[], name: string): number {
  const range = parseCidr(`${name}/${name.includes(':') ? 128 : 32}`);
  return pieces.findIndex((piece) =>
    piece.kind === 'domain' ? piece.name === name : range !== undefined && covers(piece.range, range),
  );
}

/** A Pod with labels, and ports `name: number` in TCP. */
export function pod(path: string, labels: Readonly<Record<string, string>> = {}, ports = '', spec = ''): string {
  const [namespace, name] = path.split('/');
  return `
apiVersion: v1
kind: Pod
metadata: {name: ${name}, namespace: ${namespace}, labels: ${JSON.stringify(labels)}}
spec: {containers: [{name: main, ports: [${ports}]}]${spec}}
---`;
}

export function namespace(name: string, labels: Readonly<Record<string, string>> = {}): string {
  return `
apiVersion: v1
kind: Namespace
metadata: {name: ${name}, labels: ${JSON.stringify(labels)}}
---`;
}

/** A NetworkPolicy whose `spec` is YAML in flow style. */
export function policy(path: string, spec: string): string {
  const [namespace, name] = path.split('/');
  return `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: ${name}, namespace: ${namespace}}
spec: ${spec}
---`;
}

export function clusterPolicy(name: string, spec: string): string {
  return `
apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: {name: ${name}}
spec: ${spec}
---`;
}
