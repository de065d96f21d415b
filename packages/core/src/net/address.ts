// SPDX-License-Identifier: Apache-2.0
import ipaddr from 'ipaddr.js';

/**
 * Whether an address belongs to a host of the Internet: not private, loopback, link-local (where clouds keep their
 * metadata), shared, multicast or reserved, nor one of those in the dress of IPv6 (RFC 6890; NAT64 and 6to4 are refused).
 */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.process(address);
  return parsed.range() === 'unicast' && (parsed instanceof ipaddr.IPv4 || parsed.match(GLOBAL));
}

/** All that IPv6 has given out (RFC 4291 §2.5.4); beside it stand IPv4 addresses in forms that are long deprecated. */
const GLOBAL = ipaddr.IPv6.parseCIDR('2000::/3');
