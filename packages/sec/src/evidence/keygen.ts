// SPDX-License-Identifier: Apache-2.0
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Io } from '@helios/core/cli';
import { passphraseOf, readKey } from '@helios/core/cli/actions';
import { fail, messageOf } from '@helios/core/error';
import { generateKeyPair, generateLogKey, publicPemOf, verifierLineOf } from '@helios/core/evidence';
import { createExclusive } from '@helios/core/fs';
import { EXIT, type ExitCode } from '@helios/core/gate';

const NEVER = 'Choose another name; keys are never overwritten.';

/** `sec evidence keygen`: never over a key that is there; one without its public half is given it. */
export async function makeKeys(name: string, origin: string | undefined, io: Io): Promise<ExitCode> {
  const passphrase = passphraseOf(io);
  const [ending, does] = origin === undefined ? ['pub', 'signs'] : ['vkey', `seals in ${origin}`];
  const base = resolve(io.cwd, name);
  const [secretFile, publicFile] = [`${base}.key`, `${base}.${ending}`];
  // Beforehand: a new key beside the public half of another would be taken for its own.
  if (existsSync(publicFile)) fail('usage', `${publicFile} is there already`, { hint: NEVER });
  if (existsSync(secretFile)) {
    await writeNew(publicFile, halfOf(secretFile, origin, passphrase, io));
    io.stdout.write(`${name}.key  was there without its public half, and stays as it is\n`);
  } else {
    const pair = origin === undefined ? generateKeyPair(passphrase) : generateLogKey(origin, passphrase);
    await writeNew(secretFile, pair.privatePem, 0o600);
    await writeNew(publicFile, pair.publicPem);
    io.stdout.write(
      `${name}.key  ${does}; keep it secret${passphrase ? '' : ' (not encrypted: HELIOS_KEY_PASSPHRASE is not set)'}\n`,
    );
  }
  io.stdout.write(`${name}.${ending}  verifies; give it to whoever checks\n`);
  return EXIT.pass;
}

/** Somebody was interrupted between the two files, or lost one. */
function halfOf(secretFile: string, origin: string | undefined, passphrase: string | undefined, io: Io): string {
  try {
    const pem = readKey(secretFile, io.cwd, io);
    return origin === undefined ? publicPemOf(pem, passphrase) : verifierLineOf(origin, pem, passphrase);
  } catch (cause) {
    return fail('usage', `${secretFile} is there already, and no public half can be made of it`, {
      cause,
      hint: NEVER,
    });
  }
}

async function writeNew(file: string, text: string, mode?: number): Promise<void> {
  try {
    await createExclusive(file, text, mode);
  } catch (cause) {
    fail('usage', `${file} cannot be written: ${messageOf(cause)}`, { cause, hint: NEVER });
  }
}
