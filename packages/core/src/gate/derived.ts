// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { HeliosError } from '../error.ts';
import { writeFileAtomic } from '../fs/index.ts';
import { sha256Hex } from '../hash/index.ts';
import { VERSION } from '../version.ts';

/** Facts that follow from contents alone, kept between runs. */
export interface DerivedFacts {
  recall<T>(key: string, compute: () => T | Promise<T>): Promise<T>;
  /** The same, but what is remembered is parsed when it is first asked for: most of it may never be. */
  recallLater<T>(key: string, compute: () => T | Promise<T>): Promise<() => T>;
  /** Keeps what this run used and forgets the rest. */
  save(): Promise<void>;
}

/**
 * Opens the facts that earlier runs of this version left in a folder of the user's own (never in the tree
 * that is judged: whoever can change the tree must not be able to say what follows from it).
 * A missing, foreign or broken file is as good as none.
 */
export function openDerived(folder: string | undefined, gate: string): DerivedFacts {
  if (folder === undefined) {
    return {
      recall: async (_key, compute) => compute(),
      async recallLater(_key, compute) {
        const value = await compute();
        return () => value;
      },
      save: async () => {},
    };
  }
  const file = join(folder, `${gate}.facts`);
  const before = readFacts(file);
  const used = new Map<string, () => unknown>();
  const recallLater = async <T>(key: string, compute: () => T | Promise<T>): Promise<() => T> => {
    const name = JSON.stringify(key);
    let fact = used.get(name);
    if (!fact) used.set(name, (fact = remembered(before.get(name)) ?? computed(await compute())));
    // The value was computed by this version of `compute` from the same bytes.
    return fact as () => T;
  };
  return {
    recallLater,
    recall: async (key, compute) => (await recallLater(key, compute))(),
    async save() {
      if (used.size === before.size && [...used.keys()].every((name) => before.has(name))) return;
      const lines = [...used].map(
        ([name, fact]) => before.get(name) ?? Buffer.from(`${name}\t${JSON.stringify(fact())}\n`),
      );
      const facts = Buffer.concat(lines);
      try {
        await writeFileAtomic(file, Buffer.concat([Buffer.from(headOf(facts)), facts]));
      } catch (thrown) {
        // A read-only home costs time, not truth.
        if (!(thrown instanceof HeliosError) && !(thrown instanceof Error && 'code' in thrown)) throw thrown;
      }
    },
  };
}

function computed(value: unknown): () => unknown {
  return () => value;
}

function remembered(line: Buffer | undefined): (() => unknown) | undefined {
  if (!line) return undefined;
  let value: unknown;
  let parsed = false;
  return () => {
    if (!parsed) [value, parsed] = [JSON.parse(line.toString('utf8', line.indexOf(TAB) + 1)), true];
    return value;
  };
}

const [TAB, LINE_FEED] = [0x09, 0x0a];

/** The first line: whose facts these are, and the digest of all that follows, so that they are whole. */
function headOf(facts: Buffer): string {
  return `${JSON.stringify({ version: VERSION, sha256: sha256Hex(facts) })}\n`;
}

/** The lines by their names in JSON; of each, the value follows after a tab, which JSON never holds. */
function readFacts(file: string): Map<string, Buffer> {
  const lines = new Map<string, Buffer>();
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch {
    return lines;
  }
  let start = bytes.indexOf(LINE_FEED) + 1;
  if (bytes.toString('utf8', 0, start) !== headOf(bytes.subarray(start))) return lines;
  while (start < bytes.length) {
    const end = bytes.indexOf(LINE_FEED, start) + 1 || bytes.length;
    lines.set(bytes.toString('utf8', start, bytes.indexOf(TAB, start)), bytes.subarray(start, end));
    start = end;
  }
  return lines;
}
