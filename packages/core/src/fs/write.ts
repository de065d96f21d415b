// SPDX-License-Identifier: Apache-2.0
import { link, lstat, readFile, rename, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fail } from '../error.ts';
import { codeOf, reporting } from './failure.ts';
import { makeFolder, syncFolder } from './folder.ts';
import { discard, writeTemporary } from './temporary.ts';

/** Virus scanners and indexers hold a file for moments; after that it is a real refusal. */
const RENAME_PAUSES_MS = [10, 20, 40, 80, 160, 320];
const HELD = new Set(['EPERM', 'EACCES', 'EBUSY']);

/** exFAT and some network shares have no hard links. */
const NO_LINKS = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK']);

/**
 * Replaces a file as a whole and durably: whoever reads, even after a crash, finds the old bytes or the new.
 * Keeps the permissions of a file that is there; creates missing folders. Throws HeliosError `io`.
 */
export async function writeFileAtomic(absPath: string, bytes: string | Uint8Array): Promise<void> {
  await reporting(`write ${absPath}`, async () => {
    const folder = dirname(absPath);
    await makeFolder(folder);
    const temporary = await writeTemporary(folder, Buffer.from(bytes), await modeOf(absPath));
    await renameOver(temporary, absPath);
    await syncFolder(folder);
  });
}

/**
 * Creates a file that never changes again. Equal bytes already there are success, `unchanged`; other bytes are
 * HeliosError `evidence`. Whole and durable like writeFileAtomic: nothing torn ever stands under the name.
 * `mode` are its permissions, where not the usual ones.
 */
export async function createExclusive(
  absPath: string,
  bytes: string | Uint8Array,
  mode?: number,
): Promise<'created' | 'unchanged'> {
  return reporting(`create ${absPath}`, async () => {
    const folder = dirname(absPath);
    const content = Buffer.from(bytes);
    await makeFolder(folder);
    const outcome = (await holds(absPath, content)) ? 'unchanged' : await publish(folder, absPath, content, mode);
    // Also when unchanged: its creator may have been killed before this line.
    await syncFolder(folder);
    return outcome;
  });
}

async function publish(
  folder: string,
  absPath: string,
  content: Buffer,
  mode: number | undefined,
): Promise<'created' | 'unchanged'> {
  const temporary = await writeTemporary(folder, content, mode);
  try {
    await linkOrRename(temporary, absPath);
    return 'created';
  } catch (cause) {
    if (codeOf(cause) === 'EEXIST' && (await holds(absPath, content))) return 'unchanged';
    throw cause;
  } finally {
    await discard(temporary);
  }
}

/** link(2) fails when the name is taken, in one step. Without links, a process in the same instant could be overwritten. */
async function linkOrRename(temporary: string, absPath: string): Promise<void> {
  try {
    await link(temporary, absPath);
  } catch (cause) {
    if (!NO_LINKS.has(codeOf(cause) ?? '')) throw cause;
    await renameOver(temporary, absPath);
  }
}

/** Whether the file is there with these bytes. Throws HeliosError `evidence` when it is there with others. */
async function holds(absPath: string, content: Buffer): Promise<boolean> {
  const status = await lstat(absPath).catch(unlessAbsent);
  if (status === undefined) return false;
  if (status.isFile() && status.size === content.length && content.equals(await readFile(absPath))) return true;
  return fail('evidence', `${absPath} exists and holds something else`, {
    hint: 'It should never change once written: find out who changed it, then move it away.',
  });
}

async function renameOver(from: string, to: string): Promise<void> {
  try {
    for (const pause of RENAME_PAUSES_MS) {
      try {
        return await rename(from, to);
      } catch (cause) {
        if (!HELD.has(codeOf(cause) ?? '')) throw cause;
        await sleep(pause);
      }
    }
    await rename(from, to);
  } catch (cause) {
    await discard(from);
    throw cause;
  }
}

async function modeOf(absPath: string): Promise<number | undefined> {
  const status = await stat(absPath).catch(unlessAbsent);
  return status && status.mode & 0o7777;
}

function unlessAbsent(cause: unknown): undefined {
  if (codeOf(cause) !== 'ENOENT') throw cause;
}
