// SPDX-License-Identifier: Apache-2.0
// Checks that each package, as published, is what its manifest says, and that its binary starts as quickly as it can.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';

const PACKAGES = join(dirname(import.meta.dirname), 'packages');

let failed = 0;
for (const name of readdirSync(PACKAGES)) {
  const { messages, pkg } = await publint({ pkgDir: join(PACKAGES, name), pack: 'npm', strict: true });
  for (const message of messages) process.stdout.write(`${name}: ${formatMessage(message, pkg)}\n`);
  const slow = pkg['bin'] ? slowParts(join(PACKAGES, name, 'dist')) : [];
  for (const part of slow) process.stdout.write(`${name}: ${part}: see toolchain/quick-start.ts\n`);
  failed += messages.length + slow.length;
}
process.stdout.write(`${failed === 0 ? 'every package has the shape it promises' : `${failed} problems`}\n`);
process.exitCode = failed === 0 ? 0 : 1;

/** What quick-start.ts should have changed in a bundle, and did not: a bundler that writes otherwise would undo it unseen. */
function slowParts(dist: string): string[] {
  const files = readdirSync(dist, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.js'));
  const code = new Map(files.map((file) => [file, readFileSync(join(dist, file), 'utf8')]));
  const isCompiling = [...code.values()].some(
    (text) => text.includes('generateFastpass') && !text.includes('jitless=!0'),
  );
  return [
    ...[...code].flatMap(([file, text]) => (/from ?"node:/.test(text) ? [`${file} imports a built-in module`] : [])),
    ...[...code].flatMap(([file, text]) => (/[^\0-\x7f]/.test(text) ? [`${file} is not ASCII`] : [])),
    ...(isCompiling ? ['zod compiles its schemas'] : []),
  ];
}
