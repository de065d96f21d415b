// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';

const name = z.string().regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, 'must be small letters, digits and hyphens');
const path = z.string().min(1);
const field = z
  .union([path, z.array(path).min(1)])
  .describe('Key of the record, with dots for keys within; of several the first that is there');
const seconds = z.int().positive();

const common = {
  time: field.describe('When it happened: RFC 3339 with its zone, or a number'),
  observed: field.optional().describe('When the log took it in: the same; what lies between is ingestion lag'),
  workload: z
    .array(field)
    .min(1)
    .describe('Parts of the name of who sends, joined by "/": never a pod or an address, which change'),
  bytes: field.optional().describe('Bytes that were sent'),
};
const epoch = z.enum(['s', 'ms', 'us', 'ns']).default('s').describe('What times that are numbers count, since 1970');

/** One kind of log, and where its records say what. */
const sourceSchema = z.discriminatedUnion('kind', [
  z
    .strictObject({
      kind: z.literal('domain'),
      epoch,
      fields: z.strictObject({ ...common, host: field.describe('Name or address of the other side') }),
    })
    .describe('DNS queries, flows or a proxy'),
  z
    .strictObject({
      kind: z.literal('storage'),
      epoch,
      fields: z.strictObject({
        ...common,
        account: field.optional().describe('Who owns the bucket'),
        bucket: field,
      }),
    })
    .describe('Writes to object storage'),
  z.strictObject({ kind: z.literal('cloudtrail') }).describe('S3 data events of AWS CloudTrail'),
]);
export type Source = Readonly<z.infer<typeof sourceSchema>>;

/** How egress is watched: reviewed like code, and named in every record. */
export const watchSchema = z.strictObject({
  schema: z.literal('helios/egress-settings/v1'),
  baseline: z.string().min(1).describe('File of what is known (sec-ccv egress learn), from the root'),
  lateness: seconds
    .default(300)
    .describe('How far the times of a log may go back, in seconds; what is later counts as late'),
  internal: z
    .array(z.string().min(1))
    .default([])
    .describe('Suffixes of names that do not leave, such as cluster.local'),
  storage: z
    .strictObject({
      accounts: z.array(z.string().min(1)).default([]).describe('Accounts that may be written to'),
      buckets: z.array(z.string().min(1)).default([]).describe('Buckets of other accounts that may be: account/bucket'),
    })
    .prefault({}),
  owners: z
    .array(
      z.strictObject({
        workload: z.string().min(1).describe('Glob of names; `*` ends at a slash'),
        owner: z.string().min(1),
      }),
    )
    .default([])
    .describe('Who looks into an alert: the first whose glob fits'),
  volume: z
    .strictObject({
      window: seconds.default(3600).describe('Length of what is summed up, in seconds of event time'),
      history: z.int().min(2).max(1000).default(168).describe('Windows that the usual volume is taken from'),
      least: z.int().min(2).default(24).describe('Windows without which nothing is judged'),
      factor: z.number().positive().default(6).describe('How many deviations above the median are too many'),
      floor: z.int().nonnegative().default(1_048_576).describe('Bytes in a window that are always fine'),
    })
    .prefault({}),
  sources: z.record(name, sourceSchema).describe('Kinds of logs by name'),
});
export type WatchSettings = Readonly<z.infer<typeof watchSchema>>;
export type VolumeSettings = WatchSettings['volume'];
