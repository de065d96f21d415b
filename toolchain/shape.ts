// SPDX-License-Identifier: Apache-2.0
// Checks that each package, as published, is what its manifest says.
import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';

const PACKAGES = join(dirname(import.meta.dirname), 'packages');

let failed = 0;
for (const name of readdirSync(PACKAGES)) {
  const { messages, pkg } = await publint({ pkgDir: join(PACKAGES, name), pack: 'npm', strict: true });
  for (const message of messages) process.stdout.write(`${name}: ${formatMessage(message, pkg)}\n`);
  failed += messages.length;
}
process.stdout.write(`${failed === 0 ? 'every package has the shape it promises' : `${failed} problems`}\n`);
process.exitCode = failed === 0 ? 0 : 1;
