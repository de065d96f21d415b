// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fail, messageOf } from '../error.ts';
import type { Io } from './io.ts';

/**
 * The text of a key: out of the file that is named, from `folder` on, or out of the environment where `env:NAME` says
 * so, which is how CI systems hand secrets over. Throws HeliosError `usage`.
 */
export function readKey(given: string, folder: string, io: Io): string {
  if (given.startsWith('env:')) {
    const name = given.slice('env:'.length);
    return (
      io.env[name] ??
      fail('usage', `the key is to come from ${name}, which is not set`, {
        hint: `Set ${name} to the text of the key.`,
      })
    );
  }
  return readText(resolve(folder, given), `the key ${given}`, 'Make one with `sec evidence keygen`, or name another.');
}

/** HELIOS_KEY_PASSPHRASE, else the first line of the file that HELIOS_KEY_PASSPHRASE_FILE names. */
export function passphraseOf(io: Io): string | undefined {
  const { HELIOS_KEY_PASSPHRASE: passphrase, HELIOS_KEY_PASSPHRASE_FILE: file } = io.env;
  if (passphrase !== undefined || file === undefined) return passphrase;
  const hint = 'Correct HELIOS_KEY_PASSPHRASE_FILE, or unset it.';
  return readText(resolve(io.cwd, file), 'the passphrase', hint).split(/\r?\n/)[0];
}

function readText(file: string, what: string, hint: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    return fail('usage', `${what} cannot be read: ${messageOf(cause)}`, { cause, hint });
  }
}
