// SPDX-License-Identifier: Apache-2.0
import type { Logsource } from '../events/event.ts';

/** Whether a rule about one kind of log is about an event that is another kind: all that the rule tells, the event tells too. */
export function covers(rule: Logsource, event: Logsource): boolean {
  return (
    (rule.product === undefined || rule.product === event.product) &&
    (rule.category === undefined || rule.category === event.category) &&
    (rule.service === undefined || rule.service === event.service)
  );
}

/** One name for all that an event is, whatever the order. */
export function signatureOf(logsources: readonly Logsource[]): string {
  return logsources
    .map(({ product = '', category = '', service = '' }) => `${product}/${category}/${service}`)
    .sort()
    .join(' ');
}
