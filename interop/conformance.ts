// SPDX-License-Identifier: Apache-2.0
import { createHash, createPublicKey, type KeyObject } from 'node:crypto';
import { existsSync } from 'node:fs';
import { Socket } from 'node:net';
import { p256 } from '@noble/curves/nist.js';
import type { Bundle } from '@sigstore/bundle';
import { type SignedEntity, toSignedEntity } from '@sigstore/verify';
import { verifySigstoreBundle } from '../packages/core/src/evidence/keyless/verify.ts';
import { CONFORMANCE, readCases } from '../packages/core/test/evidence/conformance.ts';
import type { Check } from './check.ts';

/** The 50 cases of sigstore's conformance suite, by the artifact itself and by its digest alone, without any network. */
export async function checkConformance(): Promise<Check[] | undefined> {
  if (!existsSync(CONFORMANCE)) return undefined;
  Socket.prototype.connect = () => {
    throw new Error('somebody goes online');
  };
  const checks: Check[] = [];
  for (const { name, accepted, bundle, artifact, trust } of readCases()) {
    const digest = createHash('sha256').update(artifact).digest();
    const modes: Record<string, (parsed: Bundle) => SignedEntity> = {
      path: (parsed) => toSignedEntity(parsed, artifact),
      digest: (parsed) => byDigest(parsed, digest),
    };
    for (const [mode, signed] of Object.entries(modes)) {
      const said = await verifySigstoreBundle(bundle, signed, trust).then(
        () => 'accepted',
        (thrown: Error) => thrown.message,
      );
      const passed = (said === 'accepted') === accepted;
      checks.push({ name: `${name} by ${mode}`, passed, ...(!passed && { said }) });
    }
  }
  return checks;
}

/** Node verifies over bytes alone; over a digest only the curve itself can be asked. */
function byDigest(bundle: Bundle, digest: Buffer): SignedEntity {
  const entity = toSignedEntity(bundle, Buffer.alloc(0));
  if (bundle.content.$case === 'dsseEnvelope')
    return requireSubject(entity, bundle.content.dsseEnvelope.payload, digest);
  const { signature, messageDigest } = bundle.content.messageSignature;
  if (!messageDigest.digest.equals(digest)) throw new Error('the digest is another one than the bundle’s');
  const content = entity.signature;
  content.verifySignature = (key: KeyObject) => {
    const point = createPublicKey(key.export({ type: 'spki', format: 'pem' }))
      .export({ type: 'spki', format: 'der' })
      .subarray(-65);
    return p256.verify(signature, digest, point, { prehash: false, lowS: false, format: 'der' });
  };
  return entity;
}

function requireSubject(entity: SignedEntity, payload: Buffer, digest: Buffer): SignedEntity {
  const { subject } = JSON.parse(payload.toString()) as { subject: { digest: Record<string, string> }[] };
  if (subject.some((each) => each.digest['sha256'] === digest.toString('hex'))) return entity;
  throw new Error('no subject has this digest');
}
