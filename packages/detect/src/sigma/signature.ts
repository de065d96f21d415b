// SPDX-License-Identifier: Apache-2.0
import type { Logsource } from '../events/event.ts';

/** One name for all that an event is, whatever the order. */
export function signatureOf(logsources: readonly Logsource[]): string {
  return logsources
    .map(({ product = '', category = '', service = '' }) => `${product}/${category}/${service}`)
    .sort()
    .join(' ');
}
