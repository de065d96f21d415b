// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { HeliosError } from '../error.ts';
import { writeFileAtomic } from '../fs/index.ts';
import { VERSION } from '../version.ts';

/** Facts that follow from contents alone, kept between runs. */
export interface DerivedFacts {
  recall<T>(key: string, compute: () => T | Promise<T>): Promise<T>;
  /** Keeps what this run used and forgets the rest. */
  save(): Promise<void>;
}

/**
 * Opens the facts that earlier runs of this version left in a folder of the user's own (never in the tree
 * that is judged: whoever can change the tree must not be able to say what follows from it).
 * A missing, foreign or broken file is as good as none.
 */
export function openDerived(folder: string | undefined, gate: string): DerivedFacts {
  if (folder === undefined) return { recall: async (_key, compute) => compute(), save: async () => {} };
  const file = join(folder, `${gate}.json`);
  const before = readFacts(file);
  const used = new Map<string, unknown>();
  let changed = false;
  return {
    async recall<T>(key: string, compute: () => T | Promise<T>): Promise<T> {
      if (!used.has(key)) {
        if (!before.has(key)) changed = true;
        used.set(key, before.has(key) ? before.get(key) : await compute());
      }
      // The value was computed by this version of `compute` from the same bytes.
      return used.get(key) as T;
    },
    async save() {
      if (!changed && used.size === before.size) return;
      try {
        await writeFileAtomic(file, JSON.stringify({ version: VERSION, facts: Object.fromEntries(used) }));
      } catch (thrown) {
        // A read-only home costs time, not truth.
        if (!(thrown instanceof HeliosError) && !(thrown instanceof Error && 'code' in thrown)) throw thrown;
      }
    },
  };
}

function readFacts(file: string): Map<string, unknown> {
  try {
    const kept = JSON.parse(readFileSync(file, 'utf8')) as { version?: unknown; facts?: unknown };
    if (kept.version !== VERSION || kept.facts === null || typeof kept.facts !== 'object') return new Map();
    return new Map(Object.entries(kept.facts));
  } catch {
    return new Map();
  }
}
