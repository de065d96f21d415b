// SPDX-License-Identifier: Apache-2.0
import { type Address, formatNetwork, networkOf, parseAddress } from '../evaluate/address.ts';
import { toNumber, toText } from '../evaluate/comparison.ts';
import { type Fields, readerOf } from '../evaluate/field.ts';

/** A connection that a workload makes to somewhere, as the rule "Rare Egress From Container" means it. */
export interface Connection {
  /** `namespace/repository` of the image; what is not known is left out. */
  readonly workload: string;
  readonly address: Address;
  /** Added at ingest; absent where it is not known. */
  readonly asn?: number;
}

const read = {
  type: readerOf('evt.type'),
  result: readerOf('evt.rawres'),
  outcome: readerOf('evt.res'),
  family: readerOf('fd.type'),
  address: readerOf('fd.sip'),
  container: readerOf('container.id'),
  image: readerOf('container.image.repository'),
  namespace: readerOf('k8s.ns.name'),
  asn: readerOf('destination.as.number'),
};

/** Undefined where an event is no connection out of a container: the host, a local socket, a refused connection. */
export function connectionOf(fields: Fields): Connection | undefined {
  if (read.type(fields) !== 'connect' || !isInternet(read.family(fields)) || !isMade(fields)) return undefined;
  const container = read.container(fields);
  if (container === undefined || container === 'host') return undefined;
  const address = parseAddress(textOf(read.address(fields)));
  if (address === undefined) return undefined;
  const names = [read.namespace(fields), read.image(fields)].filter((name) => name !== undefined);
  const asn = toNumber(read.asn(fields));
  return {
    workload: names.length === 0 ? textOf(container) : names.map(textOf).join('/'),
    address,
    ...(asn !== undefined && Number.isSafeInteger(asn) && asn >= 0 && { asn }),
  };
}

/** The network that an address is remembered by. */
export function networkTextOf(address: Address, prefix: { readonly ipv4: number; readonly ipv6: number }): string {
  return formatNetwork(networkOf(address, typeof address === 'number' ? prefix.ipv4 : prefix.ipv6));
}

function isInternet(family: unknown): boolean {
  return family === 'ipv4' || family === 'ipv6';
}

/** One that is still in progress counts. */
function isMade(fields: Fields): boolean {
  const result = toNumber(read.result(fields));
  return (result !== undefined && result >= 0) || read.outcome(fields) === 'EINPROGRESS';
}

function textOf(value: unknown): string {
  return value === undefined ? '' : toText(value);
}
