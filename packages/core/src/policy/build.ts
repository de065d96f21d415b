// SPDX-License-Identifier: Apache-2.0
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { fail } from '../error.ts';
import { reporting, withTemporaryFolder, writeFileAtomic } from '../fs/index.ts';
import { fileFromArchive } from './archive.ts';
import { type BundleFiles, CAPABILITIES_FILE, LOCK_FILE, MODULE_FILE, readBundle } from './bundle.ts';
import { composeData } from './data.ts';
import { formatLock, lockOf, type PolicyLock } from './lock.ts';
import { checkBuiltins, inspectModule } from './module.ts';
import type { Opa } from './opa.ts';

/** Same flags, same bytes: all that steers the compiler, and part of the lock. */
const BUILD_FLAGS = ['--bundle', `--capabilities=${CAPABILITIES_FILE}`, '--ignore=*_test.rego', '--optimize=0'];
const ARCHIVE = 'bundle.tar.gz';

export interface PolicyTests {
  readonly passed: number;
  /** `data.abac_test.test_…: message`, sorted. */
  readonly failures: readonly string[];
}

export interface CompiledPolicy {
  readonly lock: PolicyLock;
  readonly module: Uint8Array;
}

/**
 * Checks, tests and compiles a bundle without writing to it. `root` is a real path, `path` the bundle's folder in it.
 * Throws HeliosError `policy` with what opa said.
 */
export async function compilePolicy(root: string, path: string, opa: Opa): Promise<CompiledPolicy> {
  const files = await readBundle(root, path);
  // Helios reads data more strictly than opa: what it will refuse to load is not worth compiling.
  composeData(files.data, path);
  return staged(files, async (folder) => {
    const { failures } = await runTests(opa, folder, path);
    if (failures.length > 0) {
      fail('policy', `${failures.length} policy tests fail: ${failures.join('; ')}`, {
        path,
        hint: 'Run `sec policy test`; a policy whose tests fail is not compiled.',
      });
    }
    await demand(opa, folder, path, ['check', '--strict', '--bundle', `--capabilities=${CAPABILITIES_FILE}`, '.']);
    await demand(opa, folder, path, ['build', ...BUILD_FLAGS, '--target=wasm', `--output=${ARCHIVE}`, '.']);
    const module = fileFromArchive(await readFile(join(folder, ARCHIVE)), `/${MODULE_FILE}`);
    if (module === undefined) return fail('policy', 'opa compiled no module', { path });
    return { lock: lockModule(files, module, opa), module };
  });
}

/** Compiles a bundle and writes the module and its lock beside the sources. */
export async function buildPolicy(root: string, path: string, opa: Opa): Promise<PolicyLock> {
  const { lock, module } = await compilePolicy(root, path, opa);
  // The lock last: killed in between, the bundle is stale and says so.
  await writeFileAtomic(join(root, path, MODULE_FILE), module);
  await writeFileAtomic(join(root, path, LOCK_FILE), formatLock(lock));
  return lock;
}

/** Runs the bundle's `*_test.rego`. Throws HeliosError `policy` when they do not compile or there are none. */
export async function testPolicy(root: string, path: string, opa: Opa): Promise<PolicyTests> {
  const files = await readBundle(root, path);
  return staged(files, (folder) => runTests(opa, folder, path));
}

function lockModule(files: BundleFiles, module: Uint8Array, opa: Opa): PolicyLock {
  const place = `${files.path}/${MODULE_FILE}`;
  const facts = inspectModule(module, place);
  checkBuiltins(facts.builtins, place);
  const odd = facts.entrypoints.find((entrypoint) => !entrypoint.endsWith('/decision'));
  if (odd !== undefined) {
    fail('policy', `the entrypoint \`${odd}\` is not named \`decision\``, {
      path: files.path,
      hint: 'Put `# entrypoint: true` metadata on the rule `decision` of a package, and nowhere else.',
    });
  }
  return lockOf(files, module, facts, { opa: opa.version, flags: BUILD_FLAGS });
}

/** opa sees a copy of what the lock lists and nothing else: no stray file of the folder can slip into the module. */
async function staged<Result>(files: BundleFiles, work: (folder: string) => Promise<Result>): Promise<Result> {
  const all = [...files.sources, ...files.tests, ...files.data, [CAPABILITIES_FILE, files.capabilities] as const];
  return withTemporaryFolder('helios-policy', async (folder) => {
    for (const [name, bytes] of all) {
      const copy = join(folder, name);
      await reporting(`write ${copy}`, async () => {
        await mkdir(dirname(copy), { recursive: true });
        await writeFile(copy, bytes);
      });
    }
    return work(folder);
  });
}

const testResults = z.array(
  z.object({
    package: z.string(),
    name: z.string(),
    fail: z.boolean().optional(),
    skip: z.boolean().optional(),
    error: z.unknown().optional(),
  }),
);

async function runTests(opa: Opa, folder: string, path: string): Promise<PolicyTests> {
  const args = ['test', '--bundle', `--capabilities=${CAPABILITIES_FILE}`, '--format=json', '--fail-on-empty', '.'];
  const { exit, stdout, stderr } = await opa.run(folder, args);
  const parsed = testResults.safeParse(parseOutput(stdout));
  if (!parsed.success || parsed.data.length === 0) {
    return fail('policy', `opa test: ${said(stderr, stdout) || 'there are no tests'}`, { path });
  }
  // A skipped test proves nothing: it counts as failed.
  const failed = parsed.data.filter((test) => test.fail === true || test.skip === true || test.error !== undefined);
  if (exit !== 0 && failed.length === 0) fail('policy', `opa test: ${said(stderr, stdout)}`, { path });
  return {
    passed: parsed.data.length - failed.length,
    failures: failed.map((test) => `${test.package}.${test.name}`).sort(),
  };
}

async function demand(opa: Opa, folder: string, path: string, args: readonly string[]): Promise<void> {
  const { exit, stdout, stderr } = await opa.run(folder, args);
  if (exit !== 0) fail('policy', `opa ${args[0]}: ${said(stderr, stdout)}`, { path });
}

function said(stderr: string, stdout: string): string {
  return (stderr.trim() || stdout.trim()).slice(0, 4000);
}

function parseOutput(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
