// SPDX-License-Identifier: Apache-2.0
import { createHash, hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { fail, messageOf } from '../error.ts';

/** Large reads keep the hash busy: 64 kB chunks cost a fifth of the rate. */
const CHUNK_BYTES = 1024 * 1024;

/** 64 hex digits; text is hashed as UTF-8. */
export function sha256Hex(data: string | Uint8Array): string {
  return hash('sha256', data, 'hex');
}

/** Hashes a file of any size in constant memory. `size` is in bytes. Throws HeliosError `input`. */
export async function sha256File(absPath: string): Promise<{ readonly sha256: string; readonly size: number }> {
  const hash = createHash('sha256');
  let size = 0;
  try {
    for await (const chunk of createReadStream(absPath, { highWaterMark: CHUNK_BYTES }) as AsyncIterable<Buffer>) {
      hash.update(chunk);
      size += chunk.length;
    }
  } catch (cause) {
    fail('input', `cannot read ${absPath}: ${messageOf(cause)}`, { cause, hint: 'Name a file that may be read.' });
  }
  return { sha256: hash.digest('hex'), size };
}
