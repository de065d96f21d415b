// SPDX-License-Identifier: Apache-2.0
import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { codeOf } from './failure.ts';

/** Windows cannot open or flush a folder; there the file system's own journal must do. */
const UNSUPPORTED = new Set(['EPERM', 'EISDIR', 'EINVAL', 'EACCES']);

/** Makes the names in a folder survive a power loss: fsync of a file does not cover its entry (fsync(2)). */
export async function syncFolder(path: string): Promise<void> {
  try {
    const folder = await open(path, 'r');
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  } catch (cause) {
    if (process.platform !== 'win32' || !UNSUPPORTED.has(codeOf(cause) ?? '')) throw cause;
  }
}

/** Creates a folder and its parents, each entry durable. */
export async function makeFolder(path: string): Promise<void> {
  const first = await mkdir(path, { recursive: true });
  if (first === undefined) return;
  const top = dirname(first);
  for (let parent = dirname(path); parent.length >= top.length; parent = dirname(parent)) {
    await syncFolder(parent);
    if (parent === top) return;
  }
}
