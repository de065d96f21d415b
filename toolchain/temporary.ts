// SPDX-License-Identifier: Apache-2.0
// Set up by vitest before any test: all that tests leave in the folder for temporary files goes with one folder.
import { chmodSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export function setup(): () => void {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'helios-tests-')));
  // Servers that will not run as root find their own folders in it.
  chmodSync(folder, 0o711);
  process.env['TMPDIR'] = folder;
  return () => rmSync(folder, { recursive: true, force: true });
}
