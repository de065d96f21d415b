// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomic } from '../fs/index.ts';
import { sha256Hex } from '../hash/index.ts';

/** What was last said about each key, for services that keep no record of it themselves. */
export interface Sent {
  last(key: string): string | undefined;
  remember(key: string, what: string): Promise<void>;
}

/** One small file for each key. What is lost is said again; nothing is said less often. */
export function openSent(folder: string): Sent {
  const fileOf = (key: string): string => join(folder, `${sha256Hex(key)}.txt`);
  return {
    last(key) {
      try {
        return readFileSync(fileOf(key), 'utf8');
      } catch {
        return undefined;
      }
    },
    remember: (key, what) => writeFileAtomic(fileOf(key), what),
  };
}
