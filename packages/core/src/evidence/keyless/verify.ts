// SPDX-License-Identifier: Apache-2.0
import { createPublicKey } from 'node:crypto';
import type { Bundle } from '@sigstore/bundle';
import type { SignedEntity, TrustMaterial } from '@sigstore/verify';
import { fail, messageOf } from '../../error.ts';

/** Who must have signed, and by whom that was vouched. Both are compared as they are: a pattern would let others in. */
export interface Identity {
  /** Subject alternative name of the certificate: the workflow, an address. */
  readonly subject: string;
  /** The OIDC issuer that said so. */
  readonly issuer: string;
}

export interface SigstoreTrust {
  /** A parsed trusted_root.json: certificate authorities, logs and time stampers. */
  readonly trustedRoot: unknown;
  /** A key in PEM instead of an identity. */
  readonly signer: Identity | { readonly publicKey: string };
}

/** What was signed: bytes, or, of a DSSE envelope, its own payload. Makes the entity that is verified. */
export type Signed = (bundle: Bundle) => SignedEntity;

/**
 * Verifies a Sigstore bundle of any version offline: time stamps, certificate, transparency logs, signature, then who
 * signed. Throws HeliosError `evidence`. Loaded only where a bundle is not signed by a plain key.
 */
export async function verifySigstoreBundle(document: unknown, signed: Signed, trust: SigstoreTrust): Promise<void> {
  const [{ bundleFromJSON }, { Verifier }] = await Promise.all([
    import('@sigstore/bundle'),
    import('@sigstore/verify'),
  ]);
  try {
    const bundle = bundleFromJSON(document);
    const material = await trustMaterialOf(trust);
    const withKey = 'publicKey' in trust.signer;
    if (withKey !== (bundle.verificationMaterial.content.$case === 'publicKey')) {
      throw new Error(withKey ? 'it is not signed by a plain key' : 'it carries no certificate');
    }
    // A key has no certificate that a log of certificates could hold.
    const verifier = new Verifier(material, withKey ? { ctlogThreshold: 0, timestampThreshold: 0 } : {});
    const { identity } = verifier.verify(signed(bundle));
    if ('publicKey' in trust.signer) return;
    const { subject, issuer } = trust.signer;
    if (identity?.subjectAlternativeName !== subject || identity.extensions?.issuer !== issuer) {
      throw new Error(
        `it is signed by ${identity?.subjectAlternativeName}, vouched for by ${identity?.extensions?.issuer}`,
      );
    }
  } catch (cause) {
    fail('evidence', `has a signature that does not verify: ${messageOf(cause)}`, {
      cause,
      hint: 'Restore the bundle and what it signs, or give the identity and trusted root that it was made with.',
    });
  }
}

async function trustMaterialOf({ trustedRoot, signer }: SigstoreTrust): Promise<TrustMaterial> {
  const [{ TrustedRoot }, { toTrustMaterial }] = await Promise.all([
    import('@sigstore/protobuf-specs'),
    import('@sigstore/verify'),
  ]);
  const root = TrustedRoot.fromJSON(trustedRoot);
  // The library would trust such a log for entries from before it was made.
  if (root.tlogs.some(({ publicKey }) => publicKey?.validFor?.start === undefined)) {
    throw new Error('the trusted root names a log without a beginning');
  }
  if (!('publicKey' in signer)) return toTrustMaterial(root);
  const publicKey = createPublicKey(signer.publicKey);
  return toTrustMaterial(root, () => ({ publicKey, validFor: () => true }));
}
