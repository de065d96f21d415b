// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { sha256Hex } from '../../src/hash/index.ts';
import type { SourceFile } from '../../src/input/index.ts';

/** Files by path; a link is said by where it leads. */
export type Tree = Readonly<Record<string, string | Uint8Array | { readonly link: string }>>;

/** Writes files into a new folder that is removed with the test; answers with its real path. */
export function plant(tree: Tree = {}): string {
  const root = realpathSync.native(mkdtempSync(join(tmpdir(), 'helios-')));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  addTo(root, tree);
  return root;
}

export function addTo(root: string, tree: Tree): void {
  for (const [path, content] of Object.entries(tree)) {
    const absolute = join(root, path);
    mkdirSync(dirname(absolute), { recursive: true });
    if (typeof content === 'object' && 'link' in content) symlinkSync(content.link, absolute);
    else writeFileSync(absolute, content);
  }
}

/** A text as if it had been read from a file. */
export function sourceOf(path: string, text: string): SourceFile {
  return { path, text, sha256: sha256Hex(text) };
}
