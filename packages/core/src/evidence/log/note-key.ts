// SPDX-License-Identifier: Apache-2.0
import { createHash, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { fail } from '../../error.ts';

/**
 * Signature types of C2SP signed-note that we know: Ed25519 over the text, and Ed25519 of a witness, over the text and
 * the time at which it saw it (tlog-cosignature).
 */
export const SIGNATURE_TYPE = { ed25519: 0x01, cosignature: 0x04 } as const;

const KEY_BYTES = 32;
const TIME_BYTES = 8;
/** SubjectPublicKeyInfo of Ed25519 up to the key itself (RFC 8410 §4). */
const SPKI_HEAD = Buffer.from('302a300506032b6570032100', 'hex');

/** Whoever may have signed a note. */
export interface NoteVerifier {
  readonly name: string;
  /** Key id: the first 32 bits of sha256(name, newline, type, key), in hex. */
  readonly id: string;
  readonly type: number;
  /** Whether this key made a signature over a note's text. */
  verifies(text: string, signature: Uint8Array): boolean;
}

export interface NoteSigner {
  readonly name: string;
  readonly id: string;
  sign(text: string): Buffer;
}

/** Names are told from the rest of a line by the space after them, and from key ids by a plus. */
export function isNoteName(name: string): boolean {
  return name !== '' && !/[\s+\p{Cc}]/u.test(name) && name.isWellFormed();
}

/** Reads `<name>+<id>+<key>` (signed-note, "Verifier keys"). Throws HeliosError `usage`. */
export function parseVerifierKey(text: string): NoteVerifier {
  const [, name = '', id = '', encoded = ''] = /^([^+]*)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})\n?$/.exec(text) ?? [];
  const material = Buffer.from(encoded, 'base64');
  const [type = 0] = material;
  const wellFormed = isNoteName(name) && material.toString('base64') === encoded && material.length === KEY_BYTES + 1;
  if (!wellFormed || !Object.values<number>(SIGNATURE_TYPE).includes(type) || keyId(name, material) !== id) {
    fail('usage', 'this is no verifier key of a log or witness', {
      hint: 'Give the one line of a .vkey file: <name>+<8 hex digits>+<base64>.',
    });
  }
  const key = createPublicKey({ key: Buffer.concat([SPKI_HEAD, material.subarray(1)]), format: 'der', type: 'spki' });
  const check = type === SIGNATURE_TYPE.cosignature ? verifyCosignature : verifyPlain;
  return { name, id, type, verifies: (note, signature) => check(note, signature, key) };
}

/** Writes the line that parseVerifierKey reads, for an Ed25519 key. */
export function formatVerifierKey(name: string, publicKey: KeyObject, type: number = SIGNATURE_TYPE.ed25519): string {
  const material = materialOf(publicKey, type);
  return `${name}+${keyId(name, material)}+${material.toString('base64')}`;
}

/** Signs as `name` with an Ed25519 key. Throws HeliosError `usage` for a name that no note can hold. */
export function noteSigner(name: string, privateKey: KeyObject): NoteSigner {
  if (!isNoteName(name)) {
    fail('usage', `"${name}" is no name of a log`, {
      hint: 'Take a URL without scheme, spaces and plus signs: example.com/team/evidence',
    });
  }
  const id = keyId(name, materialOf(createPublicKey(privateKey), SIGNATURE_TYPE.ed25519));
  return { name, id, sign: (text) => sign(null, Buffer.from(text), privateKey) };
}

function materialOf(publicKey: KeyObject, type: number): Buffer {
  return Buffer.concat([Buffer.of(type), publicKey.export({ format: 'der', type: 'spki' }).subarray(SPKI_HEAD.length)]);
}

function keyId(name: string, material: Uint8Array): string {
  return createHash('sha256').update(`${name}\n`).update(material).digest('hex').slice(0, 8);
}

function verifyPlain(text: string, signature: Uint8Array, key: KeyObject): boolean {
  return verify(null, Buffer.from(text), key, signature);
}

/** tlog-cosignature: the time in seconds (8 bytes), then the signature over it and the text. */
function verifyCosignature(text: string, cosignature: Uint8Array, key: KeyObject): boolean {
  const bytes = Buffer.from(cosignature);
  if (bytes.length <= TIME_BYTES) return false;
  const signed = `cosignature/v1\ntime ${bytes.readBigUInt64BE()}\n${text}`;
  return verify(null, Buffer.from(signed), key, bytes.subarray(TIME_BYTES));
}
