// SPDX-License-Identifier: Apache-2.0
import { visible } from '../report/sanitize.ts';
import type { Io } from './io.ts';

export interface Progress {
  /** Replaces the line. */
  say(text: string): void;
  /** Removes the line, before anything else is written. */
  clear(): void;
}

const SILENT: Progress = { say() {}, clear() {} };

/** A single line on stderr that comes and goes, on a terminal only. */
export function createProgress(io: Io, quiet: boolean): Progress {
  if (!io.stderr.isTTY || quiet || io.env['CI'] !== undefined) return SILENT;
  return {
    say: (text) => io.stderr.write(`\r\u001b[2K${visible(text).slice(0, Math.max(0, io.stderr.columns - 1))}`),
    clear: () => io.stderr.write('\r\u001b[2K'),
  };
}
