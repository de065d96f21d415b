// SPDX-License-Identifier: Apache-2.0
import { realpathSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { digestTree, sha256File } from '@helios/core/hash';
import { listFiles } from '@helios/core/input';
import type { Json } from '../control/json.ts';
import type { ObservationOf } from '../control/observation.ts';
import { NoData, type World } from './world.ts';

/** `{files, links, sha256}`: how many, and the digest over their paths and contents. No file at all is no data. */
export async function observeFiles({ folder, include }: ObservationOf<'files'>, { root }: World): Promise<Json> {
  const base = realpathSync.native(resolve(root, folder ?? '.'));
  const { files, links } = listFiles(base, { include, exclude: [] });
  if (files.length === 0) throw new NoData(`no file is like ${include.join(', ')}`);
  const digests = await Promise.all(
    files.map(async (path) => ({ path, sha256: (await sha256File(join(base, path))).sha256 })),
  );
  return { files: files.length, links: links.length, sha256: digestTree(digests) };
}
