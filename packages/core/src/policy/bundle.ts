// SPDX-License-Identifier: Apache-2.0
import { readdir, realpath } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fail, HeliosError } from '../error.ts';
import { checkPath, readBytes } from '../input/source.ts';

/** Names within a bundle that have one meaning each. */
export const LOCK_FILE = 'policy.lock.json';
export const MODULE_FILE = 'policy.wasm';
export const CAPABILITIES_FILE = 'capabilities.json';

/** Far above any policy that a person reviews; a bundle over them is a mistake or an attack. */
const MAX_TEXT_BYTES = 1024 * 1024;
const MAX_MODULE_BYTES = 16 * 1024 * 1024;
const MAX_FILES = 1000;
const MAX_DEPTH = 8;

/** A bundle as it lies on disk. Names are relative to its folder, with forward slashes, sorted by code unit. */
export interface BundleFiles {
  /** The folder, relative to the root of the repository. */
  readonly path: string;
  readonly sources: ReadonlyMap<string, Uint8Array>;
  readonly tests: ReadonlyMap<string, Uint8Array>;
  readonly data: ReadonlyMap<string, Uint8Array>;
  readonly capabilities: Uint8Array;
  readonly module: Uint8Array | undefined;
  readonly lock: Uint8Array | undefined;
}

/**
 * Reads what a bundle is made of: `*.rego`, `*_test.rego`, `data.json` in any folder, and the three named files.
 * Other files (a README, a JSON Schema) are no part of it. `root` is a real path.
 * Throws HeliosError `policy` for links, a missing folder and files over the limits.
 */
export async function readBundle(root: string, path: string): Promise<BundleFiles> {
  const names = await listFiles(root, path);
  const read = (name: string, limit = MAX_TEXT_BYTES): Uint8Array => readPart(root, `${path}/${name}`, limit);
  const readAll = (kept: readonly string[]): ReadonlyMap<string, Uint8Array> =>
    new Map(kept.map((name) => [name, read(name)]));

  const rego = names.filter((name) => name.endsWith('.rego'));
  if (!names.includes(CAPABILITIES_FILE)) {
    fail('policy', 'the bundle does not say which built-ins its policies may use', {
      path: `${path}/${CAPABILITIES_FILE}`,
      hint: `Add ${CAPABILITIES_FILE}; \`sec init\` writes one.`,
    });
  }
  return {
    path,
    sources: readAll(rego.filter((name) => !name.endsWith('_test.rego'))),
    tests: readAll(rego.filter((name) => name.endsWith('_test.rego'))),
    data: readAll(names.filter((name) => name.split('/').at(-1) === 'data.json')),
    capabilities: read(CAPABILITIES_FILE),
    module: names.includes(MODULE_FILE) ? read(MODULE_FILE, MAX_MODULE_BYTES) : undefined,
    lock: names.includes(LOCK_FILE) ? read(LOCK_FILE) : undefined,
  };
}

async function listFiles(root: string, path: string): Promise<readonly string[]> {
  if ((await realFolder(root, path)) !== resolve(root, path)) refuseLink(path);
  const found: string[] = [];
  const walk = async (folder: string, depth: number): Promise<void> => {
    const here = folder === '' ? path : `${path}/${folder}`;
    if (depth > MAX_DEPTH) fail('policy', `folders lie deeper than ${MAX_DEPTH}`, { path: here });
    for (const entry of await readFolder(root, here)) {
      const name = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isSymbolicLink()) refuseLink(`${path}/${name}`);
      if (entry.isDirectory()) await walk(name, depth + 1);
      else checkName(path, name, found);
    }
  };
  await walk('', 1);
  return found.sort();
}

async function realFolder(root: string, path: string): Promise<string> {
  try {
    return await realpath(resolve(root, checkPath(path)));
  } catch (cause) {
    return refuseFolder(path, cause);
  }
}

async function readFolder(root: string, path: string) {
  try {
    return await readdir(join(root, path), { withFileTypes: true });
  } catch (cause) {
    return refuseFolder(path, cause);
  }
}

function refuseFolder(path: string, cause: unknown): never {
  return fail('policy', 'no readable policy bundle here', {
    path,
    cause,
    hint: 'Name the folder that holds the .rego files, relative to the root; by default controls/opa.',
  });
}

function checkName(path: string, name: string, found: string[]): void {
  // opa would load data.yaml where Helios would not: the two must never differ on what a policy sees.
  if (/(^|\/)data\.ya?ml$/.test(name)) {
    fail('policy', 'data for policies is not JSON', { path: `${path}/${name}`, hint: 'Write it as data.json.' });
  }
  if (found.push(name) > MAX_FILES) fail('policy', `the bundle holds more than ${MAX_FILES} files`, { path });
}

function refuseLink(path: string): never {
  fail('policy', 'a policy bundle holds a symbolic link', { path, hint: 'Put the files themselves there.' });
}

function readPart(root: string, path: string, limit: number): Uint8Array {
  try {
    return readBytes(root, path, limit);
  } catch (thrown) {
    if (!(thrown instanceof HeliosError)) throw thrown;
    return fail('policy', thrown.message, {
      path,
      cause: thrown,
      hint: thrown.detail.hint ?? 'Mend or remove the file.',
    });
  }
}
