// SPDX-License-Identifier: Apache-2.0
import { realpathSync } from 'node:fs';
import { basename, dirname, relative, resolve } from 'node:path';
import type { Io } from '@helios/core/cli';
import { fail } from '@helios/core/error';
import { eventFile, type EventSource } from '../events/index.ts';

/** A log that the user names, wherever it lies; `-` is standard input. Throws HeliosError `usage`. */
export function openLog(log: string, io: Io): EventSource {
  if (log === '-') return { file: '<stdin>', chunks: process.stdin };
  const absolute = resolve(io.cwd, log);
  // Logs lie wherever the user says; a link is followed because it was named.
  const folder = realFolder(dirname(absolute), log);
  const { chunks, absolute: real } = eventFile(folder, basename(absolute));
  return { file: relative(io.cwd, absolute) || log, chunks, ...(real !== undefined && { absolute: real }) };
}

function realFolder(folder: string, log: string): string {
  try {
    return realpathSync(folder);
  } catch (cause) {
    return fail('usage', `${log} is not there`, { cause, hint: 'Check the path.' });
  }
}
