// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { reporting } from './failure.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** What tasks of this process work in now. */
const folders = new Set<string>();

/**
 * Runs a task with an empty folder (real path) among the system's temporary files. It is removed afterwards, and before
 * a signal ends the process; that it cannot be removed changes nothing about the task. Throws HeliosError `io` where
 * none can be made.
 */
export async function withTemporaryFolder<T>(prefix: string, task: (folder: string) => Promise<T>): Promise<T> {
  const parent = tmpdir();
  const folder = await reporting(`make a folder in ${parent}`, async () => makeFolder(parent, prefix));
  try {
    return await task(folder);
  } finally {
    await rm(folder, { force: true, recursive: true }).catch(() => undefined);
    release(folder);
  }
}

/** In one turn of the event loop: no signal is heard between the folder and its place among the others. */
function makeFolder(parent: string, prefix: string): string {
  const folder = mkdtempSync(join(realpathSync(parent), `${prefix}-`));
  if (folders.size === 0) {
    for (const signal of SIGNALS) process.on(signal, endBy);
    process.on('exit', removeAll);
  }
  folders.add(folder);
  return folder;
}

function release(folder: string): void {
  folders.delete(folder);
  if (folders.size > 0) return;
  for (const signal of SIGNALS) process.off(signal, endBy);
  process.off('exit', removeAll);
}

/** Dies by the signal after all, as whoever sent it must see (a shell tells it as 130 or 143). */
function endBy(signal: NodeJS.Signals): void {
  // Who else hears it ends the task in good order, which removes the folder.
  if (process.listenerCount(signal) > 1) return;
  removeAll();
  process.off(signal, endBy);
  process.kill(process.pid, signal);
}

function removeAll(): void {
  for (const folder of folders) {
    try {
      // A database that is still at work makes new files while the old ones go.
      rmSync(folder, { force: true, recursive: true, maxRetries: 5, retryDelay: 20 });
    } catch {
      // The process ends all the same.
    }
  }
}
