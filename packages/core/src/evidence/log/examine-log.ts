// SPDX-License-Identifier: Apache-2.0
import { type Dirent, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fail } from '../../error.ts';
import { isTemporary } from '../../fs/index.ts';
import { leafHash, rangesOf, rootOf } from '../../hash/index.ts';
import { LIMITS, readBytes } from '../../input/index.ts';
import { LOCK } from './append.ts';
import { type LogEntry, parseEntry } from './entry.ts';
import { CHECKPOINT, type Log, readLog } from './log.ts';
import { bundleEntries, type Tile, TILE_WIDTH, tileBytes, tilePath, tilesOf } from './tiles.ts';
import { type LogTrust, openEarlier, trustCheckpoint } from './trust.ts';

export interface ExaminedLog {
  readonly origin: string;
  readonly size: number;
  readonly entries: readonly LogEntry[];
  /** Files that the checkpoint does not speak of: what a killed seal left. */
  readonly unfinished: readonly string[];
}

/** Runs a check on a file of the log, and takes down what it throws. */
export type Try = <T>(path: string, check: () => T) => T | undefined;

/**
 * Recomputes a whole log from its entries: every tile to the byte, the root, the signatures under the checkpoint, and
 * that it extends what was seen before. Undefined where there is no log, or none that can be read.
 */
export function examineLog(root: string, trust: LogTrust, attempt: Try): ExaminedLog | undefined {
  const log = attempt(CHECKPOINT, () => readLog(root));
  if (!log) return undefined;
  attempt(CHECKPOINT, () => trustCheckpoint(log.note, log.checkpoint, trust));
  const raw = attempt('tile', () => log.entriesFrom(0));
  if (!raw) return undefined;
  const { origin, size } = log.checkpoint;
  const unfinished = examineTiles(log, raw, attempt);
  attempt(CHECKPOINT, () => examineRoot(log, raw, trust));
  const entries = raw.flatMap((entry, index) => attempt(bundleOf(index, size), () => [parseEntry(entry)]) ?? []);
  return { origin, size, entries, unfinished };
}

function examineRoot({ checkpoint }: Log, entries: readonly Buffer[], trust: LogTrust): void {
  const leaves = entries.map(leafHash);
  const hint = 'Restore the log from where it came; do not go on from this one.';
  if (!rootOf(leaves).equals(checkpoint.root)) fail('evidence', 'has another root than its entries give', { hint });
  if (trust.earlier === undefined) return;
  const earlier = openEarlier(trust.earlier, trust);
  if (earlier.origin !== checkpoint.origin) {
    fail('evidence', `is of ${checkpoint.origin}, and the earlier checkpoint of ${earlier.origin}`, { hint });
  }
  if (earlier.size > checkpoint.size) {
    fail('evidence', `has ${checkpoint.size} entries, and there were ${earlier.size} before: some were taken back`, {
      hint,
    });
  }
  // With every leaf at hand no proof is needed: the old root is made again.
  if (!rootOf(leaves.slice(0, earlier.size)).equals(earlier.root)) {
    fail('evidence', `does not extend the earlier checkpoint of ${earlier.size} entries: history was rewritten`, {
      hint,
    });
  }
}

/** Holds every file under tile/ against what the entries give; returns those beyond the checkpoint. */
function examineTiles(log: Log, entries: readonly Buffer[], attempt: Try): string[] {
  const { root, checkpoint } = log;
  const ranges = rangesOf(entries.map(leafHash));
  const contentOf = ({ level, index, width }: Tile): Buffer =>
    level === 'entries'
      ? bundleEntries(entries.slice(index * TILE_WIDTH, index * TILE_WIDTH + width))
      : tileBytes(ranges, level, index, width);
  const unfinished: string[] = [];
  const present = attempt('.', () => listFiles(root)) ?? [];
  const known = new Map(tilesOf(checkpoint.size).map((tile) => [pathOf(tile), tile]));
  for (const path of [...known.keys(), ...present.filter((path) => !known.has(path))]) {
    attempt(path, () => {
      const tile = known.get(path) ?? earlierTile(path, known);
      if (tile === 'beyond') unfinished.push(path);
      else if (!readBytes(root, path, LIMITS.jsonBytes).equals(contentOf(tile))) {
        fail('evidence', 'says something else than the entries of the log', {
          hint: 'Restore it from where it came.',
        });
      }
    });
  }
  return unfinished;
}

const pathOf = ({ level, index, width }: Tile): string => tilePath(level, index, width);

/** A narrower tile is what a smaller log had; a wider one is what a bigger log would have had. */
function earlierTile(path: string, known: ReadonlyMap<string, Tile>): Tile | 'beyond' {
  const [, stem = '', width = '256'] =
    /^(tile\/(?:entries|\d{1,2})(?:\/x\d{3})*\/\d{3})(?:\.p\/([1-9]\d{0,2}))?$/.exec(path) ?? [];
  if (stem === '' || Number(width) > TILE_WIDTH) {
    fail('evidence', 'is no file of a log', { hint: 'Move it out of the log.' });
  }
  const tile = [...known.values()].find((each) => pathOf({ ...each, width: TILE_WIDTH }) === stem);
  return tile && tile.width > Number(width) ? { ...tile, width: Number(width) } : 'beyond';
}

/** All files but the checkpoint and what writers in progress hold; links are named, not followed. */
function listFiles(root: string, folder = ''): string[] {
  const entries: Dirent[] = readdirSync(join(root, folder), { withFileTypes: true });
  return entries
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = folder + entry.name;
      if (entry.isDirectory()) return listFiles(root, `${path}/`);
      const passing = folder === '' && (path === CHECKPOINT || path === LOCK || path.startsWith(`${LOCK}.`));
      return passing || isTemporary(entry.name) ? [] : [path];
    });
}

function bundleOf(index: number, size: number): string {
  const bundle = Math.floor(index / TILE_WIDTH);
  return tilePath('entries', bundle, Math.min(TILE_WIDTH, size - bundle * TILE_WIDTH));
}
