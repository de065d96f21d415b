// SPDX-License-Identifier: Apache-2.0

interface Envelope {
  /** The key that holds the events. */
  readonly list: string;
  /** What else may stand in it. Anything else makes it an event of its own. */
  readonly beside: readonly string[];
  /** One of these tells that it is an envelope; none are needed where this is empty. */
  readonly proof: readonly string[];
}

/** What logs are delivered in. */
const ENVELOPES: readonly Envelope[] = [
  // A CloudTrail log file: docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-examples.html
  { list: 'Records', beside: [], proof: [] },
  // Azure Monitor to Event Hubs and storage: learn.microsoft.com/azure/azure-monitor/platform/stream-monitoring-data-event-hubs
  { list: 'records', beside: [], proof: [] },
  // audit.k8s.io/v1 EventList, as audit webhooks post it
  { list: 'items', beside: ['kind', 'apiVersion', 'metadata'], proof: ['kind', 'apiVersion'] },
  // OData, as Microsoft Graph answers
  {
    list: 'value',
    beside: ['@odata.context', '@odata.nextLink', '@odata.deltaLink', '@odata.count'],
    proof: ['@odata.context'],
  },
];

/** The events that a value is only the envelope of; undefined where it is itself an event. */
export function listOf(value: Readonly<Record<string, unknown>>): readonly unknown[] | undefined {
  for (const { list, beside, proof } of ENVELOPES) {
    if (!Object.hasOwn(value, list)) continue;
    const items = value[list];
    if (!Array.isArray(items)) continue;
    if (!Object.keys(value).every((key) => key === list || beside.includes(key))) continue;
    if (proof.length === 0 || proof.some((key) => Object.hasOwn(value, key))) return items;
  }
  return undefined;
}

/**
 * Whether the text of an object up to a list in it, `{"kind":"EventList","items":`, is the head of an envelope. What
 * follows the list is not known yet where a log is longer than memory, and so does not count.
 */
export function isEnvelopeHead(head: string): boolean {
  if (!/"(?:Records|records|items|value)"\s*:\s*$/.test(head.slice(-32))) return false;
  try {
    return listOf(JSON.parse(`${head}[]}`) as Readonly<Record<string, unknown>>) !== undefined;
  } catch {
    return false;
  }
}
