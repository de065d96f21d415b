// SPDX-License-Identifier: Apache-2.0
import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { bundleSchema, claimedKeyId, verifyBundle } from '../../src/evidence/bundle.ts';
import { preAuthEncoding } from '../../src/evidence/dsse.ts';
import { generateKeyPair, openSigner } from '../../src/evidence/index.ts';
import { readPublicKey } from '../../src/evidence/keys.ts';
import { SKIP_REASON, VECTORS, VECTORS_ABSENT } from '../hash/vectors.ts';

const STATEMENT = '{"_type":"https://in-toto.io/Statement/v1"}';

describe.skipIf(VECTORS_ABSENT)(`the published DSSE vector${SKIP_REASON}`, () => {
  it('has our encoding, and its signature verifies over it', () => {
    const vector = JSON.parse(readFileSync(`${VECTORS}dsse/vector.json`, 'utf8'));
    const encoded = preAuthEncoding(vector.payloadType, Buffer.from(vector.payload));
    expect(encoded.toString()).toBe(vector.pae);
    const base64url = (decimal: string): string =>
      Buffer.from(BigInt(decimal).toString(16).padStart(64, '0'), 'hex').toString('base64url');
    const jwk = { kty: 'EC', crv: 'P-256', x: base64url(vector.publicKeyX), y: base64url(vector.publicKeyY) };
    const key = { key: createPublicKey({ key: jwk, format: 'jwk' }), dsaEncoding: 'ieee-p1363' } as const;
    const signature = Buffer.from(vector.envelope.signatures[0].sig, 'base64');
    expect(verify('sha256', encoded, key, signature)).toBe(true);
    expect(verify('sha256', preAuthEncoding('other', Buffer.from(vector.payload)), key, signature)).toBe(false);
  });

  it('counts bytes, not characters', () => {
    expect(preAuthEncoding('ü', Buffer.from('ü')).toString()).toBe('DSSEv1 2 ü 2 ü');
  });
});

describe('a signed statement', () => {
  it('is a Sigstore bundle v0.3 that node:crypto alone can check, too', async () => {
    const { privatePem, publicPem } = generateKeyPair();
    const bundle = bundleSchema.parse(JSON.parse(await openSigner(privatePem).sign(STATEMENT)));
    expect(Buffer.from(bundle.dsseEnvelope.payload, 'base64').toString()).toBe(STATEMENT);
    const encoded = preAuthEncoding('application/vnd.in-toto+json', Buffer.from(STATEMENT));
    expect(verify('sha256', encoded, publicPem, Buffer.from(bundle.dsseEnvelope.signatures[0].sig, 'base64'))).toBe(
      true,
    );
  });

  it('names its key by the SHA-256 of the SPKI form', async () => {
    const { privatePem } = generateKeyPair();
    const signer = openSigner(privatePem);
    expect(claimedKeyId(bundleSchema.parse(JSON.parse(await signer.sign(STATEMENT))))).toBe(signer.keyId);
  });

  it('is accepted for its own bytes by its own key, among others', async () => {
    const [mine, other] = [generateKeyPair(), generateKeyPair()];
    const bundle = bundleSchema.parse(JSON.parse(await openSigner(mine.privatePem).sign(STATEMENT)));
    const [mineKey, otherKey] = [readPublicKey(mine.publicPem), readPublicKey(other.publicPem)];
    await expect(verifyBundle(bundle, Buffer.from(STATEMENT), new Map([otherKey, mineKey]))).resolves.toBe(
      openSigner(mine.privatePem).keyId,
    );
    await expect(verifyBundle(bundle, Buffer.from(`${STATEMENT} `), new Map([mineKey]))).rejects.toThrow(
      'something else',
    );
    await expect(verifyBundle(bundle, Buffer.from(STATEMENT), new Map([otherKey]))).rejects.toThrow('was not given');
    await expect(verifyBundle(bundle, Buffer.from(STATEMENT), new Map())).rejects.toThrow('was not given');
  });

  it('is refused when another key signed and names this one', async () => {
    const [mine, forger] = [generateKeyPair(), generateKeyPair()];
    const good = bundleSchema.parse(JSON.parse(await openSigner(mine.privatePem).sign(STATEMENT)));
    const forged = bundleSchema.parse(JSON.parse(await openSigner(forger.privatePem).sign(STATEMENT)));
    const { signatures } = forged.dsseEnvelope;
    const mixed = { ...good, dsseEnvelope: { ...good.dsseEnvelope, signatures } };
    await expect(verifyBundle(mixed, Buffer.from(STATEMENT), new Map([readPublicKey(mine.publicPem)]))).rejects.toThrow(
      'does not verify',
    );
  });
});

describe('keys', () => {
  it('may be protected by a passphrase', async () => {
    const { privatePem, publicPem } = generateKeyPair('correct horse');
    expect(privatePem).toMatch(/^-----BEGIN ENCRYPTED PRIVATE KEY-----/);
    const bundle = bundleSchema.parse(JSON.parse(await openSigner(privatePem, 'correct horse').sign(STATEMENT)));
    await expect(
      verifyBundle(bundle, Buffer.from(STATEMENT), new Map([readPublicKey(publicPem)])),
    ).resolves.toHaveLength(64);
  });

  const ed25519 = generateKeyPairSync('ed25519');
  const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' });
  const pkcs8 = { type: 'pkcs8', format: 'pem' } as const;
  const spki = { type: 'spki', format: 'pem' } as const;

  it.each<[string, () => unknown]>([
    ['a missing passphrase', () => openSigner(generateKeyPair('x').privatePem)],
    ['a wrong passphrase', () => openSigner(generateKeyPair('x').privatePem, 'y')],
    ['text that is no key', () => openSigner('hello')],
    ['a public key to sign with', () => openSigner(generateKeyPair().publicPem)],
    ['another algorithm to sign with', () => openSigner(ed25519.privateKey.export(pkcs8).toString())],
    ['another curve to sign with', () => openSigner(p384.privateKey.export(pkcs8).toString())],
    ['a private key to verify with', () => readPublicKey(generateKeyPair().privatePem)],
    ['another algorithm to verify with', () => readPublicKey(ed25519.publicKey.export(spki).toString())],
  ])('%s is an error of usage', (_, use) =>
    expect(use).toThrow(expect.objectContaining({ name: 'HeliosError', code: 'usage' })),
  );
});
