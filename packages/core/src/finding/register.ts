// SPDX-License-Identifier: Apache-2.0
import { failAt, parseConfigFile } from '../config/parse.ts';
import type { LoadContext } from '../gate/load-context.ts';
import type { SourceFile } from '../input/source.ts';
import { baselineSchema, isAcceptable } from './baseline.ts';
import type { Pointer } from './draft.ts';
import { type Exception, exceptionRegisterSchema } from './exception.ts';
import { keysOfScope, subjectOf } from './scope.ts';
import type { Waivers } from './waiver.ts';

export interface WaiverFiles {
  /** Globs of register files. */
  readonly exceptions: readonly string[];
  /** Path of the baseline file, when there is one. */
  readonly baseline?: string;
}

/** Reads the register and the baseline. Anything wrong in them is HeliosError `config`: no waiver is ever guessed. */
export async function loadWaivers(context: LoadContext, files: WaiverFiles): Promise<Waivers> {
  const exceptions: Exception[] = [];
  const claims = createClaims();
  for (const path of files.exceptions.length === 0 ? [] : context.files({ include: files.exceptions })) {
    const source = context.read(path);
    const register = await parseConfigFile(source, exceptionRegisterSchema);
    for (const [index, exception] of register.exceptions.entries()) {
      const at = ['exceptions', index];
      await claims.take(source, [...at, 'id'], exception.id);
      if (exception.scope.rule !== undefined) {
        await refuseCoreRule(source, [...at, 'scope', 'rule'], exception.scope.rule);
      }
      // Those closed are the memory of what was accepted; an extension stands beside them, and beside what it extends.
      if (exception.state === 'approved') await claimScope(claims, source, at, exception);
      exceptions.push(exception);
    }
  }
  if (files.baseline === undefined) return { exceptions };
  return { exceptions, baseline: await loadBaseline(context.read(files.baseline)) };
}

async function loadBaseline(source: SourceFile): Promise<NonNullable<Waivers['baseline']>> {
  const { entries } = await parseConfigFile(source, baselineSchema);
  const claims = createClaims();
  for (const [index, { fingerprint, rule }] of entries.entries()) {
    await claims.take(source, ['entries', index, 'fingerprint'], fingerprint);
    await refuseCoreRule(source, ['entries', index, 'rule'], rule);
  }
  return { path: source.path, entries };
}

interface Claims {
  /** `shown` is what is said to be taken, where it is not the key. */
  take(source: SourceFile, pointer: Pointer, key: string, shown?: string): Promise<void>;
}

/** Of two entries for one finding the later would go on hiding it when the earlier expires. */
function createClaims(): Claims {
  const takenIn = new Map<string, string>();
  return {
    async take(source, pointer, key, shown = key) {
      const before = takenIn.get(key);
      if (before !== undefined) {
        await failAt(source, pointer, `${shown} is taken by an earlier entry, in ${before}`, 'Keep one of the two.');
      }
      takenIn.set(key, source.path);
    },
  };
}

async function claimScope(claims: Claims, source: SourceFile, at: Pointer, exception: Exception): Promise<void> {
  const { scope, aliases, previous } = exception;
  const pointer = [...at, 'scope', ...(scope.fingerprint === undefined ? [] : ['fingerprint'])];
  // One extension of an entry may stand beside it: who claims the next is a duplicate again.
  const place = previous === undefined ? '' : `extends ${previous} `;
  for (const key of keysOfScope(scope, aliases)) await claims.take(source, pointer, place + key, subjectOf(scope));
}

async function refuseCoreRule(source: SourceFile, pointer: Pointer, rule: string): Promise<void> {
  if (isAcceptable(rule)) return;
  await failAt(source, pointer, `findings of ${rule} cannot be accepted`, 'Mend what it says, or exclude the file.');
}
