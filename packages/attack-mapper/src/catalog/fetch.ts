// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { fail } from '@helios/core/error';
import { openHttp, PATIENCE, withPatience } from '@helios/core/net';

/** The enterprise bundle has about 50 MB. */
export const MAX_BUNDLE_BYTES = 128 * 1024 * 1024;
const LIMITS = { timeoutMs: 120_000, responseBytes: MAX_BUNDLE_BYTES, redirects: 0 };

/**
 * Downloads a file whose sha256 is known beforehand; whatever else arrives is refused. Https only (http on loopback), no
 * redirects, size and time limited. Throws HeliosError `usage`, `config`, `io` or `input`.
 */
export async function fetchPinned(url: string, sha256: string): Promise<Uint8Array> {
  if (!/^[0-9a-f]{64}$/.test(sha256))
    fail('usage', '--sha256 is not 64 hex digits', { hint: 'Copy it from where the release is announced.' });
  const { host = '' } = URL.parse(url) ?? {};
  // Who names an address on the command line allows it.
  const send = withPatience(openHttp({ network: { allow: [host], private: [host] }, limits: LIMITS }), PATIENCE);
  const { status, body } = await send({ method: 'GET', url, repeatable: true });
  if (status !== 200) fail('input', `${url} answered ${status}`, { hint: 'Check the address.' });
  const actual = createHash('sha256').update(body).digest('hex');
  if (actual !== sha256) {
    fail('input', `what ${url} gave has sha256 ${actual}, not ${sha256}`, {
      hint: 'Check the release; nothing was written.',
    });
  }
  return body;
}
