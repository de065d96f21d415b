// SPDX-License-Identifier: Apache-2.0
import type { LogEvent, Logsource } from './event.ts';

/**
 * Whether a rule is about an event: one of the event's logsources tells all that the rule's does. A rule without a
 * logsource is about nothing, and so is any rule for an event that nothing is known of: rules that only say what is
 * not would fire on logs of another kind.
 */
export function applies(rule: Logsource, event: Pick<LogEvent, 'logsources'>): boolean {
  if (rule.product === undefined && rule.category === undefined && rule.service === undefined) return false;
  return event.logsources.some((told) => tells(told, rule));
}

/** Whether one log source is all that another is. */
export function tells(told: Logsource, rule: Logsource): boolean {
  return (
    (rule.product === undefined || rule.product === told.product) &&
    (rule.category === undefined || rule.category === told.category) &&
    (rule.service === undefined || rule.service === told.service)
  );
}
