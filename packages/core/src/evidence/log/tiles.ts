// SPDX-License-Identifier: Apache-2.0
import { fail } from '../../error.ts';
import { nodeHash, type RangeHash, splitOf } from '../../hash/index.ts';

/**
 * How a log's hashes lie in files (C2SP tlog-tiles): a tile of level L holds up to 256 hashes, each over 256^L leaves; a
 * bundle of entries holds up to 256 of them. A tile that is not full yet is a file of its own for each width.
 */
export const TILE_WIDTH = 256;
const HASH_BYTES = 32;
const TILE_HEIGHT = 8;
const LENGTH_BYTES = 2;
/** What fits into the two bytes of an entry's length. */
const ENTRY_BYTES = 0xffff;

export type Level = number | 'entries';

/** `tile/0/x001/234.p/5`: level 0, tile 1234, of which 5 are there. */
export function tilePath(level: Level, index: number, width: number): string {
  const digits = String(index);
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, '0').match(/\d{3}/g) ?? [];
  const name = groups.map((group, at) => (at === groups.length - 1 ? group : `x${group}`)).join('/');
  return `tile/${level}/${name}${width === TILE_WIDTH ? '' : `.p/${width}`}`;
}

export interface Tile {
  readonly level: Level;
  readonly index: number;
  readonly width: number;
}

/** Every tile and bundle of a log of some size, the last of each level as wide as it then is. */
export function tilesOf(size: number): Tile[] {
  const tiles = widthsOf(size).map((tile): Tile => ({ level: 'entries', ...tile }));
  for (let level = 0, hashes = size; hashes > 0; level++, hashes = Math.floor(hashes / TILE_WIDTH)) {
    tiles.push(...widthsOf(hashes).map((tile): Tile => ({ level, ...tile })));
  }
  return tiles;
}

function widthsOf(count: number): { index: number; width: number }[] {
  return Array.from({ length: Math.ceil(count / TILE_WIDTH) }, (_, index) => ({
    index,
    width: Math.min(TILE_WIDTH, count - index * TILE_WIDTH),
  }));
}

/** The hashes that a tile holds, by the ranges they stand for. */
export function tileBytes(ranges: RangeHash, level: number, index: number, width: number): Buffer {
  const span = TILE_WIDTH ** level;
  const first = index * TILE_WIDTH;
  return Buffer.concat(Array.from({ length: width }, (_, at) => ranges((first + at) * span, (first + at + 1) * span)));
}

/** Gives the bytes of a tile of hashes in a log of a known size. */
export type ReadTile = (level: number, index: number, width: number) => Buffer;

/** Ranges out of tiles: whole subtrees are looked up, the ragged right edge is put together from them. */
export function rangesInTiles(size: number, readTile: ReadTile): RangeHash {
  const ranges: RangeHash = (from, to) => {
    const height = Math.log2(to - from);
    if (Number.isInteger(height) && from % (to - from) === 0) return subtree(from, height);
    const split = from + splitOf(to - from);
    return nodeHash(ranges(from, split), ranges(split, to));
  };
  /** The hash over 2^height leaves: it stands in a tile, or is put together from the 2^n of one that make it up. */
  const subtree = (from: number, height: number): Buffer => {
    const level = Math.floor(height / TILE_HEIGHT);
    const place = from / TILE_WIDTH ** level;
    const count = 2 ** (height % TILE_HEIGHT);
    const index = Math.floor(place / TILE_WIDTH);
    const width = Math.min(TILE_WIDTH, Math.floor(size / TILE_WIDTH ** level) - index * TILE_WIDTH);
    const tile = readTile(level, index, width);
    let hashes = Array.from({ length: count }, (_, at) => hashIn(tile, (place % TILE_WIDTH) + at));
    while (hashes.length > 1) hashes = pairs(hashes).map(([left, right]) => nodeHash(left, right));
    return hashes[0] ?? hashIn(tile, -1);
  };
  return ranges;
}

function hashIn(tile: Buffer, at: number): Buffer {
  const hash = tile.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES);
  if (hash.length !== HASH_BYTES) fail('evidence', 'is shorter than the log needs it to be');
  return hash;
}

function pairs(hashes: readonly Buffer[]): [Buffer, Buffer][] {
  return hashes.flatMap((left, at): [Buffer, Buffer][] => {
    const right = hashes[at + 1];
    return at % 2 === 0 && right ? [[left, right]] : [];
  });
}

/** Entries, each after its length in two bytes, big end first. */
export function bundleEntries(entries: readonly Uint8Array[]): Buffer {
  return Buffer.concat(
    entries.flatMap((entry) => {
      if (entry.length > ENTRY_BYTES) throw new RangeError(`an entry of ${entry.length} bytes is too long for a log`);
      const length = Buffer.alloc(LENGTH_BYTES);
      length.writeUInt16BE(entry.length);
      return [length, entry];
    }),
  );
}

/** Throws HeliosError `evidence` unless the bundle holds just so many entries. */
export function unbundleEntries(bundle: Buffer, count: number): Buffer[] {
  const entries: Buffer[] = [];
  let at = 0;
  while (at + LENGTH_BYTES <= bundle.length) {
    const end = at + LENGTH_BYTES + bundle.readUInt16BE(at);
    if (end > bundle.length) break;
    entries.push(bundle.subarray(at + LENGTH_BYTES, end));
    at = end;
  }
  if (at !== bundle.length || entries.length !== count) {
    fail('evidence', `does not hold ${count} entries`, { hint: 'Restore it from where it came.' });
  }
  return entries;
}
