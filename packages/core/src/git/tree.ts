// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fail } from '../error.ts';
import { checkPath } from '../input/source.ts';
import { git } from './git.ts';

/** A file, or a symbolic link with its target as bytes, as a commit holds it. */
export interface Blob {
  /** Relative to the tree that was asked for. */
  readonly path: string;
  readonly kind: 'file' | 'link';
  readonly bytes: Buffer;
}

interface TreeEntry {
  readonly path: string;
  readonly kind: 'file' | 'link';
  readonly id: string;
}

const LINK_MODE = '120000';

/**
 * Everything below a folder of a commit that `wanted` says yes to, in git's order. Bytes are those that git stores: no
 * filter, line end or encoding of a work tree. Submodules are passed over. Throws HeliosError `usage`.
 */
export function readTree(repository: string, tree: string, wanted: (path: string) => boolean = () => true): Blob[] {
  const entries = git(repository, ['ls-tree', '-r', '-z', '--full-tree', tree])
    .toString()
    .split('\0')
    .flatMap((line): TreeEntry[] => {
      const [, mode = '', id = '', path = ''] = /^(\d+) blob ([0-9a-f]+)\t(.*)$/s.exec(line) ?? [];
      return path === '' || !wanted(path) ? [] : [{ path, kind: mode === LINK_MODE ? 'link' : 'file', id }];
    });
  return readBlobs(repository, entries);
}

/** All blobs through one `git cat-file --batch`: `<id> blob <size>\n<bytes>\n` each. */
function readBlobs(repository: string, entries: readonly TreeEntry[]): Blob[] {
  if (entries.length === 0) return [];
  const output = git(repository, ['cat-file', '--batch'], entries.map(({ id }) => `${id}\n`).join(''));
  let at = 0;
  return entries.map(({ path, kind }) => {
    const newline = output.indexOf(0x0a, at);
    const size = Number(/ blob (\d+)$/.exec(output.toString('latin1', at, newline))?.[1]);
    if (newline === -1 || Number.isNaN(size)) {
      fail('usage', `git does not have ${path}`, { hint: 'Fetch all of it: git fetch --refetch' });
    }
    at = newline + 1 + size + 1;
    return { path, kind, bytes: output.subarray(newline + 1, newline + 1 + size) };
  });
}

/** Writes what readTree gave into a folder of ours; links stay links and are not followed. */
export function writeTree(blobs: readonly Blob[], folder: string): void {
  for (const { path, kind, bytes } of blobs.toSorted((a, b) => Number(a.kind === 'link') - Number(b.kind === 'link'))) {
    const target = join(folder, checkPath(path));
    mkdirSync(dirname(target), { recursive: true });
    if (kind === 'link') symlinkSync(bytes, target);
    else writeFileSync(target, bytes);
  }
}
