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

/** Whether the text of an object whose list is left empty, `{"kind":"EventList","items":[]}`, is that of an envelope. */
export function isEnvelope(text: string): boolean {
  try {
    return listOf(JSON.parse(text) as Readonly<Record<string, unknown>>) !== undefined;
  } catch {
    return false;
  }
}

const LISTS = new Set(ENVELOPES.map(({ list }) => list));

/** Whether what stands before a list in an object, `{"kind":"EventList","items":`, may be the head of an envelope. */
export function isEnvelopeHead(head: string): boolean {
  const name = /"(\w+)"\s*:\s*$/.exec(head.slice(-40))?.[1];
  return name !== undefined && LISTS.has(name) && isEnvelope(`${head}[]}`);
}
