// SPDX-License-Identifier: Apache-2.0
import { beginOf, endOf, type Exception } from '@helios/core/finding';
import type { ById } from './state.ts';

const DAY = 86_400_000;

/** Days from the day of the approval, else of the request, to the day of the end. */
export function grantedDays({ requested, approved = requested, expires }: Exception): number {
  return dayOf(expires) - dayOf(approved);
}

/** The entry and what it extends, the latest first; a chain that bites its tail ends there. */
export function chainOf(entry: Exception, register: ById): Exception[] {
  const chain = [entry];
  for (let before = entry.previous; before !== undefined; before = chain.at(-1)?.previous) {
    const found = register.get(before);
    if (!found || chain.includes(found)) break;
    chain.push(found);
  }
  return chain;
}

/** Whether what was extended had run out before anybody asked for more. */
export function wasExpired(before: Exception, extension: Exception): boolean {
  return beginOf(extension.approved ?? extension.requested).getTime() > endOf(before.expires).getTime();
}

function dayOf(moment: string): number {
  return Math.floor(beginOf(moment).getTime() / DAY);
}
