// SPDX-License-Identifier: Apache-2.0
import { globSync } from 'node:fs';
import { cp, open, readFile, rm } from 'node:fs/promises';
import { isAbsolute, relative, resolve } from 'node:path';
import { fail } from '@helios/core/error';
import { writeFileAtomic } from '@helios/core/fs';
import type { StepOf } from '../control/step.ts';
import type { World } from '../probe/world.ts';
import type { Phase } from './perform.ts';

/** Relative paths begin at the root of the repository; what is to be removed and is gone is removed. */
export async function performFile(
  step: StepOf<'write' | 'remove' | 'copy' | 'flip'>,
  phase: Phase,
  { root }: World,
): Promise<void> {
  switch (step.kind) {
    case 'write':
      return writeFileAtomic(resolve(root, step.path), step.content);
    case 'remove':
      return rm(removable(resolve(root, step.path), root), { recursive: true, force: phase === 'rollback' });
    case 'copy':
      return cp(resolve(root, step.from), resolve(root, step.to), {
        recursive: true,
        errorOnExist: true,
        force: false,
      });
    case 'flip':
      return flip(onlyFile(resolve(root, step.path)), step.at);
  }
}

/** No slip of the pen in a path takes the repository with it. */
function removable(path: string, root: string): string {
  const inside = relative(path, root);
  if (inside === '' || !(inside.startsWith('..') || isAbsolute(inside))) fail('config', `${path} holds the repository`);
  return path;
}

/** Names that carry a digest are not known before: a pattern may stand for one file, and for no more. */
function onlyFile(pattern: string): string {
  const [only, ...more] = globSync(pattern);
  if (only === undefined || more.length > 0)
    fail('io', `${pattern} is ${more.length === 0 ? 'no file' : 'many files'}`);
  return only;
}

/** In place, as damage comes. */
async function flip(path: string, at: number): Promise<void> {
  const byte = (await readFile(path))[at];
  if (byte === undefined) return fail('io', `${path} has no byte ${at}`);
  const file = await open(path, 'r+');
  try {
    await file.write(Uint8Array.of(byte ^ 1), 0, 1, at);
  } finally {
    await file.close();
  }
}
