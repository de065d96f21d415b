// SPDX-License-Identifier: Apache-2.0
import { realpathSync } from 'node:fs';
import type { ZodType } from 'zod';
import { fail, HeliosError, messageOf } from '../error.ts';
import { canonicalJson, sha256Hex } from '../hash/index.ts';
import { decodeUtf8, LIMITS, parseJson, readBytes } from '../input/index.ts';

export interface EvidenceFile<T> {
  /** Relative to the evidence folder. */
  readonly path: string;
  readonly text: string;
  readonly sha256: string;
  readonly value: T;
}

/** Throws HeliosError `evidence` when there is no such folder. */
export function openFolder(directory: string): string {
  try {
    return realpathSync(directory);
  } catch (cause) {
    return fail('evidence', `no evidence in ${directory}`, {
      cause,
      hint: 'Run the gates without --no-evidence first.',
    });
  }
}

/**
 * Reads an evidence file, never through a link, and takes it only as it was written: canonical to the byte, which also
 * excludes equal keys, and of the given shape. Throws HeliosError `input` or `evidence`.
 */
export function readEvidence<T>(root: string, path: string, schema: ZodType<T>): EvidenceFile<T> {
  const { bytes, text, value } = readAsIs(root, path);
  if (!Buffer.from(canonical(path, value)).equals(bytes)) {
    fail('evidence', 'is not canonical JSON (RFC 8785): spacing, order of keys, equal keys or spelling', {
      path,
      hint: RESTORE,
    });
  }
  const parsed = schema.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const where = issue?.path.map(String).join('.') || 'the document';
    fail('evidence', `has the wrong shape: ${where}: ${issue?.message ?? 'unknown'}`, { path, hint: RESTORE });
  }
  return { path, text, sha256: sha256Hex(bytes), value: parsed.data };
}

/** Evidence that does not parse is restored, never corrected. */
function readAsIs(root: string, path: string): { bytes: Uint8Array; text: string; value: unknown } {
  try {
    const bytes = readBytes(root, path, LIMITS.jsonBytes);
    const text = decodeUtf8(path, bytes);
    return { bytes, text, value: parseJson(path, text) };
  } catch (thrown) {
    if (!(thrown instanceof HeliosError)) throw thrown;
    throw new HeliosError(thrown.code, thrown.message, { ...thrown.detail, hint: RESTORE });
  }
}

export const RESTORE = 'Restore the file from where it came, or run the gates again.';

function canonical(path: string, value: unknown): string {
  try {
    return canonicalJson(value);
  } catch (cause) {
    return fail('evidence', `has no canonical form: ${messageOf(cause)}`, { path, cause, hint: RESTORE });
  }
}
