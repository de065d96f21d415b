// SPDX-License-Identifier: Apache-2.0
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { fail, messageOf } from '../error.ts';
import { sha256Hex } from '../hash/index.ts';

export interface KeyPair {
  /** PKCS#8, encrypted when there is a passphrase. */
  readonly privatePem: string;
  /** SPKI. */
  readonly publicPem: string;
}

/** A new P-256 key pair: the curve that every Sigstore tool takes. */
export function generateKeyPair(passphrase?: string): KeyPair {
  const protection = passphrase === undefined ? {} : { cipher: 'aes-256-cbc', passphrase };
  const { privateKey, publicKey } = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem', ...protection },
  });
  return { privatePem: privateKey, publicPem: publicKey };
}

/** The public half of a private key, as generateKeyPair gives it. Throws HeliosError `usage`. */
export function publicPemOf(privatePem: string, passphrase?: string): string {
  return createPublicKey(readPrivateKey(privatePem, passphrase)).export({ type: 'spki', format: 'pem' }).toString();
}

/** Throws HeliosError `usage`. */
export function readPrivateKey(pem: string, passphrase?: string): KeyObject {
  try {
    return onlyP256(createPrivateKey(passphrase === undefined ? pem : { key: pem, passphrase }));
  } catch (cause) {
    return fail('usage', `the signing key cannot be used: ${messageOf(cause)}`, {
      cause,
      hint: 'Give a P-256 key as PEM (PKCS#8), and its passphrase if it is encrypted.',
    });
  }
}

/** The key by its id. Throws HeliosError `usage`. */
export function readPublicKey(pem: string): readonly [keyId: string, key: KeyObject] {
  try {
    // createPublicKey takes a private key, too; who passes one around has mixed up two files.
    if (pem.includes('PRIVATE KEY')) throw new Error('it is a private key');
    const key = onlyP256(createPublicKey(pem));
    return [keyIdOf(key), key];
  } catch (cause) {
    return fail('usage', `the public key cannot be used: ${messageOf(cause)}`, {
      cause,
      hint: 'Give the public half of a P-256 key as PEM (SPKI).',
    });
  }
}

/** sha256 of the SPKI form, in hex; bundles name the key by the same digest in base64. */
export function keyIdOf(publicKey: KeyObject): string {
  return sha256Hex(publicKey.export({ type: 'spki', format: 'der' }));
}

/** One algorithm, so that none can be chosen for us. */
function onlyP256(key: KeyObject): KeyObject {
  if (key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === 'prime256v1') return key;
  throw new Error(`it is ${key.asymmetricKeyType ?? 'no asymmetric key'}, not P-256`);
}
