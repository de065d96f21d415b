// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { appendEntries } from '../../../src/evidence/log/append.ts';
import { parseCheckpoint } from '../../../src/evidence/log/checkpoint.ts';
import { examineLog } from '../../../src/evidence/log/examine-log.ts';
import { generateLogKey, openLogKey } from '../../../src/evidence/log/log-key.ts';
import { readLog } from '../../../src/evidence/log/log.ts';
import { parseNote } from '../../../src/evidence/log/note.ts';
import { formatProof, verifyProof } from '../../../src/evidence/log/proof.ts';
import {
  bundleEntries,
  rangesInTiles,
  tileBytes,
  tilePath,
  tilesOf,
  unbundleEntries,
} from '../../../src/evidence/log/tiles.ts';
import type { LogTrust } from '../../../src/evidence/log/trust.ts';
import { messageOf } from '../../../src/error.ts';
import {
  consistencyProof,
  inclusionProof,
  leafHash,
  rangesOf,
  rootOf,
  verifyConsistency,
  verifyInclusion,
} from '../../../src/hash/index.ts';
import { newFolder } from '../../fs/folder.ts';
import { run } from '../../fs/processes.ts';
import { SKIP_REASON, VECTORS, VECTORS_ABSENT } from '../../hash/vectors.ts';

const THOROUGH = process.env['HELIOS_THOROUGH'] === '1';
const PROCESS = new URL('sealing-process.ts', import.meta.url);
const ORIGIN = 'example.com/log';
const { privatePem } = generateLogKey(ORIGIN);
const key = openLogKey(ORIGIN, privatePem);
const TRUST: LogTrust = { logKeys: [key.verifier], witnesses: [], quorum: 0 };

const entriesOf = (count: number, name = 'e'): Buffer[] =>
  Array.from({ length: count }, (_, at) => Buffer.from(`${name}/${at}`));
const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => statSync(join(folder, path)).isFile())
    .sort();

/** What examineLog says of a folder: paths of the files at fault. Entries here are no runs, and that is not asked about. */
function faultsOf(
  folder: string,
  trust = TRUST,
): { faults: string[]; said: string[]; size: number | undefined; beyond: readonly string[] } {
  const [faults, said]: [string[], string[]] = [[], []];
  const examined = examineLog(folder, trust, (path, check) => {
    try {
      return check();
    } catch (thrown) {
      const message = messageOf(thrown);
      if (/no sealed run|not valid JSON/.test(message)) return undefined;
      const { detail } = thrown as { detail?: { path?: string } };
      faults.push(detail?.path ?? path);
      said.push(message);
      return undefined;
    }
  });
  return { faults, said, size: examined?.size, beyond: examined?.unfinished ?? [] };
}

/** The log as a whole, the plain way: no tiles, no ranges. */
function naiveRoot(leaves: readonly Buffer[]): Buffer {
  if (leaves.length === 0) return createHash('sha256').digest();
  let level = leaves.map((leaf) => createHash('sha256').update(Buffer.of(0)).update(leaf).digest());
  while (level.length > 1) {
    level = level.flatMap((left, at) => {
      const right = level[at + 1];
      if (at % 2 === 1) return [];
      return [right ? createHash('sha256').update(Buffer.of(1)).update(left).update(right).digest() : left];
    });
  }
  return level[0] ?? Buffer.alloc(0);
}

describe.skipIf(VECTORS_ABSENT)(`the published tiled log${SKIP_REASON}`, () => {
  const folder = `${VECTORS}tlog-tiles/log`;

  it('has the tiles, bundles and roots that we would give it, at every size of its history', () => {
    const log = readLog(folder);
    const entries = log?.entriesFrom(0) ?? [];
    expect(entries).toHaveLength(15);
    const ranges = rangesOf(entries.map(leafHash));
    for (let size = 0; size <= 15; size++) {
      const signed = readFileSync(join(folder, `checkpoint.${size}`), 'utf8');
      const checkpoint = parseCheckpoint(parseNote(signed).text);
      expect(checkpoint).toMatchObject({ origin: 'example.com/log/testdata', size, root: ranges(0, size) });
      for (const { level, index, width } of tilesOf(size)) {
        const bytes = readFileSync(join(folder, tilePath(level, index, width)));
        const expected =
          level === 'entries' ? bundleEntries(entries.slice(0, width)) : tileBytes(ranges, level, index, width);
        expect(bytes.equals(expected), `${level} at ${size}`).toBe(true);
      }
    }
  });

  it('gives proofs out of its tiles that the next checkpoint confirms', () => {
    const log = readLog(folder);
    if (!log) throw new Error('there is no log');
    const { size, root: newRoot } = log.checkpoint;
    for (let oldSize = 1; oldSize <= size; oldSize++) {
      const signed = readFileSync(join(folder, `checkpoint.${oldSize}`), 'utf8');
      const claim = { oldSize, newSize: size, oldRoot: parseCheckpoint(parseNote(signed).text).root, newRoot };
      expect(verifyConsistency(claim, consistencyProof(log.ranges, oldSize, size))).toBe(true);
    }
  });
});

describe('tiles', () => {
  it.each([
    [0, 0, 256, 'tile/0/000'],
    [0, 0, 5, 'tile/0/000.p/5'],
    [1, 1234, 256, 'tile/1/x001/234'],
    [2, 1_234_067, 1, 'tile/2/x001/x234/067.p/1'],
    ['entries', 999, 256, 'tile/entries/999'],
  ] as const)('are named as c2sp.org/tlog-tiles says: level %s, index %i, width %i', (level, index, width, path) => {
    expect(tilePath(level, index, width)).toBe(path);
  });

  it(
    'give the root, and proofs that hold, as a second implementation without tiles has them',
    { timeout: 600_000 },
    () => {
      const sizes = fc.oneof(
        { weight: 19, arbitrary: fc.integer({ min: 1, max: 70 }) },
        { weight: 1, arbitrary: fc.integer({ min: 71, max: 1200 }) },
      );
      const leaves = entriesOf(1200).map(leafHash);
      const roots = new Map<number, Buffer>();
      const rootAt = (size: number): Buffer => {
        const known = roots.get(size) ?? naiveRoot(entriesOf(size));
        roots.set(size, known);
        return known;
      };
      const tiles = new Map<string, Buffer>();
      const all = rangesOf(leaves);
      fc.assert(
        fc.property(sizes, fc.nat(), fc.nat(), (size, a, b) => {
          const ranges = rangesInTiles(size, (level, index, width) => {
            const path = tilePath(level, index, width);
            const tile = tiles.get(path) ?? tileBytes(all, level, index, width);
            tiles.set(path, tile);
            return tile;
          });
          const [index, oldSize] = [a % size, (b % size) + 1];
          const leaf = leaves[index] ?? Buffer.alloc(0);
          return (
            ranges(0, size).equals(rootAt(size)) &&
            verifyInclusion({ index, size, leaf, root: rootAt(size) }, inclusionProof(ranges, index, size)) &&
            verifyConsistency(
              { oldSize, newSize: size, oldRoot: rootAt(oldSize), newRoot: rootAt(size) },
              consistencyProof(ranges, oldSize, size),
            )
          );
        }),
        { numRuns: THOROUGH ? 1_000_000 : 20_000 },
      );
    },
  );

  it('keep entries of any bytes apart', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 20 }), (entries) => {
        const bundle = bundleEntries(entries);
        expect(unbundleEntries(bundle, entries.length)).toEqual(entries.map((entry) => Buffer.from(entry)));
        expect(() => unbundleEntries(Buffer.concat([bundle, Buffer.of(0)]), entries.length)).toThrow('does not hold');
      }),
    );
    expect(() => bundleEntries([Buffer.alloc(65_536)])).toThrow('too long');
  });
});

describe('a log', () => {
  it('is the same however its entries came, and holds none twice', async () => {
    const [whole, inParts] = [join(newFolder(), 'log'), join(newFolder(), 'log')];
    const entries = entriesOf(600);
    await appendEntries(whole, entries, key);
    for (const upTo of [1, 2, 3, 255, 256, 257, 511, 600, 600]) {
      const { added, checkpoint } = await appendEntries(inParts, entries.slice(0, upTo), key);
      expect(checkpoint.size).toBe(upTo);
      expect(checkpoint.root).toEqual(rootOf(entries.slice(0, upTo).map(leafHash)));
      expect(faultsOf(inParts)).toEqual({ faults: [], said: [], size: upTo, beyond: [] });
      expect(added).toHaveLength(new Set(added).size);
    }
    for (const path of filesIn(whole)) {
      expect(readFileSync(join(inParts, path)), path).toEqual(readFileSync(join(whole, path)));
    }
    // What full tiles have taken over is gone; the beginnings of the last one may stay.
    expect(filesIn(inParts).filter((path) => /(0|entries)\/00[01]\.p/.test(path))).toEqual([]);
  });

  it('is extended by the key that began it alone, and only while its tiles give its root', async () => {
    const folder = join(newFolder(), 'log');
    await appendEntries(folder, entriesOf(3), key);
    const other = openLogKey(ORIGIN, generateLogKey(ORIGIN).privatePem);
    await expect(appendEntries(folder, entriesOf(4), other)).rejects.toThrow('is not signed by this key');
    const renamed = openLogKey('example.com/other', privatePem);
    await expect(appendEntries(folder, entriesOf(4), renamed)).rejects.toThrow('is not signed by this key');
    const tile = join(folder, 'tile/0/000.p/3');
    writeFileSync(
      tile,
      readFileSync(tile).map((byte, at) => (at === 40 ? byte ^ 1 : byte)),
    );
    await expect(appendEntries(folder, entriesOf(4), key)).rejects.toThrow('does not have the root');
  });

  it('is found out by every change of a single byte, in the file that was changed', async () => {
    const folder = join(newFolder(), 'log');
    for (let size = 1; size <= 3; size++) await appendEntries(folder, entriesOf(size, 'a-somewhat-longer-entry'), key);
    const step = THOROUGH ? 1 : 3;
    let flipped = 0;
    for (const path of filesIn(folder)) {
      const before = readFileSync(join(folder, path));
      for (let at = 0; at < before.length; at += step) {
        writeFileSync(
          join(folder, path),
          before.map((byte, index) => (index === at ? byte ^ (1 << (at % 8)) : byte)),
        );
        const { faults, size } = faultsOf(folder);
        // The current bundle is what all else is held against: where it lies, tiles or root say so beside it.
        expect(faults.length, `${path} byte ${at}, size ${size}`).toBeGreaterThan(0);
        if (!path.includes('entries')) expect(faults, `byte ${at}`).toContain(path);
        flipped++;
      }
      writeFileSync(join(folder, path), before);
    }
    expect(flipped).toBeGreaterThan(150);
    expect(faultsOf(folder).faults).toEqual([]);
  });

  it('names what does not belong there, and what is missing', async () => {
    const folder = join(newFolder(), 'log');
    await appendEntries(folder, entriesOf(3), key);
    writeFileSync(join(folder, 'notes.txt'), 'x');
    writeFileSync(join(folder, 'tile/0/000.p/9'), 'of a seal that was killed');
    expect(faultsOf(folder)).toMatchObject({ faults: ['notes.txt'], beyond: ['tile/0/000.p/9'] });
    rmSync(join(folder, 'notes.txt'));
    rmSync(join(folder, 'tile/0/000.p/3'));
    expect(faultsOf(folder).faults).toEqual(['tile/0/000.p/3']);
    rmSync(join(folder, 'tile/entries/000.p/3'));
    expect(faultsOf(folder).faults).toEqual(['tile/entries/000.p/3']);
  });

  it('must extend the checkpoint that somebody remembers', async () => {
    const [folder, rewritten] = [join(newFolder(), 'log'), join(newFolder(), 'log')];
    await appendEntries(folder, entriesOf(3), key);
    const earlier = readFileSync(join(folder, 'checkpoint'), 'utf8');
    await appendEntries(folder, entriesOf(5), key);
    expect(faultsOf(folder, { ...TRUST, earlier }).faults).toEqual([]);
    const later = readFileSync(join(folder, 'checkpoint'), 'utf8');
    await appendEntries(rewritten, entriesOf(5, 'other'), key);
    expect(faultsOf(rewritten, { ...TRUST, earlier }).said).toEqual([expect.stringContaining('history was rewritten')]);
    rmSync(rewritten, { recursive: true });
    await appendEntries(rewritten, entriesOf(4), key);
    expect(faultsOf(rewritten, { ...TRUST, earlier: later }).said).toEqual([expect.stringContaining('taken back')]);
    const forged = openLogKey(ORIGIN, generateLogKey(ORIGIN).privatePem);
    const elsewhere = join(newFolder(), 'log');
    await appendEntries(elsewhere, entriesOf(3), forged);
    const foreign = readFileSync(join(elsewhere, 'checkpoint'), 'utf8');
    expect(faultsOf(folder, { ...TRUST, earlier: foreign }).said).toEqual([
      expect.stringContaining('is not signed as'),
    ]);
  });
});

describe('a proof', () => {
  it('holds for its own entry under the key of the log, and no byte of it may change', async () => {
    const folder = join(newFolder(), 'log');
    await appendEntries(folder, entriesOf(300), key);
    const log = readLog(folder);
    if (!log) throw new Error('there is no log');
    const entry = Buffer.from('e/77');
    const proof = formatProof(log, 77);
    expect(verifyProof(proof, entry, TRUST)).toMatchObject({ index: 77, checkpoint: { size: 300 } });
    expect(() => verifyProof(proof, Buffer.from('e/78'), TRUST)).toThrow('does not prove');
    const other = openLogKey(ORIGIN, generateLogKey(ORIGIN).privatePem);
    expect(() => verifyProof(proof, entry, { ...TRUST, logKeys: [other.verifier] })).toThrow('is not signed as');
    const withExtra = proof.replace('\nindex', '\nextra YWJj\nindex');
    expect(verifyProof(withExtra, entry, TRUST).index).toBe(77);
    for (let at = 0; at < proof.length; at++) {
      const changed = proof.slice(0, at) + String.fromCharCode(proof.charCodeAt(at) ^ 1) + proof.slice(at + 1);
      expect(() => verifyProof(changed, entry, TRUST), `character ${at}`).toThrow();
    }
  });
});

describe('processes that seal side by side', () => {
  it(
    'lose nothing, give no index twice, and leave a log that is consistent at every size',
    { timeout: 600_000 },
    async () => {
      const folder = newFolder();
      const keyFile = join(folder, 'log.key');
      writeFileSync(keyFile, privatePem);
      const [processes, seals] = THOROUGH ? [16, 200] : [6, 12];
      const ended = await Promise.all(
        Array.from({ length: processes }, (_, at) =>
          run(PROCESS, join(folder, 'log'), keyFile, `p${at}`, seals, 'none', 0),
        ),
      );
      for (const { code, stderr } of ended) expect(code, stderr).toBe(0);
      const indexes = ended.flatMap(({ stdout }) => (JSON.parse(stdout) as { indexes: number[] }).indexes);
      expect(indexes.sort((a, b) => a - b)).toEqual(Array.from({ length: processes * seals }, (_, at) => at));
      const log = readLog(join(folder, 'log'));
      if (!log) throw new Error('there is no log');
      const entries = log.entriesFrom(0);
      expect(new Set(entries.map(String)).size).toBe(processes * seals);
      expect(faultsOf(join(folder, 'log')).faults).toEqual([]);
      const size = entries.length;
      for (let oldSize = 1; oldSize <= size; oldSize++) {
        const claim = { oldSize, newSize: size, oldRoot: log.ranges(0, oldSize), newRoot: log.checkpoint.root };
        expect(verifyConsistency(claim, consistencyProof(log.ranges, oldSize, size))).toBe(true);
      }
    },
  );

  it.each(['kill', 'fail'] as const)(
    'may be broken at any file call (%s): the log is the old one or the new one, and the next seal goes on',
    { timeout: 600_000 },
    async (kind) => {
      const master = newFolder();
      const keyFile = join(master, 'log.key');
      writeFileSync(keyFile, privatePem);
      await appendEntries(join(master, 'log'), entriesOf(255, 'before'), key);
      const counted = join(newFolder(), 'log');
      cpSync(join(master, 'log'), counted, { recursive: true });
      const { stdout } = await run(PROCESS, counted, keyFile, 'new', 2, 'none', 0);
      const { calls } = JSON.parse(stdout) as { calls: number };
      expect(calls).toBeGreaterThan(30);
      const sizes = new Set<number | undefined>();
      for (let nth = 1; nth <= calls; nth += THOROUGH ? 1 : 7) {
        const folder = join(newFolder(), 'log');
        cpSync(join(master, 'log'), folder, { recursive: true });
        const ended = await run(PROCESS, folder, keyFile, 'new', 2, kind, nth);
        const { faults, size } = faultsOf(folder);
        expect(faults, `${kind} at call ${nth}`).toEqual([]);
        if (ended.code === 0) expect(size).toBe(257);
        sizes.add(size);
        const { checkpoint } = await appendEntries(folder, entriesOf(2, 'new'), key);
        expect(checkpoint.size).toBe(257);
        expect(faultsOf(folder)).toMatchObject({ faults: [], beyond: [] });
      }
      expect(sizes).toContain(255);
    },
  );

  it('find no log where none was begun', () => {
    const folder = newFolder();
    expect(existsSync(join(folder, 'checkpoint'))).toBe(false);
    expect(faultsOf(folder)).toEqual({ faults: [], said: [], size: undefined, beyond: [] });
  });
});
