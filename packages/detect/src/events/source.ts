// SPDX-License-Identifier: Apache-2.0
import { constants, type FileHandle, open, realpath } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { fail, HeliosError } from '@helios/core/error';
import { checkPath } from '@helios/core/input';

/** Where events are read from. Standard input is `{ file: '<stdin>', chunks: process.stdin }`. */
export interface EventSource {
  /** As events and errors name it. */
  readonly file: string;
  /** The bytes, packed or not; they are read once. */
  readonly chunks: AsyncIterable<Uint8Array>;
  /** Where the bytes lie; EVTX is read from there, and so not from a stream. */
  readonly absolute?: string;
}

/** Larger ones were slower, and held more memory. */
const CHUNK = 64 * 1024;

/** A log under the root, which is a real path. Nothing is opened before the first chunk is asked for. */
export function eventFile(root: string, path: string): EventSource {
  const absolute = join(root, checkPath(path));
  return { file: path, absolute, chunks: readChunks(root, absolute, path) };
}

async function* readChunks(root: string, absolute: string, path: string): AsyncGenerator<Buffer> {
  const handle = await openPlain(root, absolute, path);
  try {
    for (;;) {
      const buffer = Buffer.allocUnsafeSlow(CHUNK);
      const { bytesRead } = await handle.read(buffer, 0, CHUNK, null);
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
    }
  } catch (cause) {
    throw openError(path, cause);
  } finally {
    await handle.close().catch((cause: unknown) => {
      throw openError(path, cause);
    });
  }
}

/** Opens a regular file that lies under the root, whatever links there are. */
async function openPlain(root: string, absolute: string, path: string): Promise<FileHandle> {
  try {
    const folder = await realpath(dirname(absolute));
    if (folder !== root && !folder.startsWith(root.endsWith(sep) ? root : root + sep)) {
      fail('input', 'lies behind a link that leads out of the repository', {
        path,
        hint: 'Copy it into the repository.',
      });
    }
    // O_NONBLOCK: opening a FIFO must not wait for a writer; O_NOFOLLOW: a link may lead out of the tree.
    const handle = await open(absolute, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    if ((await handle.stat()).isFile()) return handle;
    await handle.close();
    return fail('input', 'not a regular file', { path, hint: 'Name a file, or pipe it to standard input.' });
  } catch (cause) {
    throw openError(path, cause);
  }
}

const REASONS: Readonly<Record<string, readonly [what: string, hint: string]>> = {
  ENOENT: ['no such file', 'Check the path; it is relative to the root.'],
  ENOTDIR: ['no such file', 'Check the path; it is relative to the root.'],
  ELOOP: ['is a symbolic link, and links are not followed', 'Name the file it points to.'],
  EACCES: ['may not be read', 'Grant read permission.'],
  EPERM: ['may not be read', 'Grant read permission.'],
};

function openError(path: string, cause: unknown): HeliosError {
  if (cause instanceof HeliosError) return cause;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
  const [what, hint] = REASONS[code] ?? [`cannot be read (${code})`, 'Name a file that can be read.'];
  return new HeliosError('input', what, { path, cause, hint });
}
