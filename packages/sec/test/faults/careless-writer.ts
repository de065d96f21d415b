// SPDX-License-Identifier: Apache-2.0
// Run as a process: writes a file in place, and says nothing when it cannot.
import { writeFileSync } from 'node:fs';

try {
  writeFileSync(`${process.cwd()}/file`, 'new'.repeat(1000));
} catch {}
