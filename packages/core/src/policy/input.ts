// SPDX-License-Identifier: Apache-2.0
import { fail } from '../error.ts';

/** What a policy sees as `input`. An object always, so that a document `false`, `0` or null is not lost. */
export interface PolicyInput {
  readonly document: unknown;
  /** Relative to the root of the repository. */
  readonly path: string;
  /** RFC 3339 instant in UTC: the only clock that a policy has. */
  readonly as_of: string;
}

/**
 * A value as JSON bytes for the module; `path` is the file that it came from.
 * Throws HeliosError `input` where JSON would say something else than the value does.
 */
export function writeJson(value: unknown, path: string): ArrayBuffer {
  const text = JSON.stringify(value, (key: string, held: unknown) => {
    if (typeof held === 'number') return checkNumber(held, key, path);
    if (held === undefined || typeof held === 'bigint' || typeof held === 'function') {
      fail('input', `the value of \`${key}\` cannot be said in JSON`, { path });
    }
    return held;
  });
  return new Uint8Array(new TextEncoder().encode(text)).buffer;
}

/** `.nan` would reach the policy as null, and integers above 2^53 as a neighbour. */
function checkNumber(value: number, key: string, path: string): number {
  if (Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value))) return value;
  return fail('input', `the number at \`${key}\` (${value}) has no exact value for a policy`, {
    path,
    hint: 'Write it as a string, in quotes.',
  });
}
