// SPDX-License-Identifier: Apache-2.0
import type { KeyObject } from 'node:crypto';
import { z } from 'zod';
import { fail } from '../error.ts';
import { canonicalJson } from '../hash/index.ts';
import { PAYLOAD_TYPE } from './dsse.ts';

const MEDIA_TYPE = 'application/vnd.dev.sigstore.bundle.v0.3+json';

/** A Sigstore bundle v0.3 as we write it: one DSSE signature by a named key. */
export const bundleSchema = z.strictObject({
  mediaType: z.literal(MEDIA_TYPE),
  verificationMaterial: z.strictObject({
    publicKey: z.strictObject({ hint: z.base64() }),
    timestampVerificationData: z.strictObject({}).optional(),
  }),
  dsseEnvelope: z.strictObject({
    payload: z.base64(),
    payloadType: z.literal(PAYLOAD_TYPE),
    // Without keyid: go-securesystemslib, and so cosign, passes over a signature whose key it would call otherwise.
    signatures: z.tuple([z.strictObject({ sig: z.base64() })]),
  }),
});

export type BundleDocument = z.infer<typeof bundleSchema>;

/** The JCS text of a bundle. @sigstore/bundle is loaded here and not above: an unsigned run does without. */
export async function makeBundle(payload: Uint8Array, signature: Uint8Array, keyId: string): Promise<string> {
  const { bundleToJSON, toDSSEBundle } = await import('@sigstore/bundle');
  const bundle = toDSSEBundle({
    artifact: Buffer.from(payload),
    artifactType: PAYLOAD_TYPE,
    signature: Buffer.from(signature),
    keyHint: hintOf(keyId),
  });
  for (const each of bundle.content.dsseEnvelope.signatures) each.keyid = '';
  return canonicalJson(bundleSchema.parse(bundleToJSON(bundle)));
}

/** sha256 of the signing key in hex. Says who claims to have signed; only verifyBundle says who has. */
export function claimedKeyId(bundle: BundleDocument): string {
  return Buffer.from(bundle.verificationMaterial.publicKey.hint, 'base64').toString('hex');
}

/** Public keys that the caller trusts, by their id. */
export type TrustedKeys = ReadonlyMap<string, KeyObject>;

/** Returns the id of the key that signed exactly this payload. Throws HeliosError `evidence`. */
export async function verifyBundle(bundle: BundleDocument, payload: Uint8Array, keys: TrustedKeys): Promise<string> {
  const [signature] = bundle.dsseEnvelope.signatures;
  const keyId = claimedKeyId(bundle);
  const key = keys.get(keyId);
  if (bundle.dsseEnvelope.payload !== Buffer.from(payload).toString('base64')) {
    fail('evidence', 'signs something else than the statement beside it', {
      hint: 'Restore both from where they came.',
    });
  }
  if (!key) {
    fail('evidence', `is signed by the key ${keyId.slice(0, 16)}…, which was not given`, {
      hint: 'Give the public key, if you trust it.',
    });
  }
  // Base64 has several spellings of the same bytes.
  const { hint } = bundle.verificationMaterial.publicKey;
  if (hint !== hintOf(keyId) || !isPlainBase64(signature.sig)) {
    fail('evidence', 'names its key or signature in an altered way', { hint: 'Restore it from where it came.' });
  }
  await verifySignature(bundle, key);
  return keyId;
}

async function verifySignature(bundle: BundleDocument, key: KeyObject): Promise<void> {
  const [{ bundleFromJSON }, { toSignedEntity, Verifier }] = await Promise.all([
    import('@sigstore/bundle'),
    import('@sigstore/verify'),
  ]);
  const trust = {
    certificateAuthorities: [],
    timestampAuthorities: [],
    tlogs: [],
    ctlogs: [],
    publicKey: () => ({ publicKey: key, validFor: () => true }),
  };
  // A local key has no certificate, log or timestamp to hold it against: the caller's trust in the key is all there is.
  const verifier = new Verifier(trust, { ctlogThreshold: 0, tlogThreshold: 0, timestampThreshold: 0 });
  try {
    verifier.verify(toSignedEntity(bundleFromJSON(bundle)));
  } catch (cause) {
    fail('evidence', 'has a signature that does not verify', {
      cause,
      hint: 'Restore the bundle and its statement from where they came.',
    });
  }
}

function hintOf(keyId: string): string {
  return Buffer.from(keyId, 'hex').toString('base64');
}

function isPlainBase64(text: string): boolean {
  return Buffer.from(text, 'base64').toString('base64') === text;
}
