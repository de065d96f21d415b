// SPDX-License-Identifier: Apache-2.0
import { type Dirent, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fail } from '../error.ts';
import { isTemporary } from '../fs/index.ts';
import { AREAS, kindOf, LOG_FOLDER } from './names.ts';

/** All paths are relative to the evidence folder and sorted by code unit. */
export interface EvidenceListing {
  readonly documents: readonly string[];
  readonly statements: readonly string[];
  readonly bundles: readonly string[];
  /** What has no business here, and why. Writes in progress, and what killed ones left, are passed over. */
  readonly strange: readonly { readonly path: string; readonly problem: string }[];
}

/** Lists an evidence folder without following links. Throws HeliosError `evidence` when a folder cannot be read. */
export function listEvidence(root: string): EvidenceListing {
  const listing = { documents: [] as string[], statements: [] as string[], bundles: [] as string[] };
  const strange: { path: string; problem: string }[] = [];
  const areas: readonly string[] = AREAS;
  for (const area of readFolder(root, '.')) {
    if ((area.name === 'README.md' && area.isFile()) || (area.name === LOG_FOLDER && area.isDirectory())) continue;
    if (!areas.includes(area.name) || !area.isDirectory()) {
      strange.push({ path: area.name, problem: `${natureOf(area)} is no area of the evidence` });
      continue;
    }
    for (const entry of readFolder(root, area.name)) {
      const path = `${area.name}/${entry.name}`;
      const kind = entry.isFile() ? kindOf(path) : undefined;
      if (kind !== undefined) listing[`${kind}s`].push(path);
      else if (!isTemporary(entry.name)) strange.push({ path, problem: `${natureOf(entry)} is no evidence` });
    }
  }
  return { ...listing, strange };
}

function readFolder(root: string, folder: string): Dirent[] {
  try {
    return readdirSync(join(root, folder), { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (cause) {
    return fail('evidence', 'the folder cannot be read', {
      path: folder,
      cause,
      hint: 'Name the evidence folder, and let it be read.',
    });
  }
}

function natureOf(entry: Dirent): string {
  if (entry.isSymbolicLink()) return 'a link';
  return entry.isDirectory() ? 'this folder' : 'this file';
}
