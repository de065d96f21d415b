// SPDX-License-Identifier: Apache-2.0
import { BlockList, isIP } from 'node:net';

/** Answers whether an address is in a network. */
export type Network = (address: string) => boolean;

/** `10.0.0.0/8`, `2001:db8::/32`, or one address. Undefined for anything else. */
export function parseNetwork(text: string): Network | undefined {
  const [address = '', prefix, ...rest] = text.split('/');
  const version = isIP(address);
  const bits = version === 6 ? 128 : 32;
  const length = prefix === undefined ? bits : /^\d{1,3}$/.test(prefix) ? Number(prefix) : -1;
  if (version === 0 || rest.length > 0 || length < 0 || length > bits) return undefined;
  const list = new BlockList();
  list.addSubnet(address, length, version === 6 ? 'ipv6' : 'ipv4');
  return (candidate) => {
    const own = isIP(candidate);
    // Node finds every IPv4 address in ::/0; an IPv4 address that is written as IPv6 is still one.
    if (own === 0 || own < version) return false;
    return list.check(candidate, own === 6 ? 'ipv6' : 'ipv4');
  };
}
