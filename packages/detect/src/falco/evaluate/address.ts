// SPDX-License-Identifier: Apache-2.0
import { isIPv4, isIPv6 } from 'node:net';

/** IPv4 is a number, IPv6 a bigint. IPv4 in IPv6 (`::ffff:10.0.0.1`) is IPv4, as Falco reads it off a socket. */
export type Address = number | bigint;

export interface Network {
  /** Its address without the bits of hosts. */
  readonly base: Address;
  /** Length of the prefix in bits. */
  readonly length: number;
}

const MAPPED = 0xffffn;

export function parseAddress(text: string): Address | undefined {
  if (isIPv4(text)) return text.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  if (!text.includes(':') || !isIPv6(text) || text.includes('%')) return undefined;
  const value = parseIPv6(text);
  return value >> 32n === MAPPED ? Number(value & 0xffffffffn) : value;
}

/** `10.0.0.0/8`; an address alone is a network of one. */
export function parseNetwork(text: string): Network | undefined {
  const slash = text.indexOf('/');
  const written = slash === -1 ? text : text.slice(0, slash);
  const address = parseAddress(written);
  if (address === undefined) return undefined;
  const width = typeof address === 'number' ? 32 : 128;
  if (slash === -1) return { base: address, length: width };
  const digits = text.slice(slash + 1);
  if (!/^\d{1,3}$/.test(digits)) return undefined;
  const length = Number(digits) - (width === 32 && written.includes(':') ? 96 : 0);
  return length < 0 || length > width ? undefined : networkOf(address, length);
}

export function networkOf(address: Address, length: number): Network {
  if (typeof address === 'number') {
    const size = 2 ** (32 - length);
    return { base: Math.floor(address / size) * size, length };
  }
  const hosts = BigInt(128 - length);
  return { base: (address >> hosts) << hosts, length };
}

export function isWithin(address: Address, { base, length }: Network): boolean {
  if (typeof address === 'number') {
    return typeof base === 'number' && Math.floor(address / 2 ** (32 - length)) * 2 ** (32 - length) === base;
  }
  const hosts = BigInt(128 - length);
  return typeof base === 'bigint' && (address >> hosts) << hosts === base;
}

/** IPv6 in eight groups, the longest run of zeros left out (RFC 5952). */
export function formatNetwork({ base, length }: Network): string {
  if (typeof base === 'number') {
    return `${[24, 16, 8, 0].map((shift) => Math.floor(base / 2 ** shift) % 256).join('.')}/${length}`;
  }
  const groups = Array.from({ length: 8 }, (_, i) => Number((base >> BigInt(112 - i * 16)) & 0xffffn).toString(16));
  const runs = [...groups.join(':').matchAll(/\b0(?::0)+\b/g)].map(([run]) => run);
  const longest = runs.reduce((best, run) => (run.length > best.length ? run : best), '');
  const text = groups.join(':');
  return `${longest === '' ? text : compress(text, longest)}/${length}`;
}

function compress(text: string, run: string): string {
  const at = text.search(new RegExp(String.raw`\b${run}\b`));
  return `${text.slice(0, at).replace(/:$/, '')}::${text.slice(at + run.length).replace(/^:/, '')}`;
}

function parseIPv6(text: string): bigint {
  const dotted = /^(.*:)(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(text);
  const plain = dotted ? `${dotted[1]}${pairOf(dotted[2], dotted[3])}:${pairOf(dotted[4], dotted[5])}` : text;
  const [head = '', tail] = plain.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = Array.from({ length: 8 - left.length - right.length }, () => '0');
  return [...left, ...zeros, ...right].reduce((sum, group) => (sum << 16n) | BigInt(`0x${group}`), 0n);
}

function pairOf(high = '0', low = '0'): string {
  return (Number(high) * 256 + Number(low)).toString(16);
}
