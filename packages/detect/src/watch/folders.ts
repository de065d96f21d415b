// SPDX-License-Identifier: Apache-2.0
import { type FSWatcher, watch } from 'node:fs';
import { join } from 'node:path';
import { dirname } from 'node:path/posix';
import type { GateResult } from '@helios/core/gate';

/** Editors write a file in several steps. */
const QUIET_MS = 80;

/** Folders of all that a verdict rests on, and those above them, where new folders appear. */
export function foldersOf({ inputs }: GateResult): string[] {
  const folders = new Set(['.']);
  for (const { path } of inputs)
    for (let folder = dirname(path); folder !== '.' && folder !== '/'; folder = dirname(folder)) folders.add(folder);
  return [...folders].sort();
}

export interface FolderWatch {
  /** Resolves when something was changed since the last time and it is quiet again, or when it is stopped. */
  readonly changed: (stopped: AbortSignal) => Promise<void>;
  readonly close: () => void;
}

/**
 * Watches the folders themselves and nothing below. What changes while nobody waits is not lost: the next wait ends at
 * once. The first always does, for something may have changed before the watch began.
 */
export function watchFolders(root: string, folders: readonly string[]): FolderWatch {
  let dirty = true;
  let tell = (): void => undefined;
  const note = (): void => {
    dirty = true;
    tell();
  };
  const watchers = folders.flatMap((folder) => watcherOf(join(root, folder), note) ?? []);
  return {
    changed: (stopped) =>
      new Promise((resolve) => {
        let quiet: NodeJS.Timeout | undefined;
        const done = (): void => {
          clearTimeout(quiet);
          tell = () => undefined;
          stopped.removeEventListener('abort', done);
          dirty = false;
          resolve();
        };
        tell = () => {
          clearTimeout(quiet);
          quiet = setTimeout(done, QUIET_MS);
        };
        stopped.addEventListener('abort', done);
        if (stopped.aborted) done();
        else if (dirty) tell();
      }),
    close: () => {
      for (const watcher of watchers) watcher.close();
    },
  };
}

/** Undefined where the folder is gone, which a folder above it tells. */
function watcherOf(folder: string, note: () => void): FSWatcher | undefined {
  try {
    // On some systems a folder that is removed ends its watcher by an error.
    return watch(folder, note).on('error', note);
  } catch {
    return undefined;
  }
}
