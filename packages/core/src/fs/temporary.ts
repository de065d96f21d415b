// SPDX-License-Identifier: Apache-2.0
import { randomBytes } from 'node:crypto';
import { type FileHandle, open, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf } from './failure.ts';

const TEMPORARY = /^\.tmp\.[0-9a-f]{16}$/;

/** No writer is this slow: an older temporary file is what a killed process left. */
const STALE_AFTER_MS = 60 * 60 * 1000;

/** Whether a file name is that of a write in progress, or of one that was killed. */
export function isTemporary(name: string): boolean {
  return TEMPORARY.test(name);
}

/**
 * Writes bytes, durable, to a new file beside where they will go: a rename must not cross file systems. Nobody whom the
 * mode shuts out can read it, not even while it is being written.
 */
export async function writeTemporary(folder: string, bytes: Uint8Array, mode?: number): Promise<string> {
  const path = join(folder, `.tmp.${randomBytes(8).toString('hex')}`);
  const file = await open(path, 'wx', mode);
  try {
    try {
      await writeFully(file, bytes);
      if (mode !== undefined) await file.chmod(mode);
      await file.sync();
    } finally {
      await file.close();
    }
  } catch (cause) {
    await discard(path);
    throw cause;
  }
  return path;
}

/** A file system may take less than it was given (signals, quotas) without an error. */
async function writeFully(file: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let offset = 0; offset < bytes.length;) {
    const { bytesWritten } = await file.write(bytes, offset, bytes.length - offset);
    offset += bytesWritten;
  }
}

/** What stays behind is removed an hour later; it must not hide the error that led here. */
export async function discard(path: string): Promise<void> {
  await rm(path, { force: true }).catch(() => undefined);
}

/** Removes temporary files that were last touched more than an hour before `now`; returns how many. */
export async function removeStaleTemporaries(folder: string, now: Date): Promise<number> {
  let removed = 0;
  for (const name of await namesIn(folder)) {
    const path = join(folder, name);
    const touched = isTemporary(name) ? await lastTouched(path) : undefined;
    if (touched === undefined || now.getTime() - touched < STALE_AFTER_MS) continue;
    await discard(path);
    removed++;
  }
  return removed;
}

async function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch((cause: unknown) => {
    if (codeOf(cause) === 'ENOENT') return [];
    throw cause;
  });
}

/** Undefined when its writer has just finished with it. */
async function lastTouched(path: string): Promise<number | undefined> {
  return stat(path).then(
    (status) => status.mtimeMs,
    () => undefined,
  );
}
