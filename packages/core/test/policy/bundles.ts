// SPDX-License-Identifier: Apache-2.0
import { cpSync, existsSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, expect } from 'vitest';
import { HeliosError } from '../../src/error.ts';
import { BUNDLE, REPOSITORY } from './repository.ts';

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** An empty folder that is gone after the tests of the file. */
export function temporaryFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'helios-policy-test-')));
  folders.push(folder);
  return folder;
}

/** A repository of its own with a copy of the bundle, to be spoiled. */
export function copyOfRepository(): string {
  const root = temporaryFolder();
  cpSync(join(REPOSITORY, BUNDLE), join(root, BUNDLE), { recursive: true });
  return root;
}

/** A module of fixtures/, as a bundle that was verified. */
export function fixtureBundle(name: 'behaviour' | 'host') {
  const module = gunzipSync(readFileSync(join(import.meta.dirname, 'fixtures', `${name}.wasm.gz`)));
  return { path: `fixtures/${name}`, module, data: {} };
}

export async function errorOf(work: () => unknown): Promise<HeliosError> {
  try {
    await work();
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(HeliosError);
    if (thrown instanceof HeliosError) return thrown;
  }
  return expect.unreachable('it should have been refused');
}

/** Where opa is absent, what needs it is skipped, and the suite's name says so. */
export const OPA_PATH = [
  process.env['OPA'],
  ...(process.env['PATH'] ?? '').split(':').map((folder) => `${folder}/opa`),
].find((path) => path !== undefined && existsSync(path));
