// SPDX-License-Identifier: Apache-2.0
import { HeliosError, messageOf } from '../error.ts';

/** The code of a failed system call (`ENOENT`, `EEXIST` …). */
export function codeOf(thrown: unknown): string | undefined {
  return thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : undefined;
}

/** Runs a task; a failed system call becomes HeliosError `io`, everything else is thrown on. */
export async function reporting<T>(what: string, task: () => Promise<T>): Promise<T> {
  try {
    return await task();
  } catch (cause) {
    if (codeOf(cause) === undefined || cause instanceof HeliosError) throw cause;
    throw new HeliosError('io', `cannot ${what}: ${reasonOf(cause)}`, {
      cause,
      hint: 'Check that the folder may be written and that the disk has room.',
    });
  }
}

/** Without the paths that Node appends: temporary names among them differ from run to run. */
function reasonOf(cause: unknown): string {
  return messageOf(cause).replace(/, \w+ '[^]*$/, '');
}
