// SPDX-License-Identifier: Apache-2.0
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fail, HeliosError } from '../../error.ts';
import type { RangeHash } from '../../hash/index.ts';
import { decodeUtf8, LIMITS, readBytes } from '../../input/index.ts';
import { type Checkpoint, parseCheckpoint } from './checkpoint.ts';
import { type Note, parseNote } from './note.ts';
import { rangesInTiles, TILE_WIDTH, tilePath, unbundleEntries } from './tiles.ts';

export const CHECKPOINT = 'checkpoint';

/** A log as it lies in a folder: nothing of it is verified yet. */
export interface Log {
  /** Real path. */
  readonly root: string;
  /** The signed checkpoint as it stands in its file. */
  readonly signed: string;
  readonly note: Note;
  readonly checkpoint: Checkpoint;
  /** Hashes as the tiles give them. Throws HeliosError with the tile's path. */
  readonly ranges: RangeHash;
  /** The entries [from, size). Throws HeliosError with the bundle's path. */
  entriesFrom(from: number): Buffer[];
}

/** Undefined where there is no log yet. Throws HeliosError `input` or `evidence`, with the path within the log. */
export function readLog(root: string): Log | undefined {
  if (!existsSync(join(root, CHECKPOINT))) return undefined;
  const signed = decodeUtf8(CHECKPOINT, readBytes(root, CHECKPOINT, LIMITS.textBytes));
  const [note, checkpoint] = within(CHECKPOINT, () => {
    const parsed = parseNote(signed);
    return [parsed, parseCheckpoint(parsed.text)];
  });
  const { size } = checkpoint;
  const tiles = new Map<string, Buffer>();
  const ranges = rangesInTiles(size, (level, index, width) => {
    const path = tilePath(level, index, width);
    const tile = tiles.get(path) ?? readBytes(root, path, LIMITS.textBytes);
    tiles.set(path, tile);
    return tile;
  });
  return { root, signed, note, checkpoint, ranges, entriesFrom: (from) => readEntries(root, from, size) };
}

function readEntries(root: string, from: number, size: number): Buffer[] {
  const entries: Buffer[] = [];
  for (let index = Math.floor(from / TILE_WIDTH); index * TILE_WIDTH < size; index++) {
    const width = Math.min(TILE_WIDTH, size - index * TILE_WIDTH);
    const path = tilePath('entries', index, width);
    const bundle = readBytes(root, path, LIMITS.jsonBytes);
    const all = within(path, () => unbundleEntries(bundle, width));
    entries.push(...all.slice(Math.max(0, from - index * TILE_WIDTH)));
  }
  return entries;
}

/** Names the file to whatever is wrong with what it holds. */
function within<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (thrown) {
    if (!(thrown instanceof HeliosError)) throw thrown;
    return fail(thrown.code, thrown.message, { hint: 'Restore it from where it came.', ...thrown.detail, path });
  }
}
