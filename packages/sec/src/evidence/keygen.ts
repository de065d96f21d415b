// SPDX-License-Identifier: Apache-2.0
import { closeSync, openSync, writeSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Io } from '@helios/core/cli';
import { fail, messageOf } from '@helios/core/error';
import { generateKeyPair } from '@helios/core/evidence';
import { EXIT, type ExitCode } from '@helios/core/gate';

/** `sec evidence keygen`: never over a key that is there. */
export async function makeKeys(name: string, io: Io): Promise<ExitCode> {
  const passphrase = io.env['HELIOS_KEY_PASSPHRASE'];
  const { privatePem, publicPem } = generateKeyPair(passphrase);
  const base = resolve(io.cwd, name);
  writeNew(`${base}.key`, privatePem, 0o600);
  writeNew(`${base}.pub`, publicPem, 0o644);
  io.stdout.write(
    `${name}.key  signs; keep it secret${passphrase ? '' : ' (not encrypted: HELIOS_KEY_PASSPHRASE is not set)'}\n`,
  );
  io.stdout.write(`${name}.pub  verifies; give it to whoever checks\n`);
  return EXIT.pass;
}

function writeNew(file: string, text: string, mode: number): void {
  try {
    const descriptor = openSync(file, 'wx', mode);
    writeSync(descriptor, text);
    closeSync(descriptor);
  } catch (cause) {
    fail('usage', `${file} cannot be written: ${messageOf(cause)}`, {
      cause,
      hint: 'Choose another name; keys are never overwritten.',
    });
  }
}
