// SPDX-License-Identifier: Apache-2.0
import { createPublicKey, type KeyObject, sign } from 'node:crypto';
import { makeBundle } from './bundle.ts';
import { PAYLOAD_TYPE, preAuthEncoding } from './dsse.ts';
import type { KeylessSigner } from './keyless/sign.ts';
import { keyIdOf, readPrivateKey } from './keys.ts';

export interface KeySigner {
  readonly kind: 'key';
  /** sha256 of the public key's SPKI form, in hex. */
  readonly keyId: string;
  readonly publicKey: KeyObject;
  /** Signs an in-toto statement; returns the Sigstore bundle as JCS text. Each call gives other bytes (ECDSA). */
  sign(statement: string): Promise<string>;
}

export type Signer = KeySigner | KeylessSigner;

/** Opens a local P-256 key. Throws HeliosError `usage` when it, or its passphrase, is not right. */
export function openSigner(privatePem: string, passphrase?: string): KeySigner {
  const privateKey = readPrivateKey(privatePem, passphrase);
  const publicKey = createPublicKey(privateKey);
  const keyId = keyIdOf(publicKey);
  return {
    kind: 'key',
    keyId,
    publicKey,
    sign: async (statement) => {
      const payload = Buffer.from(statement);
      return makeBundle(payload, sign('sha256', preAuthEncoding(PAYLOAD_TYPE, payload), privateKey), keyId);
    },
  };
}
