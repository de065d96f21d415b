// SPDX-License-Identifier: Apache-2.0
import { canonicalJson, sha256Hex } from '@helios/core/hash';
import { z } from 'zod';
import type { Sighting } from './stream.ts';

const instant = z.iso.datetime();
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const count = z.int().nonnegative();
const alertId = z.string().regex(/^[0-9a-f]{16}$/);

export const ALERT_TYPE = 'urn:helios:record:egress-alert/v1';
export const WATCH_TYPE = 'urn:helios:record:egress-watch/v1';
export const TRIAGE_TYPE = 'urn:helios:record:egress-triage/v1';

/** Something that a person should look into. It follows from logs, settings and baseline alone: the same bytes each time. */
export const egressAlertSchema = z.strictObject({
  schema: z.literal('helios/egress-alert/v1'),
  /** The same for the same news, from whichever source. */
  id: alertId,
  kind: z.enum(['first-seen', 'volume']),
  source: z.string(),
  workload: z.string(),
  destination: z.strictObject({ kind: z.enum(['domain', 'network', 'bucket', 'malformed']), name: z.string() }),
  /** Absent where no glob of the settings fits. */
  owner: z.string().optional(),
  /** Event time: of the first, or of the end of the window. */
  at: instant,
  /** When the log took it in; what lies between is ingestion lag. */
  observed: instant.optional(),
  /** Whether it came later than the lateness of the settings. */
  late: z.boolean(),
  volume: z.strictObject({ value: count, expected: count, bound: count, windows: count, seconds: count }).optional(),
});
export type EgressAlert = Readonly<z.infer<typeof egressAlertSchema>>;

/** That the watch ran, and what it saw. */
export const egressWatchSchema = z.strictObject({
  schema: z.literal('helios/egress-watch/v1'),
  ran: instant,
  sources: z.array(
    z.strictObject({
      source: z.string(),
      logs: z.array(z.strictObject({ name: z.string(), sha256 })),
      /** Event time of the newest record, whatever it is about. Absent where none was read. */
      until: instant.optional(),
      records: count,
      watched: count,
      late: count,
      ahead: count,
      undated: count,
      unattributed: count,
      unaddressed: count,
    }),
  ),
  alerts: z.array(alertId),
});
export type EgressWatch = Readonly<z.infer<typeof egressWatchSchema>>;

/** Who looked into an alert, when, and what it was. */
export const egressTriageSchema = z.strictObject({
  schema: z.literal('helios/egress-triage/v1'),
  alert: alertId,
  by: z.string().min(1),
  at: instant,
  verdict: z.enum(['benign', 'malicious']),
  note: z.string().min(1),
});
export type EgressTriage = Readonly<z.infer<typeof egressTriageSchema>>;

/** An alert of a sighting. `window` is in seconds. */
export function alertOf(sighting: Sighting, source: string, owner: string | undefined, window: number): EgressAlert {
  const { kind, workload, destination } = sighting;
  const at = new Date(sighting.at).toISOString();
  const news = [kind, workload, destination.kind, destination.name, ...(kind === 'volume' ? [at] : [])];
  const observed = kind === 'first-seen' ? sighting.observed : null;
  return {
    schema: 'helios/egress-alert/v1',
    id: sha256Hex(canonicalJson(news)).slice(0, 16),
    kind,
    source,
    workload,
    destination,
    ...(owner !== undefined && { owner }),
    at,
    ...(observed !== null && { observed: new Date(observed).toISOString() }),
    late: kind === 'first-seen' && sighting.late,
    ...(kind === 'volume' && { volume: { ...sighting.volume, seconds: window } }),
  };
}

/** One line for a person. */
export function summaryOf({ kind, workload, destination, volume }: EgressAlert): string {
  const where = `${destination.kind} ${destination.name}`;
  if (kind === 'first-seen' || !volume) return `${workload} sends to ${where} for the first time`;
  const { value, expected, bound, windows, seconds } = volume;
  return `${workload} sent ${value} bytes to ${where} in ${seconds} s, usual are ${expected}, at most ${bound} (of ${windows} windows)`;
}
