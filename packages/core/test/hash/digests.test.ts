// SPDX-License-Identifier: Apache-2.0
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { digestTree, sha256File, sha256Hex } from '../../src/hash/index.ts';
import { newFolder } from '../fs/folder.ts';

describe('sha256', () => {
  it('of text is that of its UTF-8 bytes', () => {
    expect(sha256Hex('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
    expect(sha256Hex('ü')).toBe(sha256Hex(new TextEncoder().encode('ü')));
  });

  it.each([0, 1, 1024 * 1024, 3 * 1024 * 1024 + 7])('of a file of %d bytes equals that of the bytes', async (size) => {
    const path = join(newFolder(), 'file');
    const bytes = Buffer.alloc(size, 'helios');
    writeFileSync(path, bytes);
    expect(await sha256File(path)).toEqual({ sha256: sha256Hex(bytes), size });
  });

  it('of a file that is not there is an error of the user', async () => {
    await expect(sha256File('/nowhere/at/all')).rejects.toMatchObject({ name: 'HeliosError', code: 'input' });
  });
});

describe('the digest of a tree', () => {
  const digest = fc.stringMatching(/^[0-9a-f]{64}$/);
  const tree = fc.uniqueArray(fc.record({ path: fc.string({ unit: 'grapheme' }), sha256: digest }), {
    selector: (entry) => entry.path,
  });

  it('is that of the JCS list, sorted by path', () => {
    const [a, b] = [sha256Hex('a'), sha256Hex('b')];
    const list = `[{"path":"a.yml","sha256":"${a}"},{"path":"b.yml","sha256":"${b}"}]`;
    expect(
      digestTree([
        { path: 'b.yml', sha256: b },
        { path: 'a.yml', sha256: a },
      ]),
    ).toBe(sha256Hex(list));
  });

  it('does not depend on the order of the files', () => {
    fc.assert(
      fc.property(tree, (entries) => digestTree(entries) === digestTree(entries.toReversed())),
      { numRuns: 2_000 },
    );
  });

  it('changes with every file that is added, left out, renamed or altered', () => {
    fc.assert(
      fc.property(
        tree.filter((entries) => entries.length > 0),
        ([first, ...rest]) => {
          if (!first) return false;
          const whole = digestTree([first, ...rest]);
          const renamed = [{ ...first, path: `${first.path}/${rest.map((entry) => entry.path).join('')}x` }, ...rest];
          const altered = [{ ...first, sha256: sha256Hex(first.sha256) }, ...rest];
          return [rest, renamed, altered].every((other) => digestTree(other) !== whole);
        },
      ),
      { numRuns: 2_000 },
    );
  });
});
