// SPDX-License-Identifier: Apache-2.0
import { realpathSync, statSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fail, messageOf } from '../error.ts';
import { writeFileAtomic } from '../fs/index.ts';
import type { Io } from './io.ts';

/** Writes what a command made to the file that the user named, else to stdout. Throws HeliosError `usage`. */
export async function writeOutput(text: string, file: string | undefined, what: string, io: Io): Promise<void> {
  if (file === undefined) {
    io.stdout.write(text);
    return;
  }
  try {
    await replace(realPathOf(resolve(io.cwd, file)), text);
  } catch (cause) {
    fail('usage', `${what} cannot be written to ${file}: ${messageOf(cause)}`, {
      cause,
      hint: 'Name a file that may be written.',
    });
  }
}

/** A device or pipe (/dev/null, /dev/stdout) is written to; replacing it by a file would break it for everybody. */
async function replace(target: string, text: string): Promise<void> {
  const status = statSync(target, { throwIfNoEntry: false });
  if (status && !status.isFile() && !status.isDirectory()) writeFileSync(target, text);
  else await writeFileAtomic(target, text);
}

/** Where a link leads, so that the file behind it is replaced and not the link. */
function realPathOf(absolute: string): string {
  try {
    return realpathSync.native(absolute);
  } catch {
    return absolute;
  }
}
