// SPDX-License-Identifier: Apache-2.0
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { HeliosError } from '@helios/core/error';
import { parseDocuments } from '@helios/core/input';
import { nameAddress, type AddressRange, isV6 } from '../../src/netpol/connect/address.ts';
import { type Connectivity, connect } from '../../src/netpol/connect/connectivity.ts';
import { describePorts, type Ports } from '../../src/netpol/connect/ports.ts';
import type { Outside } from '../../src/netpol/connect/outside.ts';
import { type Model, readModel } from '../../src/netpol/model/model.ts';
import { type DocumentFile, isRecord } from '../../src/netpol/model/object.ts';
import { nameWorkload } from '../../src/netpol/model/workload.ts';

/** The model of all manifests in a folder, and the files of it that are no YAML or JSON. */
export async function readFolder(
  folder: string,
): Promise<{ readonly model: Model; readonly unreadable: readonly string[] }> {
  const files: DocumentFile[] = [];
  const unreadable: string[] = [];
  for (const path of filesIn(folder)) {
    try {
      const text = readFileSync(join(folder, path), 'utf8');
      files.push({ path, documents: await parseDocuments({ path, text, sha256: '' }) });
    } catch (thrown) {
      if (!(thrown instanceof HeliosError)) throw thrown;
      unreadable.push(path);
    }
  }
  return { model: readModel(files), unreadable };
}

function filesIn(folder: string): string[] {
  return (readdirSync(folder, { recursive: true }) as string[])
    .filter((path) => /\.(?:ya?ml|json)$/.test(path) && statSync(join(folder, path)).isFile())
    .sort();
}

/** A connection as np-guard writes it. */
export type Line = string;

/** All connections, in np-guard's words: by workload, IPv4 alone, none from a workload to itself. */
export function linesOf(model: Model): Line[] {
  // np-guard takes Pods on the network of their node for ones like others.
  const workloads = model.workloads.map((workload) => ({ ...workload, hostNetwork: false }));
  const connectivity = connect({ ...model, workloads });
  const lines = new Set<Line>();
  const names = workloads.map(nameWorkload);
  const note = (source: string, destination: string, ports: Ports): void => {
    if (ports.length > 0 && source !== destination)
      lines.add(`${source} => ${destination} : ${nameConnections(ports)}`);
  };
  for (const [index, name] of names.entries()) {
    for (const [other, otherName] of names.entries()) note(name, otherName, connectivity.between(index, other));
    for (const [piece, range] of addresses(connectivity, 'egress')) note(name, range, connectivity.outTo(index, piece));
    for (const [piece, range] of addresses(connectivity, 'ingress'))
      note(range, name, connectivity.inFrom(piece, index));
  }
  return [...lines].sort();
}

function addresses({ outside }: Connectivity, direction: 'ingress' | 'egress'): [number, string][] {
  return outside[direction].flatMap((piece: Outside, index): [number, string][] =>
    piece.kind === 'addresses' && !isV6(piece.range) ? [[index, `${nameSpan(piece.range)}[External]`]] : [],
  );
}

function nameSpan({ first, last }: AddressRange): string {
  return `${nameAddress(first)}-${nameAddress(last)}`;
}

function nameConnections(ports: Ports): string {
  const text = describePorts(ports);
  return text === 'all connections' ? 'All Connections' : text;
}

/** The connections in an expected output; what np-guard derives from Ingress objects and routes is none of policies. */
export function expectedLines(text: string): Line[] {
  const lines = text.startsWith('[') || text.startsWith('{') ? fromJson(JSON.parse(text)) : fromText(text);
  return [...new Set(lines.filter((line) => !line.startsWith('{ingress-controller}')))].sort();
}

function fromJson(value: unknown): Line[] {
  const list = isRecord(value) ? value['connlist_results'] : value;
  if (!Array.isArray(list)) throw new Error('no list of connections');
  return (list as { src: string; dst: string; conn: string }[]).map(
    ({ src, dst, conn }) => `${src} => ${dst} : ${conn}`,
  );
}

function fromText(text: string): Line[] {
  const [connections = ''] = text.split('\nExposure Analysis Result:');
  return connections
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line.includes(' => '));
}
