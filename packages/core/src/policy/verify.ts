// SPDX-License-Identifier: Apache-2.0
import { fail } from '../error.ts';
import { sha256Hex } from '../hash/sha256.ts';
import { type BundleFiles, CAPABILITIES_FILE, LOCK_FILE, MODULE_FILE, readBundle } from './bundle.ts';
import { composeData } from './data.ts';
import { parseLock, type PolicyLock } from './lock.ts';
import { checkBuiltins, inspectModule } from './module.ts';

/** A bundle whose module is the one its lock names, compiled from the sources that lie beside it. */
export interface VerifiedBundle {
  /** Relative to the root of the repository. */
  readonly path: string;
  readonly lock: PolicyLock;
  readonly module: Uint8Array;
  /** What policies see as `data`. */
  readonly data: Readonly<Record<string, unknown>>;
  /** All that the verdict rests on, sorted: paths relative to the root of the repository. */
  readonly texts: readonly { readonly path: string; readonly sha256: string }[];
}

/**
 * Recomputes everything that the lock says. `root` is a real path, `path` the bundle's folder within it.
 * Throws HeliosError `policy`, naming the first file that is not as locked.
 */
export async function verifyLock(root: string, path: string): Promise<VerifiedBundle> {
  const files = await readBundle(root, path);
  const { lock: lockBytes, module } = files;
  if (lockBytes === undefined) return refuse(files, LOCK_FILE, 'the bundle was never compiled');
  const lock = parseLock(new TextDecoder().decode(lockBytes), path);

  compare(files, { [CAPABILITIES_FILE]: lock.capabilities }, new Map([[CAPABILITIES_FILE, files.capabilities]]));
  compare(files, lock.sources, files.sources);
  compare(files, lock.data, files.data);
  compare(files, lock.tests, files.tests);
  if (module === undefined) return refuse(files, MODULE_FILE, 'the compiled module is missing');
  checkModule(files, lock, module);

  const digests = { ...lock.sources, ...lock.data, ...lock.tests, [CAPABILITIES_FILE]: lock.capabilities };
  const texts = Object.entries({ ...digests, [LOCK_FILE]: sha256Hex(lockBytes) })
    .map(([name, sha256]) => ({ path: `${path}/${name}`, sha256 }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
  return { path, lock, module, data: composeData(files.data, path), texts };
}

function compare(
  files: BundleFiles,
  locked: Readonly<Record<string, string>>,
  found: ReadonlyMap<string, Uint8Array>,
): void {
  for (const name of Object.keys(locked)) {
    if (!found.has(name)) refuse(files, name, 'the module was compiled from a file that is gone');
  }
  for (const [name, bytes] of found) {
    if (!Object.hasOwn(locked, name)) refuse(files, name, 'the module was compiled without this file');
    if (locked[name] !== sha256Hex(bytes)) refuse(files, name, 'changed after the module was compiled');
  }
}

/** What the lock says about the module is asked of the module again: a lock can be edited, too. */
function checkModule(files: BundleFiles, lock: PolicyLock, module: Uint8Array): void {
  const place = `${files.path}/${MODULE_FILE}`;
  if (module.byteLength !== lock.module.bytes || sha256Hex(module) !== lock.module.sha256) {
    refuse(files, MODULE_FILE, 'not the module that the lock names');
  }
  const facts = inspectModule(module, place);
  const claimed = [lock.abi, lock.entrypoints, lock.builtins];
  if (JSON.stringify([facts.abi, facts.entrypoints, facts.builtins]) !== JSON.stringify(claimed)) {
    refuse(files, LOCK_FILE, 'says other entrypoints, built-ins or ABI than the module has');
  }
  checkBuiltins(facts.builtins, place);
}

function refuse(files: BundleFiles, name: string, message: string): never {
  return fail('policy', message, {
    path: `${files.path}/${name}`,
    hint: `Run \`sec policy build ${files.path}\` and commit the module and its lock with the sources.`,
  });
}
