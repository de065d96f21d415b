// SPDX-License-Identifier: Apache-2.0
import { randomBytes } from 'node:crypto';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { HeliosError } from '@helios/core/error';
import { describe, expect, it } from 'vitest';
import { eventFile, readEvents } from '../../src/events/index.ts';
import { makeFolder, read } from './stage.ts';

const GOOD = '{"a":1}';
const deep = (levels: number): string => `{"a":${'['.repeat(levels)}${']'.repeat(levels)}}`;
const LONG = `{"a":"${'x'.repeat(8 * 1024 * 1024)}"}`;

/** Every bad record is told with its place, and the good ones around it are events. */
const BAD: readonly (readonly [what: string, log: string | Uint8Array, record: number, reason: RegExp])[] = [
  ['a line that is no JSON', `${GOOD}\n{"b":\n${GOOD}`, 2, /^is not valid JSON: .+ \(column \d+\)$/],
  ['a line of text', `${GOOD}\nhello\n${GOOD}`, 2, /^is not valid JSON/],
  ['a first line of text', `hello\n${GOOD}\n${GOOD}`, 1, /^is not valid JSON/],
  ['a number', `${GOOD}\n42\n${GOOD}`, 2, /^is not a JSON object$/],
  ['null', `${GOOD}\nnull\n${GOOD}`, 2, /^is not a JSON object$/],
  ['a line of NUL bytes', `${GOOD}\n\0\0\0\n${GOOD}`, 2, /^is not valid JSON/],
  ['a deep line', `${GOOD}\n${deep(64)}\n${GOOD}`, 2, /^is nested beyond the limit of 64 levels$/],
  ['a very deep line', `${GOOD}\n${deep(1_000_000)}\n${GOOD}`, 2, /^is nested beyond the limit of 64 levels$/],
  ['a long line', `${GOOD}\n${LONG}\n${GOOD}`, 2, /^is over the limit of 8,388,608 bytes a record$/],
  ['a long last line', `${GOOD}\n${GOOD}\n${LONG}`, 3, /^is over the limit of 8,388,608 bytes a record$/],
  [
    'bytes that are no UTF-8',
    Buffer.concat([Buffer.from(`${GOOD}\n{"a":"`), Buffer.from([0xff, 0xfe]), Buffer.from(`"}\n${GOOD}`)]),
    2,
    /^is not UTF-8 text$/,
  ],
  ['a deep item', `[${GOOD},${deep(64)},${GOOD}]`, 2, /^is nested beyond the limit of 64 levels$/],
  ['a very deep item', `[${GOOD},${deep(1_000_000)},${GOOD}]`, 2, /^is nested beyond the limit of 64 levels$/],
  ['a long item', `[${GOOD},${LONG},${GOOD}]`, 2, /^is over the limit of 8,388,608 bytes a record$/],
  ['an item that is no object', `[${GOOD},"x,]",${GOOD}]`, 2, /^is not a JSON object$/],
  ['an item that is no JSON', `[${GOOD},{"a":01},${GOOD}]`, 2, /^is not valid JSON/],
  ['a number among objects', `{\n"a":1}\n42\n${GOOD}`, 2, /^is not a JSON object$/],
  ['an object that breaks off', `{\n "a":1}\n{\n "b":\n2\n{\n "c":3}`, 2, /^is not valid JSON: it breaks off/],
  ['a text that breaks off', `{\n "a":1}\n{\n "b": "x\n{\n "c":3}`, 2, /^is not valid JSON: a text is not closed/],
  ['a list without an end', `[${GOOD},${GOOD}`, 3, /^is missing: the file ends within its list$/],
  ['a list that breaks off within an item', `[${GOOD},${GOOD},{"a"`, 3, /^breaks off: the file ends within it$/],
  ['an envelope without an end', `{"Records":[${GOOD},${GOOD}`, 3, /^is missing: the file ends within its list$/],
];

describe('A record that cannot be judged', () => {
  it.each(BAD)('is told with its place: %s', async (_what, log, record, reason) => {
    for (const piece of [5000, 65_536]) {
      const started = performance.now();
      const { events, bad, error } = await read(log, { piece });
      expect(error).toBeUndefined();
      expect(events.map(({ fields }) => Object.keys(fields))).toHaveLength(2);
      expect(bad).toEqual([{ file: 'test.log', record, reason: expect.stringMatching(reason) }]);
      expect(performance.now() - started).toBeLessThan(3000);
    }
  });

  it('is one long line, whatever ends and begins beside it in one piece', async () => {
    const { events, bad } = await read(`${GOOD}\n\n${LONG}\n${GOOD}\n\n${GOOD}\nx\n${GOOD}`, { piece: 3_000_000 });
    expect(events.map(({ at }) => at.record)).toEqual([1, 4, 6, 8]);
    expect(bad.map(({ record }) => record)).toEqual([3, 7]);
  });

  it('throws where nobody takes it, with file and record', async () => {
    const { events, error } = await read(`${GOOD}\nhello\n${GOOD}`, { strict: true });
    expect(events).toHaveLength(1);
    expect(error?.code).toBe('input');
    expect(error?.message).toMatch(/^record 2 is not valid JSON/);
    expect(error?.detail.path).toBe('test.log');
  });

  it('is told in words that hold nothing of it', async () => {
    const { bad } = await read(`${GOOD}\n{"\u001b[31m":::}\n\u001b]0;evil\u0007`);
    expect(bad).toHaveLength(2);
    expect(JSON.stringify(bad)).not.toMatch(/\\u001b|evil|31m/);
  });

  it('is counted', async () => {
    const chunks = (async function* () {
      yield await Promise.resolve(Buffer.from(`${GOOD}\nhello\n1\n${GOOD}`));
    })();
    const events = readEvents({ file: 'x', chunks }, { onBad: () => undefined });
    let last = await events.next();
    while (last.done !== true) last = await events.next();
    expect(last.value).toEqual({ events: 2, bad: 2 });
  });
});

const LOGS: readonly (readonly [what: string, log: string | Uint8Array, message: RegExp])[] = [
  ['text', 'hello world\nfoo bar\nbaz', /holds no events/],
  ['random bytes', Buffer.concat([Buffer.from([0]), randomBytes(1_000_000)]), /holds no events/],
  ['NUL bytes', Buffer.alloc(1_000_000), /holds no events/],
  ['a JSON number', '42', /holds no events/],
  ['a gzip file that is cut short', gzipSync(`${GOOD}\n`.repeat(1000)).subarray(0, -20), /not a whole gzip file/],
  [
    'a gzip file with something after it',
    Buffer.concat([gzipSync(GOOD), Buffer.from('trailing')]),
    /not a whole gzip file/,
  ],
  ['a gzip file of nothing but its first bytes', Buffer.from([0x1f, 0x8b]), /not a whole gzip file/],
  ['a ZIP archive', Buffer.from('PK\x03\x04aaaaaaaa'), /is a ZIP archive/],
  ['zstd', Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, 0, 0, 0]), /packed by zstd/],
  ['bzip2 in gzip', gzipSync('BZh91AY&SY'), /packed by bzip2/],
  ['UTF-16 with half a character', Buffer.from([0xff, 0xfe, 0x7b, 0x00, 0x00, 0xd8, 0x7d, 0x00]), /begins as UTF-16/],
  ['EVTX in a stream', Buffer.from('ElfFile\0aaaaaaaa'), /EVTX log in a stream/],
];

describe('A log that cannot be read', () => {
  it.each(LOGS)('is refused quickly and by name: %s', async (_what, log, message) => {
    for (const piece of [13, 65_536]) {
      const started = performance.now();
      const { error } = await read(log, { piece: Math.max(piece, log.length / 5000) });
      expect(error?.code).toBe('input');
      expect(error?.message).toMatch(message);
      expect(error?.detail.path).toBe('test.log');
      expect(error?.detail.hint).toMatch(/^[A-Z]\w+ .*\.$/);
      expect(performance.now() - started).toBeLessThan(2000);
    }
  });

  it('is refused where it lies: no file, a folder, a link, a way out', async () => {
    const root = makeFolder();
    mkdirSync(join(root, 'folder'));
    writeFileSync(join(root, 'log'), GOOD);
    symlinkSync(join(root, 'log'), join(root, 'link'));
    symlinkSync('/tmp', join(root, 'out'));
    const messageOf = async (path: string): Promise<string> => {
      try {
        return `${(await Array.fromAsync(readEvents(eventFile(root, path)))).length} events`;
      } catch (error) {
        if (error instanceof HeliosError && error.detail.path === path) return error.message;
        throw error;
      }
    };
    expect(await messageOf('log')).toBe('1 events');
    expect(await messageOf('none')).toBe('no such file');
    expect(await messageOf('log/x')).toBe('no such file');
    expect(await messageOf('folder')).toBe('not a regular file');
    expect(await messageOf('link')).toMatch(/symbolic link/);
    expect(await messageOf('out/x')).toMatch(/leads out of the repository/);
    expect(await messageOf('../x').catch(String)).toMatch(/leaves the repository/);
  });

  it('is refused as EVTX where its package is not installed, which is named', async () => {
    const root = makeFolder();
    writeFileSync(join(root, 'log.evtx'), 'ElfFile\0aaaaaaaa');
    await expect(Array.fromAsync(readEvents(eventFile(root, 'log.evtx')))).rejects.toThrow(/package @ts-evtx\/core/);
  });
});

it('A bomb of one line in gzip is one bad record', async () => {
  const bomb = gzipSync(Buffer.concat([Buffer.from(`${GOOD}\n{"a":"`), Buffer.alloc(200_000_000, 0x78)]));
  const before = process.memoryUsage.rss();
  const { events, bad } = await read(bomb);
  expect(events).toHaveLength(1);
  expect(bad).toEqual([{ file: 'test.log', record: 2, reason: expect.stringMatching(/over the limit/) }]);
  expect(process.memoryUsage.rss() - before).toBeLessThan(150_000_000);
});
