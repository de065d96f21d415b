// SPDX-License-Identifier: Apache-2.0
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/** Addresses from first to last, inclusive, on one line: IPv4 as it is, IPv6 beyond it (see V6). */
export interface AddressRange {
  readonly first: bigint;
  readonly last: bigint;
}

/** Where IPv6 begins on the line, far behind the last IPv4 address, so that no range spans both. */
const V6 = 1n << 128n;

export const EVERY_V4: AddressRange = { first: 0n, last: (1n << 32n) - 1n };
export const EVERY_V6: AddressRange = { first: V6, last: V6 + (1n << 128n) - 1n };

/**
 * `10.0.0.0/8`, `fd00::/8`. Bits beyond the prefix do not count, as in Kubernetes. Undefined for anything else,
 * forms that readers differ on among them: leading zeros, a missing prefix, IPv4 within IPv6.
 */
export function parseCidr(text: string): AddressRange | undefined {
  const [, address = '', prefix = ''] = /^([\d.]{7,15}|[\da-fA-F:]{2,39})\/(0|[1-9]\d{0,2})$/.exec(text) ?? [];
  const version = isIP(address);
  const bits = version === 6 ? 128 : 32;
  if (version === 0 || Number(prefix) > bits) return undefined;
  const value = ipaddr
    .parse(address)
    .toByteArray()
    .reduce((all, byte) => (all << 8n) | BigInt(byte), 0n);
  const size = 1n << BigInt(bits - Number(prefix));
  const first = value - (value % size) + (version === 6 ? V6 : 0n);
  return { first, last: first + size - 1n };
}

export function isV6({ first }: AddressRange): boolean {
  return first >= V6;
}

export function covers(outer: AddressRange, inner: AddressRange): boolean {
  return outer.first <= inner.first && inner.last <= outer.last;
}

/** What is left of ranges without others; sorted, adjacent ones joined. */
export function without(ranges: readonly AddressRange[], taken: readonly AddressRange[]): AddressRange[] {
  let left = [...ranges];
  for (const { first, last } of taken) {
    left = left.flatMap((range) => {
      if (last < range.first || range.last < first) return [range];
      return [
        ...(range.first < first ? [{ first: range.first, last: first - 1n }] : []),
        ...(last < range.last ? [{ first: last + 1n, last: range.last }] : []),
      ];
    });
  }
  return joined(left);
}

/** The same addresses in as few ranges as can be, in order. */
export function joined(ranges: readonly AddressRange[]): AddressRange[] {
  const result: AddressRange[] = [];
  for (const range of ranges.toSorted(byFirst)) {
    const before = result.at(-1);
    if (!before || before.last + 1n < range.first) result.push(range);
    else if (before.last < range.last) result[result.length - 1] = { first: before.first, last: range.last };
  }
  return result;
}

function byFirst(a: AddressRange, b: AddressRange): number {
  return a.first < b.first ? -1 : Number(a.first > b.first);
}

/** Every address there is, cut wherever one of the ranges begins or ends; in order. */
export function partition(ranges: readonly AddressRange[]): AddressRange[] {
  return [EVERY_V4, EVERY_V6].flatMap((family) => {
    const inside = ranges.filter((range) => covers(family, range));
    const starts = new Set([family.first, ...inside.flatMap(({ first, last }) => [first, last + 1n])]);
    const sorted = [...starts].filter((start) => start <= family.last).sort((a, b) => (a < b ? -1 : 1));
    return sorted.map((first, index) => ({ first, last: (sorted[index + 1] ?? family.last + 1n) - 1n }));
  });
}

/** `10.0.0.0/8` where a range is a network, else `10.0.0.1-10.0.0.9`. */
export function nameRange({ first, last }: AddressRange): string {
  const size = last - first + 1n;
  const log = size.toString(2).length - 1;
  if (1n << BigInt(log) !== size || first % size !== 0n) return `${nameAddress(first)}-${nameAddress(last)}`;
  const bits = first >= V6 ? 128 : 32;
  return log === 0 ? nameAddress(first) : `${nameAddress(first)}/${bits - log}`;
}

/** The usual text form; of IPv6 as in RFC 5952. */
export function nameAddress(address: bigint): string {
  const length = address >= V6 ? 16 : 4;
  let rest = address >= V6 ? address - V6 : address;
  const bytes: number[] = [];
  for (let index = 0; index < length; index++, rest >>= 8n) bytes.unshift(Number(rest & 255n));
  const parsed = ipaddr.fromByteArray(bytes);
  return parsed instanceof ipaddr.IPv6 ? parsed.toRFC5952String() : parsed.toString();
}
