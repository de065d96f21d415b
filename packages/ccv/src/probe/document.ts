// SPDX-License-Identifier: Apache-2.0
import { realpathSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { parseDocuments, readSource } from '@helios/core/input';
import type { Json } from '../control/json.ts';
import type { PlainObservation } from '../control/observation.ts';
import { NoData, type World } from './world.ts';

type DocumentObservation = Extract<PlainObservation, { kind: 'document' }>;

/** The value of a JSON or YAML file that holds exactly one. */
export async function observeDocument({ path }: DocumentObservation, { root }: World): Promise<Json> {
  const [only, ...more] = await readDocuments(path, root);
  if (only === undefined || more.length > 0) throw new NoData(`${path} does not hold exactly one document`);
  return only;
}

/** All documents of a file; a relative path begins at the root of the repository. */
export async function readDocuments(path: string, root: string): Promise<Json[]> {
  const absolute = resolve(root, path);
  const documents = await parseDocuments(readSource(realpathSync.native(dirname(absolute)), basename(absolute)));
  // Through JSON and back: what YAML has beyond it (dates, binary) becomes text here and not later.
  return JSON.parse(JSON.stringify(documents)) as Json[];
}
