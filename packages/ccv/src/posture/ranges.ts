// SPDX-License-Identifier: Apache-2.0
import { type AddressRange, parseCidr } from '../netpol/connect/address.ts';

export function rangesOf(cidrs: readonly string[]): AddressRange[] {
  return cidrs.flatMap((cidr) => parseCidr(cidr) ?? []);
}
