// SPDX-License-Identifier: Apache-2.0
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { SigstoreTrust } from '../../src/evidence/keyless/verify.ts';

/** The sigstore project's own cases of bundles that must verify, or must not. */
export const CONFORMANCE = fileURLToPath(new URL('../../../../../shared/data/sigstore-conformance', import.meta.url));

export interface ConformanceCase {
  readonly name: string;
  readonly accepted: boolean;
  readonly bundle: unknown;
  readonly artifact: Buffer;
  readonly trust: SigstoreTrust;
}

/** Reads the cases as cases.json says they are laid out. */
export function readCases(): ConformanceCase[] {
  const facts = JSON.parse(readFileSync(join(CONFORMANCE, 'cases.json'), 'utf8')) as Record<string, string>;
  const folder = join(CONFORMANCE, 'bundle-verify');
  const names = readdirSync(folder).filter((name) => existsSync(join(folder, name, 'bundle.sigstore.json')));
  return names.sort().map((name): ConformanceCase => {
    const text = (file: string): string | undefined =>
      existsSync(join(folder, name, file)) ? readFileSync(join(folder, name, file), 'utf8').trim() : undefined;
    const root =
      text('trusted_root.json') ??
      readFileSync(join(CONFORMANCE, 'trust-roots/public-good-production.trusted_root.json'), 'utf8');
    const publicKey = text('key.pub');
    const own = join(folder, name, 'artifact');
    return {
      name,
      accepted: !name.endsWith('_fail'),
      bundle: JSON.parse(text('bundle.sigstore.json') ?? ''),
      artifact: readFileSync(existsSync(own) ? own : join(folder, 'a.txt')),
      trust: {
        trustedRoot: JSON.parse(root),
        signer: publicKey
          ? { publicKey }
          : {
              subject: text('identity') ?? facts['defaultIdentity'] ?? '',
              issuer: text('issuer') ?? facts['defaultIssuer'] ?? '',
            },
      },
    };
  });
}
