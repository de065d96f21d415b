// SPDX-License-Identifier: Apache-2.0
import { execFileSync } from 'node:child_process';
import { chmodSync, closeSync, ftruncateSync, openSync, realpathSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { LIMITS, readBytes, readSource } from '../../src/input/index.ts';
import { refusalOf } from './refusal.ts';
import { addTo, plant } from './tree.ts';

describe('reading a text file', () => {
  it('answers with its text and the digest of its bytes', () => {
    const root = plant({ 'a/b.yml': 'k: v\n' });
    expect(readSource(root, 'a/b.yml')).toEqual({
      path: 'a/b.yml',
      text: 'k: v\n',
      sha256: '26da0c20250395b95b5c55d90c9ee666440a4c7dc05208a63608297a8871e6fc',
    });
  });

  it('leaves the byte order mark out of the text, but not out of the digest', () => {
    const root = plant({ 'with.yml': '\ufeffk: v\n', 'without.yml': 'k: v\n' });
    const [marked, plain] = [readSource(root, 'with.yml'), readSource(root, 'without.yml')];
    expect(marked.text).toBe(plain.text);
    expect(marked.sha256).not.toBe(plain.sha256);
  });

  it('keeps CRLF as it is', () => {
    expect(readSource(plant({ 'a.yml': 'a\r\nb\r\n' }), 'a.yml').text).toBe('a\r\nb\r\n');
  });

  it.each([
    ['Latin-1', Uint8Array.of(0x61, 0xe9, 0x62)],
    ['UTF-16 with a byte order mark', Uint8Array.of(0xff, 0xfe, 0x61, 0x00)],
    ['an overlong form', Uint8Array.of(0xc0, 0xaf)],
    ['a surrogate in UTF-8', Uint8Array.of(0xed, 0xa0, 0x80)],
    ['a picture', Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a)],
    ['a cut character', Uint8Array.of(0x61, 0xe2, 0x82)],
  ])('refuses %s as not UTF-8, and reads the next file unharmed', async (_name, bytes) => {
    const root = plant({ 'bad.yml': bytes, 'good.yml': 'ü' });
    expect(await refusalOf(() => readSource(root, 'bad.yml'))).toBe('input bad.yml not UTF-8 text');
    expect(readSource(root, 'good.yml').text).toBe('ü');
  });

  it('takes a file of exactly the limit and refuses one byte more, before it reads it', async () => {
    const root = plant({ 'a.yml': '', 'b.json': '' });
    const resize = (path: string, size: number): void => {
      const file = openSync(join(root, path), 'r+');
      ftruncateSync(file, size);
      closeSync(file);
    };
    resize('a.yml', LIMITS.textBytes);
    expect(readSource(root, 'a.yml').text).toHaveLength(LIMITS.textBytes);
    resize('a.yml', LIMITS.textBytes + 1);
    expect(await refusalOf(() => readSource(root, 'a.yml'))).toBe(
      'input a.yml file is over the limit of 5,242,880 bytes',
    );
    resize('b.json', LIMITS.jsonBytes + 1);
    expect(await refusalOf(() => readSource(root, 'b.json'))).toBe(
      'input b.json file is over the limit of 33,554,432 bytes',
    );
    resize('b.json', 2 ** 40);
    expect(await refusalOf(() => readSource(root, 'b.json'))).toContain('over the limit');
  });

  it('reads to the end of a file that is longer than the system said it was', () => {
    expect(readBytes(realpathSync('/proc/self'), 'status', 100_000).toString()).toContain('Name:');
  });

  it('keeps the limit for a file that never ends, whatever its size says', async () => {
    expect(await refusalOf(() => readBytes(realpathSync('/proc/self'), 'status', 10))).toBe(
      'input status file is over the limit of 10 bytes',
    );
  });

  it('says it when the system fails while reading', async () => {
    expect(await refusalOf(() => readBytes(realpathSync('/proc/self'), 'mem', 1000))).toBe(
      'input mem cannot be read (EIO)',
    );
  });
});

describe('what is no plain file under the root is refused by name', () => {
  const refusal = (root: string, path: string): Promise<string> => refusalOf(() => readSource(root, path));

  it('a folder', async () => {
    expect(await refusal(plant({ 'a/b': '' }), 'a')).toBe('input a not a regular file');
  });

  it('a FIFO, without waiting for somebody to write to it', async () => {
    const root = plant();
    execFileSync('mkfifo', [join(root, 'pipe.yml')]);
    expect(await refusal(root, 'pipe.yml')).toBe('input pipe.yml not a regular file');
  });

  it('a device', async () => {
    expect(await refusal('/dev', 'zero')).toBe('input zero not a regular file');
  });

  it('a socket', async () => {
    const root = plant();
    const server = createServer().listen(join(root, 'socket.yml'));
    onTestFinished(() => void server.close());
    expect(await refusal(root, 'socket.yml')).toBe('input socket.yml cannot be read (ENXIO)');
  });

  it('a file that is not there, or lies under a file', async () => {
    const root = plant({ a: '' });
    expect(await refusal(root, 'b')).toBe('input b no such file');
    expect(await refusal(root, 'a/b')).toBe('input a/b no such file');
  });

  it('a name that is too long', async () => {
    expect(await refusal(plant(), 'x'.repeat(300))).toContain('cannot be read (ENAMETOOLONG)');
  });

  it.skipIf(process.getuid?.() === 0)('a file that may not be read (not testable as root)', async () => {
    const root = plant({ 'a.yml': '' });
    chmodSync(join(root, 'a.yml'), 0);
    expect(await refusal(root, 'a.yml')).toBe('input a.yml may not be read');
  });

  it('a symbolic link, also one to a file beside it', async () => {
    const root = plant({ 'real.yml': 'a', 'link.yml': { link: 'real.yml' }, 'lost.yml': { link: 'nowhere' } });
    expect(await refusal(root, 'link.yml')).toBe('input link.yml is a symbolic link, and links are not followed');
    expect(await refusal(root, 'lost.yml')).toBe('input lost.yml is a symbolic link, and links are not followed');
  });

  it('a file in a linked folder that leads out of the tree', async () => {
    const outside = plant({ 'secret.yml': 'a' });
    const root = plant({ inner: { link: outside }, 'beside/a.yml': 'b', kin: { link: 'beside' } });
    expect(await refusal(root, 'inner/secret.yml')).toBe(
      'input inner/secret.yml lies behind a link that leads out of the repository',
    );
    expect(readSource(root, 'kin/a.yml').text).toBe('b');
  });

  it('a folder beside the root whose name only begins like it', async () => {
    const parent = plant({ 'root/a.yml': 'in', 'root-evil/a.yml': 'out', 'root/link': { link: '../root-evil' } });
    expect(await refusal(join(parent, 'root'), 'link/a.yml')).toContain('leads out of the repository');
  });

  it('links that go in circles', async () => {
    const root = plant({ one: { link: 'two' }, two: { link: 'one' } });
    expect(await refusal(root, 'one/a.yml')).toContain('input one/a.yml');
  });

  it.each(['', '/etc/hostname', '../a', 'a/../../b', 'a/..', 'C:/a', 'c:a', 'a\\b', '\\\\host\\a', 'a\0b'])(
    'the path %j',
    async (path) => {
      const root = plant({ a: '' });
      expect(await refusal(root, path)).toContain('path leaves the repository or is not portable');
    },
  );

  it.each(['..a', 'a..', 'a..b/c', '...', '.hidden/x', 'ü ö/ß', 'a b'])('but not the path %j', (path) => {
    const root = plant();
    addTo(root, { [path]: 'x' });
    expect(readSource(root, path).text).toBe('x');
  });
});
