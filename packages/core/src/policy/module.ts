// SPDX-License-Identifier: Apache-2.0
import { fail, HeliosError, messageOf } from '../error.ts';

// TypeScript declares WebAssembly in its DOM library only; a server's sources must not see the rest of that.
declare global {
  namespace WebAssembly {
    // oxlint-disable-next-line typescript/no-extraneous-class -- opaque to scripts: all that it offers is being built
    class Module {
      constructor(bytes: Uint8Array);
    }
    class Memory {
      constructor(descriptor: { initial: number; maximum?: number });
      readonly buffer: ArrayBuffer;
    }
    class Instance {
      constructor(module: Module, imports: Readonly<Record<string, Readonly<Record<string, unknown>>>>);
      readonly exports: Readonly<Record<string, unknown>>;
    }
  }
}

/** What a compiled module says about itself. Lists are sorted by code unit. */
export interface ModuleFacts {
  /** `<major>.<minor>` */
  readonly abi: string;
  /** `policies/exception/decision` */
  readonly entrypoints: readonly string[];
  /** Built-ins that it would call in its host. */
  readonly builtins: readonly string[];
}

/** Minor versions with the one-shot `opa_eval`; a newer one may have changed what the numbers mean. */
const KNOWN_ABI = new Set(['1.2', '1.3']);
export const PAGE_BYTES = 64 * 1024;

/**
 * Asks a module what it needs, without evaluating anything. `path` is the module's, for errors.
 * Throws HeliosError `policy` when it is no policy module or speaks an unknown ABI.
 */
export function inspectModule(bytes: Uint8Array, path: string): ModuleFacts {
  try {
    return readFacts(bytes, path);
  } catch (thrown) {
    // A module from elsewhere may trap or throw anything while it is asked.
    if (thrown instanceof HeliosError) throw thrown;
    return fail('policy', `not a module that opa compiled: ${messageOf(thrown)}`, { path, cause: thrown });
  }
}

/** Refuses modules that lean on their host: one that does fails in the middle of a verdict, or differs from opa. */
export function checkBuiltins(builtins: readonly string[], path: string): void {
  if (builtins.length === 0) return;
  fail('policy', `the module needs built-ins that Helios does not supply: ${builtins.join(', ')}`, {
    path,
    hint: 'Policies have no clock, randomness, network or keys: compile with the capabilities file, pass facts as input.',
  });
}

/**
 * Memory to start with, in pages of 64 KiB: opa's stack, and the constants, which cannot be larger than the module.
 * Its declared minimum is not readable from scripts, and less than that does not link.
 */
export function initialPages(module: Uint8Array): number {
  return 5 + Math.ceil(module.byteLength / PAGE_BYTES);
}

function readFacts(bytes: Uint8Array, path: string): ModuleFacts {
  const memory = new WebAssembly.Memory({ initial: initialPages(bytes) });
  const refuseCall = (): never => fail('policy', 'the module calls its host before it is asked', { path });
  const builtins = Object.fromEntries([0, 1, 2, 3, 4].map((arity) => [`opa_builtin${arity}`, refuseCall]));
  const env = { memory, opa_abort: refuseCall, opa_println: refuseCall, ...builtins };
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env });

  const abi = `${globalOf(exports, 'opa_wasm_abi_version')}.${globalOf(exports, 'opa_wasm_abi_minor_version')}`;
  if (!KNOWN_ABI.has(abi)) {
    fail('policy', `the module speaks ABI ${abi}; known are ${[...KNOWN_ABI].join(' and ')}`, {
      path,
      hint: 'Compile with a release of opa that this Helios knows.',
    });
  }
  const dump = (name: string): readonly string[] => {
    const address = call(exports, 'opa_json_dump', call(exports, name));
    return namesOf(JSON.parse(textAt(memory, address))).sort();
  };
  return { abi, entrypoints: dump('entrypoints'), builtins: dump('builtins') };
}

function namesOf(value: unknown): string[] {
  return typeof value === 'object' && value !== null ? Object.keys(value) : [];
}

function globalOf(exports: WebAssembly.Instance['exports'], name: string): string {
  const held = exports[name];
  return typeof held === 'object' && held !== null && 'value' in held ? String(held.value) : 'none';
}

function call(exports: WebAssembly.Instance['exports'], name: string, ...args: readonly number[]): number {
  const held = exports[name];
  return typeof held === 'function' ? Number(held(...args)) : fail('policy', `the module exports no ${name}`);
}

function textAt(memory: WebAssembly.Memory, address: number): string {
  const bytes = new Uint8Array(memory.buffer);
  return new TextDecoder().decode(bytes.subarray(address, bytes.indexOf(0, address)));
}
