// SPDX-License-Identifier: Apache-2.0
import { z, type ZodType } from 'zod';
import { fail } from '../error.ts';
import { canonicalJson, sha256Hex } from '../hash/index.ts';
import { parseJson } from '../input/json.ts';
import type { SourceFile } from '../input/source.ts';
import { gateIdSchema, sha256Schema } from './fields.ts';
import { isNamedAfter, type RecordArea, recordPath } from './names.ts';
import { RESTORE } from './read.ts';
import { Shelf } from './shelf.ts';
import type { Signer } from './signer.ts';
import { STATEMENT_TYPE } from './statement.ts';

/** A kind of record, with its version. */
export const recordTypeSchema = z.string().regex(/^urn:helios:record:[a-z0-9-]+\/v[0-9]+$/, 'is no type of a record');

/** What a runner did, as an in-toto Statement v1. */
export const recordSchema = z.strictObject({
  _type: z.literal(STATEMENT_TYPE),
  subject: z
    .array(z.strictObject({ name: z.string().min(1), digest: z.strictObject({ sha256: sha256Schema }) }))
    .min(1),
  predicateType: recordTypeSchema,
  predicate: z.record(z.string(), z.unknown()),
});
export type RecordDocument = z.infer<typeof recordSchema>;

export interface RunnerRecord {
  readonly area: RecordArea;
  /** Part of the file's name: small letters, digits, hyphens. */
  readonly name: string;
  /** `urn:helios:record:<kind>/v<number>` */
  readonly predicateType: string;
  /** What it is about; at least one. */
  readonly subject: readonly { readonly name: string; readonly digest: { readonly sha256: string } }[];
  /** JSON. Time and machine may be in it: a runner acts but once. */
  readonly predicate: Readonly<Record<string, unknown>>;
}

/**
 * Stores what a runner did in an evidence folder (absolute path; it is created), signed where there is a signer. Returns
 * the statement's path, relative to the folder. Throws HeliosError `io`, or `evidence` when a file that should never
 * change did.
 */
export async function storeRecord(directory: string, record: RunnerRecord, signer?: Signer): Promise<string> {
  const { area, name, subject, predicate } = record;
  const statement = { _type: STATEMENT_TYPE, subject, predicateType: record.predicateType, predicate };
  // What could not be read back would be evidence that never verifies: better none than that.
  const text = canonicalJson(recordSchema.parse(statement));
  const path = recordPath(area, gateIdSchema.parse(name), sha256Hex(text));
  await new Shelf(directory, signer).putStatement(path, text);
  return path;
}

/**
 * What a record says, for a gate that read its file: undefined where it is a record of another type. Throws HeliosError
 * `input` for what no runner wrote, was changed since, or has another shape.
 */
export function readRecord<T>(source: SourceFile, type: string, predicate: ZodType<T>): T | undefined {
  const { path, text, sha256 } = source;
  const value = parseJson(path, text);
  const statement = recordSchema.safeParse(value);
  if (!statement.success || !isNamedAfter(path, sha256) || canonicalJson(statement.data) !== text) {
    return fail('input', 'is no record that a runner left, or was changed', { path, hint: RESTORE });
  }
  if (statement.data.predicateType !== type) return undefined;
  const parsed = predicate.safeParse(statement.data.predicate);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue?.path.map(String).join('.') || 'the predicate';
  return fail('input', `has the wrong shape: ${where}: ${issue?.message ?? 'unknown'}`, { path, hint: RESTORE });
}
