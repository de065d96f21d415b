// SPDX-License-Identifier: Apache-2.0
import { observeCloudTrail } from './cloudtrail.ts';
import { type Destination, destinationOf } from './destination.ts';
import { bytesAt, textAt, timeAt } from './field.ts';
import type { Source } from './settings.ts';

/** Somebody sent something somewhere. Times are milliseconds since 1970. */
export interface Observation {
  readonly time: number;
  /** When the log took it in. */
  readonly observed?: number;
  readonly workload: string;
  readonly destination: Destination;
  readonly bytes: number;
}

/**
 * Why a record is not watched:
 * - elsewhere: it is about something else, or does not leave
 * - undated, unattributed, unaddressed: it should be, and does not say when, who or where
 */
export type Missed = 'elsewhere' | 'undated' | 'unattributed' | 'unaddressed';

export function observe(record: unknown, source: Source, internal: ReadonlySet<string>): Observation | Missed {
  if (source.kind === 'cloudtrail') return observeCloudTrail(record);
  const { fields, epoch } = source;
  const destination =
    source.kind === 'domain' ? hostOf(record, source.fields.host, internal) : bucketOf(record, source.fields);
  if (typeof destination === 'string') return destination;
  const time = timeOf(record, source);
  if (time === undefined) return 'undated';
  const parts = fields.workload.map((field) => textAt(record, field));
  if (parts.includes(undefined)) return 'unattributed';
  const observed = fields.observed === undefined ? undefined : timeAt(record, fields.observed, epoch);
  const bytes = bytesAt(record, fields.bytes);
  return { time, workload: parts.join('/'), destination, bytes, ...(observed !== undefined && { observed }) };
}

function hostOf(
  record: unknown,
  field: string | readonly string[],
  internal: ReadonlySet<string>,
): Destination | Missed {
  const host = textAt(record, field);
  return host === undefined ? 'unaddressed' : (destinationOf(host, internal) ?? 'elsewhere');
}

function bucketOf(record: unknown, fields: Extract<Source, { kind: 'storage' }>['fields']): Destination | Missed {
  const bucket = textAt(record, fields.bucket);
  if (bucket === undefined) return 'unaddressed';
  const account = fields.account === undefined ? undefined : textAt(record, fields.account);
  return { kind: 'bucket', name: `${account ?? 'unknown'}/${bucket}` };
}

/** When a record is of, whatever it is about. */
export function timeOf(record: unknown, source: Source): number | undefined {
  return source.kind === 'cloudtrail'
    ? timeAt(record, 'eventTime', 's')
    : timeAt(record, source.fields.time, source.epoch);
}
