// SPDX-License-Identifier: Apache-2.0
import { cpSync, existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll } from 'vitest';

const HERE = realpathSync(resolve(import.meta.dirname, '../../../..'));

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A repository with Helios' own policies and these files. */
export function repositoryWith(files: Readonly<Record<string, string>>): string {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'helios-policy-gate-')));
  folders.push(root);
  cpSync(join(HERE, 'controls'), join(root, 'controls'), { recursive: true });
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

/** Where opa is absent, what needs it is skipped, and the suite's name says so. */
export const OPA_PATH = [
  process.env['OPA'],
  ...(process.env['PATH'] ?? '').split(':').map((folder) => `${folder}/opa`),
].find((path) => path !== undefined && existsSync(path));
