// SPDX-License-Identifier: Apache-2.0
import { realpathSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fail } from '../../error.ts';
import { makeFolder, reporting, withLock, writeFileAtomic } from '../../fs/index.ts';
import { leafHash, nodeHash, rangesOf, type RangeHash, splitOf } from '../../hash/index.ts';
import { type Checkpoint, formatCheckpoint } from './checkpoint.ts';
import { CHECKPOINT, type Log, readLog } from './log.ts';
import type { LogKey } from './log-key.ts';
import { signersOf, signNote } from './note.ts';
import { bundleEntries, type Tile, TILE_WIDTH, tileBytes, tilePath, tilesOf } from './tiles.ts';

export const LOCK = '.lock';
const LOCK_TIMEOUT_MS = 60_000;

/** What an append did; indexes count from 0. */
export interface Appended {
  readonly checkpoint: Checkpoint;
  /** Of the entries that were not there before, in order. */
  readonly added: readonly number[];
}

/**
 * Appends the entries that a log does not hold yet, under its lock: bundles and tiles first, the signed checkpoint last,
 * so that a process that is killed leaves the log as it was. A log begins with its first entry.
 * Throws HeliosError `evidence` for a log that another key signed or whose tiles do not give its root, `io` for a lock
 * that is not freed in a minute.
 */
export async function appendEntries(directory: string, wanted: readonly Buffer[], key: LogKey): Promise<Appended> {
  await reporting(`create ${directory}`, () => makeFolder(directory));
  const root = realpathSync(directory);
  return withLock(
    join(root, LOCK),
    async () => {
      const log = readLog(root);
      const size = log?.checkpoint.size ?? 0;
      if (log) trustOwn(log, key);
      const present = new Set(log?.entriesFrom(0).map((entry) => entry.toString('latin1')));
      const added = wanted.filter((entry) => !present.has(entry.toString('latin1')));
      if (log && added.length === 0) return { checkpoint: log.checkpoint, added: [] };
      const checkpoint = await extend(root, log, added, key);
      return { checkpoint, added: added.map((_, at) => size + at) };
    },
    { timeoutMs: LOCK_TIMEOUT_MS },
  );
}

/** To go on from a head that we did not sign, or that the tiles do not lead to, would sign somebody else's history. */
function trustOwn({ note, checkpoint, ranges }: Log, key: LogKey): void {
  const { origin, size, root } = checkpoint;
  if (origin !== key.signer.name || signersOf(note, [key.verifier]).length === 0) {
    fail('evidence', `the log of ${origin} is not signed by this key as ${key.signer.name}`, {
      path: CHECKPOINT,
      hint: 'Give the key and origin that the log was begun with, or begin a log in another folder.',
    });
  }
  const actual = size === 0 ? rangesOf([])(0, 0) : ranges(0, size);
  if (!actual.equals(root)) {
    fail('evidence', 'does not have the root that the tiles give', {
      path: CHECKPOINT,
      hint: 'Run sec evidence verify: it names the file at fault.',
    });
  }
}

async function extend(root: string, log: Log | undefined, added: readonly Buffer[], key: LogKey): Promise<Checkpoint> {
  const before = log?.checkpoint.size ?? 0;
  const size = before + added.length;
  const ranges = extended(log?.ranges ?? rangesOf([]), before, added.map(leafHash));
  const unchanged = new Set(tilesOf(before).map(pathOf));
  const changed = tilesOf(size).filter((tile) => !unchanged.has(pathOf(tile)));
  const firstChanged = Math.floor(before / TILE_WIDTH) * TILE_WIDTH;
  const entries = [...(log?.entriesFrom(firstChanged) ?? []), ...added];
  for (const tile of changed) {
    const bytes =
      tile.level === 'entries'
        ? bundleEntries(entries.slice(tile.index * TILE_WIDTH - firstChanged).slice(0, tile.width))
        : tileBytes(ranges, tile.level, tile.index, tile.width);
    await writeFileAtomic(join(root, pathOf(tile)), bytes);
  }
  const checkpoint = { origin: key.signer.name, size, root: ranges(0, size) };
  await writeFileAtomic(join(root, CHECKPOINT), signNote(formatCheckpoint(checkpoint), key.signer));
  for (const tile of changed) if (tile.width === TILE_WIDTH) await removePartial(join(root, `${pathOf(tile)}.p`));
  return checkpoint;
}

const pathOf = ({ level, index, width }: Tile): string => tilePath(level, index, width);

/** A full tile says all that its beginnings said. */
async function removePartial(folder: string): Promise<void> {
  await reporting(`remove ${folder}`, () => rm(folder, { recursive: true, force: true }));
}

/** The ranges of a log with more leaves at its end. */
function extended(old: RangeHash, oldSize: number, leaves: readonly Buffer[]): RangeHash {
  const fresh = rangesOf(leaves);
  const ranges: RangeHash = (from, to) => {
    if (to <= oldSize) return old(from, to);
    if (from >= oldSize) return fresh(from - oldSize, to - oldSize);
    const split = from + splitOf(to - from);
    return nodeHash(ranges(from, split), ranges(split, to));
  };
  return ranges;
}
