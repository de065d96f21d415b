// SPDX-License-Identifier: Apache-2.0
import { CLOUD_LOGS } from './cloud.ts';
import { isJson, type Json, put, textOf } from './fields.ts';
import { timeIn } from './time.ts';
import { readBeatsEvent, readEvtxEvent, readFlatEvent, type Reading } from './windows.ts';

/** What a record says in the terms of detections. The record is given away: its object may become the fields. */
export function readShape(record: Json): Reading {
  return (
    readEvtxEvent(record) ??
    readBeatsEvent(record) ??
    readFlatEvent(record) ??
    readFalcoAlert(record) ??
    readCloudEvent(unwrap(record)) ??
    readFalcoFields(record) ?? { fields: record, logsources: [], time: timeIn(record, GENERIC_TIMES) }
  );
}

const GENERIC_TIMES = ['@timestamp', 'timestamp', 'eventTime', 'time', 'ts', 'UtcTime', 'TimeGenerated', 'datetime'];

/** EventBridge has CloudTrail under `detail`; AKS has a Kubernetes audit event as text under `properties.log`. */
function unwrap(record: Json): Json {
  const detail = record['detail'];
  if (isJson(detail) && textOf(record['detail-type'])?.endsWith('via CloudTrail') === true) return detail;
  const properties = record['properties'];
  if (!textOf(record['category'])?.startsWith('kube-audit') || !isJson(properties)) return record;
  const log = properties['log'];
  if (typeof log !== 'string') return record;
  try {
    const event = JSON.parse(log) as unknown;
    return isJson(event) ? event : record;
  } catch {
    return record;
  }
}

function readCloudEvent(record: Json): Reading | undefined {
  const log = CLOUD_LOGS.find((known) => known.is(record));
  if (!log) return undefined;
  const fields = record as Record<string, unknown>;
  if (log.name === 'GCP audit') addGcpFields(fields);
  return { fields, logsources: log.logsources(record), time: timeIn(record, log.times) };
}

/** SigmaHQ's GCP rules have the names of Elastic's gcp module, its Workspace rules those of older exports. */
function addGcpFields(fields: Record<string, unknown>): void {
  const payload = fields['protoPayload'];
  if (!isJson(payload)) return;
  if (payload['methodName'] !== undefined) fields['gcp.audit.method_name'] = payload['methodName'];
  if (payload['serviceName'] !== undefined) {
    fields['gcp.audit.service_name'] = payload['serviceName'];
    fields['eventService'] ??= payload['serviceName'];
  }
  const metadata = payload['metadata'];
  const events = isJson(metadata) ? metadata['event'] : undefined;
  const names = (Array.isArray(events) ? (events as unknown[]) : [events]).flatMap((event) =>
    isJson(event) && event['eventName'] !== undefined ? [event['eventName']] : [],
  );
  if (names.length > 0) fields['eventName'] ??= names;
}

/** Falco's JSON output: falco.org/docs/concepts/outputs/formatting. Its fields come to the top, as rules name them. */
function readFalcoAlert(record: Json): Reading | undefined {
  const output = record['output_fields'];
  if (!isJson(output) || typeof record['rule'] !== 'string') return undefined;
  const fields: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(record)) if (name !== 'output_fields') put(fields, name, value);
  for (const [name, value] of Object.entries(output)) put(fields, name, value);
  return falcoReading(fields, textOf(record['source']) ?? 'syscall');
}

/** An event by Falco's field names alone, `{"evt.type": "execve", "proc.name": "bash"}`. */
function readFalcoFields(record: Json): Reading | undefined {
  if (record['evt.type'] === undefined && record['evt.time'] === undefined) return undefined;
  return falcoReading(record, textOf(record['evt.source']) ?? 'syscall');
}

function falcoReading(fields: Json, service: string): Reading {
  const time = timeIn(fields, ['evt.rawtime', 'evt.time', 'evt.time.iso8601', 'time']);
  return { fields, logsources: [{ product: 'falco', service }], time };
}
