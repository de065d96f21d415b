// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { canonicalJson } from '../../hash/index.ts';
import { decodeUtf8, parseJson } from '../../input/index.ts';
import { sha256Schema } from '../fields.ts';
import { documentOfStatement, isRecord, kindOf } from '../names.ts';
import { recordTypeSchema } from '../record.ts';
import { fail } from '../../error.ts';

/** One sealed run: its roll-up, which names everything else by digest. */
const runEntrySchema = z.strictObject({
  schema: z.literal('helios/log-entry/v1'),
  predicateType: z.string(),
  /** Of the roll-up, relative to the evidence folder. */
  path: z.string().refine((path) => path.startsWith('builds/') && kindOf(path) === 'statement', 'is no roll-up'),
  digest: z.strictObject({ sha256: sha256Schema }),
  /** The run document that the roll-up is about. */
  run: z.strictObject({ path: z.string(), digest: z.strictObject({ sha256: sha256Schema }) }),
});

/** One sealed record of a runner, which stands for itself. */
const recordEntrySchema = z.strictObject({
  schema: z.literal('helios/log-entry/v1'),
  predicateType: recordTypeSchema,
  path: z.string().refine((path) => isRecord(path) && kindOf(path) === 'statement', 'is no record'),
  digest: z.strictObject({ sha256: sha256Schema }),
});

const entrySchema = z.union([runEntrySchema, recordEntrySchema]);
export type LogEntry = z.infer<typeof entrySchema>;

const PREDICATE_TYPE = 'https://slsa.dev/verification_summary/v1';

/** The JCS bytes of the entry for a roll-up. */
export function entryOf(rollup: { readonly path: string; readonly sha256: string }, runSha256: string): Buffer {
  const entry: LogEntry = {
    schema: 'helios/log-entry/v1',
    predicateType: PREDICATE_TYPE,
    path: rollup.path,
    digest: { sha256: rollup.sha256 },
    run: { path: documentOfStatement(rollup.path), digest: { sha256: runSha256 } },
  };
  return Buffer.from(canonicalJson(entry));
}

/** The JCS bytes of the entry for a record. */
export function recordEntryOf(
  { path, sha256 }: { readonly path: string; readonly sha256: string },
  predicateType: string,
): Buffer {
  const entry: LogEntry = { schema: 'helios/log-entry/v1', predicateType, path, digest: { sha256 } };
  return Buffer.from(canonicalJson(entry));
}

/** Throws HeliosError `evidence` for what neither of the two would not have written. */
export function parseEntry(bytes: Buffer): LogEntry {
  const text = decodeUtf8('entry', bytes);
  const parsed = entrySchema.safeParse(parseJson('entry', text));
  if (!parsed.success || canonicalJson(parsed.data) !== text) {
    fail('evidence', 'holds an entry that is no sealed run or record', { hint: 'Restore it from where it came.' });
  }
  return parsed.data;
}
