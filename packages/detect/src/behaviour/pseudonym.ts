// SPDX-License-Identifier: Apache-2.0
import { createHmac } from 'node:crypto';
import { fail } from '@helios/core/error';

/** Puts a text in the place of a value of a field; the same value of another field or profile has another one. */
export type Pseudonyms = (field: string, value: string) => string;

/** 96 bits: two of a thousand million values are alike once in ten thousand million such sets. */
const BYTES = 12;
const LEAST_KEY = 32;
/** Logs name the same people again and again, and a digest costs more than a look. */
const REMEMBERED = 10_000;

/**
 * HMAC-SHA256 under a key that is kept apart from the state: without it nobody can try names out, as with a plain
 * digest (GDPR article 4(5); EDPB guidelines 01/2025). Throws HeliosError `usage` where the key is too short.
 */
export function pseudonymsOf(profile: string, key: string): Pseudonyms {
  const secret = key.trim();
  if (Buffer.byteLength(secret) < LEAST_KEY)
    fail('usage', `the key of the pseudonyms has fewer than ${LEAST_KEY} bytes`, {
      hint: 'Make one: openssl rand -hex 32.',
    });
  const known = new Map<string, string>();
  return (field, value) => {
    const about = JSON.stringify(['helios/behaviour/v1', profile, field, value]);
    const again = known.get(about);
    if (again !== undefined) return again;
    const pseudonym = `~${createHmac('sha256', secret).update(about).digest().subarray(0, BYTES).toString('base64url')}`;
    if (known.size >= REMEMBERED) known.clear();
    known.set(about, pseudonym);
    return pseudonym;
  };
}

/** Tells one key from another without telling anything of either. */
export function keyCheck(pseudonyms: Pseudonyms): string {
  return pseudonyms('', 'key check');
}
