// SPDX-License-Identifier: Apache-2.0
// Set up by vitest before any test: all that tests leave in the folder for temporary files goes with one folder.
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export function setup(): () => void {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'helios-tests-')));
  process.env['TMPDIR'] = folder;
  return () => rmSync(folder, { recursive: true, force: true });
}
