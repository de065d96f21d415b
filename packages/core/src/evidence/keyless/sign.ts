// SPDX-License-Identifier: Apache-2.0
import type { SerializedBundle } from '@sigstore/bundle';
import { fail, messageOf } from '../../error.ts';
import { canonicalJson } from '../../hash/index.ts';
import { PAYLOAD_TYPE } from '../dsse.ts';

/** Where signatures without a key of one's own come from; all are sent the statement's digest, none the statement. */
export interface KeylessServices {
  /** Certificate authority. */
  readonly fulcio: string;
  /** Transparency log; every entry of a public one is public. */
  readonly rekor?: string | undefined;
  /** Time stamp authority (RFC 3161). */
  readonly tsa?: string | undefined;
}

export interface KeylessSigner {
  readonly kind: 'keyless';
  /** Signs an in-toto statement; returns the Sigstore bundle as JCS text. Each call has a certificate of its own. */
  sign(statement: string): Promise<string>;
}

const TIMEOUT_MS = 15_000;

/**
 * Signs with a key that is thrown away, certified for whoever the CI system's OIDC token says this is. `token` stands in
 * for the token that the library would ask the CI system for. Throws HeliosError `usage`: a signature that was asked for
 * and cannot be had is never left away.
 */
export function keylessSigner({ fulcio, rekor, tsa }: KeylessServices, token: string | undefined): KeylessSigner {
  return {
    kind: 'keyless',
    sign: async (statement) => {
      const { attest } = await import('sigstore');
      try {
        const bundle: SerializedBundle = await attest(Buffer.from(statement), PAYLOAD_TYPE, {
          fulcioURL: fulcio,
          tlogUpload: rekor !== undefined,
          timeout: TIMEOUT_MS,
          ...(rekor !== undefined && { rekorURL: rekor }),
          ...(tsa !== undefined && { tsaServerURL: tsa }),
          ...(token !== undefined && { identityToken: token }),
        });
        return canonicalJson(bundle);
      } catch (cause) {
        return fail('usage', `the statement cannot be signed without a key: ${messageOf(cause)}`, {
          cause,
          hint: 'Give the job an OIDC token (GitHub: id-token: write; else SIGSTORE_ID_TOKEN), and check evidence.keyless.',
        });
      }
    },
  };
}
