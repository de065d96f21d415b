// SPDX-License-Identifier: Apache-2.0
import * as opaWasm from '@open-policy-agent/opa-wasm';
import { fail, messageOf } from '../error.ts';
import { MODULE_FILE } from './bundle.ts';
import { type Decision, readDecision } from './decision.ts';
import { type PolicyInput, writeJson } from './input.ts';
import { checkBuiltins, initialPages, inspectModule, PAGE_BYTES } from './module.ts';
import type { VerifiedBundle } from './verify.ts';

// The library's types name these exports; at run time they are members of its default export.
const { loadPolicySync } = (opaWasm as unknown as { readonly default: typeof opaWasm }).default;

/** A document takes up to 85 times its size while it is judged (measured): enough for 3 MiB of small entries. */
const MAX_MEMORY_BYTES = 256 * 1024 * 1024;

/**
 * A compiled policy, ready to judge. There is no time budget: WebAssembly cannot be interrupted within its process,
 * so a policy that would not end is held off by its review and tests (Rego always ends; it can be slow).
 */
export interface Policy {
  readonly entrypoints: readonly string[];
  /**
   * Judges one document; pure. Throws HeliosError `policy` when evaluation fails, runs out of memory,
   * is undefined or answers in another shape, and `input` for a document that JSON cannot say.
   */
  decide(entrypoint: string, input: PolicyInput): Decision;
}

/** `maxMemoryBytes` bounds the module's memory: input, data and intermediate values together. */
export function loadPolicy(
  bundle: Pick<VerifiedBundle, 'path' | 'module' | 'data'>,
  maxMemoryBytes: number = MAX_MEMORY_BYTES,
): Policy {
  const place = `${bundle.path}/${MODULE_FILE}`;
  const { entrypoints, builtins } = inspectModule(bundle.module, place);
  checkBuiltins(builtins, place);
  const data = writeJson(bundle.data, bundle.path);
  const compiled = new WebAssembly.Module(bundle.module);
  const instantiate = (): opaWasm.LoadedPolicy => {
    const instance = loadPolicySync(compiled, {
      initial: initialPages(bundle.module),
      maximum: Math.floor(maxMemoryBytes / PAGE_BYTES),
    });
    instance.setData(data);
    return instance;
  };

  let instance: opaWasm.LoadedPolicy | undefined;
  const evaluate = (entrypoint: string, input: PolicyInput): unknown => {
    const bytes = writeJson(input, input.path);
    try {
      instance ??= instantiate();
      return instance.evaluate(bytes, entrypoint);
    } catch (thrown) {
      // After a throw an instance still answers, from whatever its memory holds: never ask it again.
      instance = undefined;
      return fail('policy', `\`${entrypoint}\` failed while evaluating: ${messageOf(thrown)}`, {
        path: input.path,
        cause: thrown,
        hint: 'Mend the policy, or split the document if memory ran out; until then it counts as not allowed.',
      });
    }
  };

  return {
    entrypoints,
    decide(entrypoint, input) {
      if (!entrypoints.includes(entrypoint)) {
        fail('policy', `no entrypoint \`${entrypoint}\` in the module`, {
          path: place,
          hint: `It has ${entrypoints.join(', ')}.`,
        });
      }
      return readDecision(evaluate(entrypoint, input), entrypoint, input.path);
    },
  };
}
