// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { fail } from '../../error.ts';
import { canonicalJson } from '../../hash/index.ts';
import { PAYLOAD_TYPE } from '../dsse.ts';
import { RESTORE } from '../read.ts';
import { type Identity, verifySigstoreBundle } from './verify.ts';

/** Whose signatures without a key are taken, and by which authorities. */
export interface KeylessTrust {
  readonly signer: Identity;
  /** A parsed trusted_root.json. */
  readonly trustedRoot: unknown;
}

/** What of a keyless bundle is looked at before its signature. */
const keylessSchema = z.object({
  verificationMaterial: z.object({ certificate: z.object({ rawBytes: z.base64() }) }),
  dsseEnvelope: z.object({ payload: z.base64(), payloadType: z.literal(PAYLOAD_TYPE) }),
});

export function isKeyless(document: unknown): boolean {
  return keylessSchema.safeParse(document).success;
}

/** That an identity that is taken signed exactly this statement. Throws HeliosError `evidence`. */
export async function examineKeyless(
  document: unknown,
  statement: string,
  trust: KeylessTrust | undefined,
): Promise<void> {
  const { dsseEnvelope } = keylessSchema.parse(document);
  if (dsseEnvelope.payload !== Buffer.from(statement).toString('base64')) {
    fail('evidence', 'signs something else than the statement beside it', { hint: RESTORE });
  }
  if (!trust) {
    fail('evidence', 'is signed without a key, and no identity was given that may do so', {
      hint: 'Give --certificate-identity, --certificate-oidc-issuer and --trusted-root.',
    });
  }
  const [{ bundleFromJSON, bundleToJSON }, { toSignedEntity }] = await Promise.all([
    import('@sigstore/bundle'),
    import('@sigstore/verify'),
  ]);
  await verifySigstoreBundle(document, (bundle) => toSignedEntity(bundle), trust);
  // The reader passes over what it does not know; nothing unread may stand in evidence.
  if (canonicalJson(bundleToJSON(bundleFromJSON(document))) !== canonicalJson(document)) {
    fail('evidence', 'holds more than a signature', { hint: RESTORE });
  }
}
