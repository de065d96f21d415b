// SPDX-License-Identifier: Apache-2.0
import { isIPv4 } from 'node:net';

/** A part of an IPv4 address, without leading zeros. */
export const OCTET = '(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])';

export interface NetworkParts {
  readonly address: string;
  /** In bits. */
  readonly length: number;
  readonly version: 4 | 6;
}

/** The parts of a network that parseNetwork has accepted; one address has its full length. */
export function networkParts(network: string): NetworkParts {
  const [address = '', prefix] = network.split('/');
  const version = isIPv4(address) ? 4 : 6;
  return { address, version, length: prefix === undefined ? (version === 4 ? 32 : 128) : Number(prefix) };
}

/** With its length, which some functions insist on. */
export function formatNetwork({ address, length }: NetworkParts): string {
  return `${address}/${length}`;
}

/** The same network for addresses that are written as IPv4 within IPv6 (RFC 4291, 2.5.5.2), as Windows' logons do. */
export function mappedNetwork({ address, length }: NetworkParts): string {
  return `::ffff:${address}/${length + 96}`;
}

/** The eight groups of an IPv6 address, as numbers. */
export function groupsOf(address: string): readonly number[] {
  const hex = address.replace(/(?<=:)(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/, (_, ...octets: string[]) => {
    const [a = 0, b = 0, c = 0, d = 0] = octets.slice(0, 4).map(Number);
    return `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
  });
  const [before = [], after = []] = hex.split('::').map((part) => part.split(':').filter((group) => group !== ''));
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => '0');
  return [...before, ...zeros, ...after].map((group) => Number.parseInt(group, 16));
}

/**
 * The addresses of an IPv4 network as a regular expression without anchors: alternatives and classes only, which Lucene
 * knows, too; `open` begins a group.
 */
export function octetPattern({ address, length }: NetworkParts, open: '(?:' | '(' = '(?:'): string {
  const octets = address.split('.').map((octet, index) => {
    const bits = Math.min(8, Math.max(0, length - index * 8));
    if (bits === 8) return octet;
    if (bits === 0) return OCTET;
    const size = 2 ** (8 - bits);
    const first = Math.floor(Number(octet) / size) * size;
    return `(?:${Array.from({ length: size }, (_, offset) => first + offset).join('|')})`;
  });
  return octets.join(String.raw`\.`).replaceAll('(?:', open);
}
