// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { fail } from '../error.ts';
import { sha256Hex } from '../hash/sha256.ts';
import { type BundleFiles, LOCK_FILE } from './bundle.ts';
import type { ModuleFacts } from './module.ts';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const digests = z.record(z.string().min(1), sha256);

/** What a compiled bundle was made from, so that a stale or foreign module is seen without compiling again. */
const lockSchema = z.strictObject({
  schema: z.literal('helios/policy-lock/v1'),
  opa: z.string().regex(/^\d+\.\d+\.\d+$/),
  target: z.literal('wasm'),
  flags: z.array(z.string()),
  /** The module's ABI, `<major>.<minor>`. */
  abi: z.string().regex(/^\d+\.\d+$/),
  entrypoints: z.array(z.string()).min(1),
  /** Built-ins that the module asks its host for. */
  builtins: z.array(z.string()),
  capabilities: sha256,
  sources: digests,
  data: digests,
  /** No part of the module; listed so that a dropped test shows in review. */
  tests: digests,
  module: z.strictObject({ bytes: z.int().positive(), sha256 }),
});

export type PolicyLock = z.infer<typeof lockSchema>;

/** The lock of a module that was just compiled from these files. */
export function lockOf(
  files: BundleFiles,
  module: Uint8Array,
  facts: ModuleFacts,
  compiler: { readonly opa: string; readonly flags: readonly string[] },
): PolicyLock {
  return {
    schema: 'helios/policy-lock/v1',
    opa: compiler.opa,
    target: 'wasm',
    flags: [...compiler.flags],
    abi: facts.abi,
    entrypoints: [...facts.entrypoints],
    builtins: [...facts.builtins],
    capabilities: sha256Hex(files.capabilities),
    sources: digestAll(files.sources),
    data: digestAll(files.data),
    tests: digestAll(files.tests),
    module: { bytes: module.byteLength, sha256: sha256Hex(module) },
  };
}

/** Maps are sorted by name already, so that the same bundle gives the same bytes. */
export function formatLock(lock: PolicyLock): string {
  return `${JSON.stringify(lock, undefined, 2)}\n`;
}

/** Throws HeliosError `policy` when the text is no lock. `path` is of the bundle. */
export function parseLock(text: string, path: string): PolicyLock {
  const parsed = lockSchema.safeParse(parseText(text));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  return fail('policy', `not a policy lock: ${issue?.path.join('.') || 'the document'}: ${issue?.message ?? ''}`, {
    path: `${path}/${LOCK_FILE}`,
    hint: `Run \`sec policy build ${path}\`; the lock is never written by hand.`,
  });
}

function parseText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function digestAll(files: ReadonlyMap<string, Uint8Array>): Record<string, string> {
  return Object.fromEntries([...files].map(([name, bytes]) => [name, sha256Hex(bytes)]));
}
