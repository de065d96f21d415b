// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { fail, HeliosError, messageOf } from '@helios/core/error';

/** The enterprise bundle has about 50 MB. */
export const MAX_BUNDLE_BYTES = 128 * 1024 * 1024;
const TIMEOUT_MS = 120_000;
const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]']);

/**
 * Downloads a file whose sha256 is known beforehand; whatever else arrives is refused. https only (http on loopback),
 * no redirects, size and time limited. Throws HeliosError `usage` or `input`.
 */
export async function fetchPinned(url: string, sha256: string): Promise<Uint8Array> {
  const target = URL.parse(url) ?? fail('usage', `${url} is not a URL`, { hint: 'Write https://…' });
  if (target.protocol !== 'https:' && !(target.protocol === 'http:' && LOOPBACK.has(target.hostname))) {
    fail('usage', `${url} is not an https address`, { hint: 'Use https.' });
  }
  if (!/^[0-9a-f]{64}$/.test(sha256))
    fail('usage', '--sha256 is not 64 hex digits', { hint: 'Copy it from where the release is announced.' });
  const bytes = await download(target);
  const actual = createHash('sha256').update(bytes).digest('hex');
  if (actual !== sha256) {
    fail('input', `what ${url} gave has sha256 ${actual}, not ${sha256}`, {
      hint: 'Check the release; nothing was written.',
    });
  }
  return bytes;
}

async function download(target: URL): Promise<Uint8Array> {
  try {
    const response = await fetch(target, { redirect: 'error', signal: AbortSignal.timeout(TIMEOUT_MS) });
    if (!response.ok || !response.body)
      fail('input', `${target.href} answered ${response.status}`, { hint: 'Check the address.' });
    const chunks: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of response.body) {
      size += chunk.length;
      if (size > MAX_BUNDLE_BYTES)
        fail('input', `${target.href} sends more than ${MAX_BUNDLE_BYTES} bytes`, { hint: 'Check the address.' });
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  } catch (cause) {
    if (cause instanceof HeliosError) throw cause;
    return fail('input', `${target.href} cannot be fetched: ${messageOf(cause)}`, {
      cause,
      hint: 'Check the address and the network.',
    });
  }
}
