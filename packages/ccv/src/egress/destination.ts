// SPDX-License-Identifier: Apache-2.0
import { isIP } from 'node:net';
import { domainToASCII } from 'node:url';
import ipaddr from 'ipaddr.js';
import { parse } from 'tldts';

/**
 * Where something goes, so that a person can judge it once:
 * - domain: what somebody has registered (eTLD+1), `example.co.uk`, or one customer of a shared host, `me.github.io`
 * - network: of an address that no name is known for, `203.0.113.0/24`
 * - bucket: `account/bucket`; the account is `unknown` where the log does not tell
 * - malformed: all that is no name, as one: what a workload makes up must not fill the memory
 */
export interface Destination {
  readonly kind: 'domain' | 'network' | 'bucket' | 'malformed';
  readonly name: string;
}

/** Addresses are gathered into networks, or each address of a content network would be news. */
const PREFIX = { ipv4: 24, ipv6: 48 } as const;

const MALFORMED: Destination = { kind: 'malformed', name: 'no valid name' };

/**
 * The destination of a name or address as logs have it: any case, IDN, a dot at its end, a port, brackets. Undefined for
 * what does not leave: private addresses, and names that are one of the internal suffixes (in ASCII) or end in it.
 */
export function destinationOf(host: string, internal: ReadonlySet<string>): Destination | undefined {
  const name = asciiName(host);
  if (name === undefined) return MALFORMED;
  const address = addressOf(name);
  if (address) return networkOf(address);
  if (suffixesOf(name).some((suffix) => internal.has(suffix))) return undefined;
  if (!isDnsName(name)) return MALFORMED;
  // The private part of the list counts: customers of one host are as foreign to each other as owners of domains.
  const { domain } = parse(name, { allowPrivateDomains: true, extractHostname: false, validateHostname: false });
  return { kind: 'domain', name: domain ?? name };
}

/** As DNS is asked for it; undefined for what never can be (UTS #46 decides). */
export function asciiName(host: string): string | undefined {
  // `%` would be decoded as in a URL: no resolver does that, so it would stand for a name that was not asked for.
  if (host.includes('%')) return undefined;
  const ascii = domainToASCII(host.replace(/:\d{1,5}$/, '').replace(/\.$/, ''));
  if (ascii !== '') return ascii;
  // An IPv6 address without brackets is no name to a URL.
  return isIP(host) === 6 ? host : undefined;
}

/** `isIP` first: ipaddr.js says no by throwing, which takes longer than all the rest. */
function addressOf(name: string): ipaddr.IPv4 | ipaddr.IPv6 | undefined {
  const bare = name.replace(/^\[|\]$/g, '');
  return isIP(bare) === 0 ? undefined : ipaddr.process(bare);
}

function networkOf(address: ipaddr.IPv4 | ipaddr.IPv6): Destination | undefined {
  // Private, loopback, link-local, multicast, reserved (RFC 6890).
  if (address.range() !== 'unicast') return undefined;
  const [base, length] =
    address instanceof ipaddr.IPv4
      ? [ipaddr.IPv4.networkAddressFromCIDR(`${address.toString()}/${PREFIX.ipv4}`), PREFIX.ipv4]
      : [ipaddr.IPv6.networkAddressFromCIDR(`${address.toString()}/${PREFIX.ipv6}`), PREFIX.ipv6];
  return { kind: 'network', name: `${base.toString()}/${length}` };
}

/** `a.b.c`, `b.c`, `c` */
function suffixesOf(name: string): string[] {
  const labels = name.split('.');
  return labels.map((_, index) => labels.slice(index).join('.'));
}

/** RFC 1035 §2.3.4: labels of 1 to 63 octets, 253 in all. */
function isDnsName(name: string): boolean {
  return name.length <= 253 && name.split('.').every((label) => label.length > 0 && label.length <= 63);
}

/** The account of a bucket. */
export function accountOf({ name }: Destination): string {
  return name.slice(0, name.indexOf('/'));
}

/** Who sends where, as one key: JSON, so that no two names run into each other. */
export function pairKey(workload: string, { kind, name }: Destination): string {
  return JSON.stringify([workload, kind, name]);
}
