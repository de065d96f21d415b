// SPDX-License-Identifier: Apache-2.0
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { fail, messageOf } from '../../error.ts';
import type { KeyPair } from '../keys.ts';
import { formatVerifierKey, noteSigner, type NoteSigner, type NoteVerifier, parseVerifierKey } from './note-key.ts';

/** What a log is extended with. */
export interface LogKey {
  readonly signer: NoteSigner;
  readonly verifier: NoteVerifier;
}

/** A new Ed25519 key for a log of some name; `publicPem` is the line of its .vkey file. */
export function generateLogKey(origin: string, passphrase?: string): KeyPair {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  noteSigner(origin, privateKey);
  const protection = passphrase === undefined ? {} : { cipher: 'aes-256-cbc', passphrase };
  const privatePem = privateKey.export({ type: 'pkcs8', format: 'pem', ...protection }).toString();
  return { privatePem, publicPem: `${formatVerifierKey(origin, publicKey)}\n` };
}

/** The line of the .vkey file of a key, as generateLogKey gives it. Throws HeliosError `usage`. */
export function verifierLineOf(origin: string, privatePem: string, passphrase?: string): string {
  return `${formatVerifierKey(origin, createPublicKey(readEd25519(privatePem, passphrase)))}\n`;
}

/** Throws HeliosError `usage` when the key, its passphrase or the name is not right. */
export function openLogKey(origin: string, privatePem: string, passphrase?: string): LogKey {
  const privateKey = readEd25519(privatePem, passphrase);
  const signer = noteSigner(origin, privateKey);
  return { signer, verifier: parseVerifierKey(formatVerifierKey(origin, createPublicKey(privateKey))) };
}

function readEd25519(pem: string, passphrase: string | undefined): KeyObject {
  try {
    const key = createPrivateKey(passphrase === undefined ? pem : { key: pem, passphrase });
    if (key.asymmetricKeyType !== 'ed25519') throw new Error(`it is ${key.asymmetricKeyType}, not Ed25519`);
    return key;
  } catch (cause) {
    return fail('usage', `the key of the log cannot be used: ${messageOf(cause)}`, {
      cause,
      hint: 'Make one with `sec evidence keygen <name> --log <origin>`, and give its passphrase if it is encrypted.',
    });
  }
}
