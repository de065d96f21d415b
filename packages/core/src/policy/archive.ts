// SPDX-License-Identifier: Apache-2.0
import { gunzipSync } from 'node:zlib';
import { fail } from '../error.ts';

const BLOCK = 512;
const MAX_UNPACKED_BYTES = 64 * 1024 * 1024;

/**
 * One file of a gzipped tar archive (POSIX ustar, IEEE 1003.1), by its exact name; undefined when it is not there.
 * Enough for the bundles that opa writes: short names, regular files, no extensions.
 */
export function fileFromArchive(archive: Uint8Array, name: string): Uint8Array | undefined {
  const tar = gunzipSync(archive, { maxOutputLength: MAX_UNPACKED_BYTES });
  for (let offset = 0; offset + BLOCK <= tar.length;) {
    const header = tar.subarray(offset, offset + BLOCK);
    if (header[0] === 0) break;
    const size = Number.parseInt(textOf(header.subarray(124, 136)), 8);
    const start = offset + BLOCK;
    if (!Number.isSafeInteger(size) || size < 0 || start + size > tar.length) {
      fail('policy', 'opa wrote a bundle archive that is cut short');
    }
    if (textOf(header.subarray(0, 100)) === name) return tar.subarray(start, start + size);
    offset = start + Math.ceil(size / BLOCK) * BLOCK;
  }
  return undefined;
}

function textOf(field: Uint8Array): string {
  const end = field.indexOf(0);
  return new TextDecoder().decode(end === -1 ? field : field.subarray(0, end));
}
