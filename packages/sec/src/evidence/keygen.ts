// SPDX-License-Identifier: Apache-2.0
import { closeSync, openSync, writeSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Io } from '@helios/core/cli';
import { passphraseOf } from '@helios/core/cli/actions';
import { fail, messageOf } from '@helios/core/error';
import { generateKeyPair, generateLogKey } from '@helios/core/evidence';
import { EXIT, type ExitCode } from '@helios/core/gate';

/** `sec evidence keygen`: never over a key that is there. */
export async function makeKeys(name: string, origin: string | undefined, io: Io): Promise<ExitCode> {
  const passphrase = passphraseOf(io);
  const [ending, does] = origin === undefined ? ['pub', 'signs'] : ['vkey', `seals in ${origin}`];
  const { privatePem, publicPem } =
    origin === undefined ? generateKeyPair(passphrase) : generateLogKey(origin, passphrase);
  const base = resolve(io.cwd, name);
  writeNew(`${base}.key`, privatePem, 0o600);
  writeNew(`${base}.${ending}`, publicPem, 0o644);
  io.stdout.write(
    `${name}.key  ${does}; keep it secret${passphrase ? '' : ' (not encrypted: HELIOS_KEY_PASSPHRASE is not set)'}\n`,
  );
  io.stdout.write(`${name}.${ending}  verifies; give it to whoever checks\n`);
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
