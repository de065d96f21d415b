// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { canonicalJson } from '../../hash/index.ts';
import { decodeUtf8, parseJson } from '../../input/index.ts';
import { sha256Schema } from '../fields.ts';
import { documentOfStatement, kindOf } from '../names.ts';
import { fail } from '../../error.ts';

/** One sealed run: its roll-up, which names everything else by digest. */
const entrySchema = z.strictObject({
  schema: z.literal('helios/log-entry/v1'),
  predicateType: z.string(),
  /** Of the roll-up, relative to the evidence folder. */
  path: z.string().refine((path) => path.startsWith('builds/') && kindOf(path) === 'statement', 'is no roll-up'),
  digest: z.strictObject({ sha256: sha256Schema }),
  /** The run document that the roll-up is about. */
  run: z.strictObject({ path: z.string(), digest: z.strictObject({ sha256: sha256Schema }) }),
});

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

/** Throws HeliosError `evidence` for what entryOf would not have written. */
export function parseEntry(bytes: Buffer): LogEntry {
  const text = decodeUtf8('entry', bytes);
  const parsed = entrySchema.safeParse(parseJson('entry', text));
  if (!parsed.success || canonicalJson(parsed.data) !== text) {
    fail('evidence', 'holds an entry that is no sealed run', { hint: 'Restore it from where it came.' });
  }
  return parsed.data;
}
