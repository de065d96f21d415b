// SPDX-License-Identifier: Apache-2.0
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keylessSigner, storeRun, type Trust, verifyEvidence } from '../../src/evidence/index.ts';
import { canonicalJson } from '../../src/hash/index.ts';
import { newFolder } from '../fs/folder.ts';
import { FACTS, gateResult, report } from './report.ts';
import { ISSUER, oidcToken, type Services, startServices, SUBJECT } from './sigstore-services.ts';

let services: Services;
beforeAll(async () => {
  services = await startServices();
});
afterAll(() => services.close());

const signer = (url = services.url): ReturnType<typeof keylessSigner> =>
  keylessSigner({ fulcio: url, rekor: url, tsa: url }, oidcToken());
const trust = (change: Partial<Trust> = {}): Trust => ({
  publicKeys: [],
  requireSigned: true,
  keyless: { signer: { subject: SUBJECT, issuer: ISSUER }, trustedRoot: services.trustedRoot },
  ...change,
});

async function signedRun(): Promise<{ directory: string; bundles: string[] }> {
  const directory = newFolder();
  const { created } = await storeRun({ directory, report: report(gateResult()), facts: FACTS, signer: signer() });
  return { directory, bundles: created.filter((path) => path.endsWith('.sigstore.json')) };
}

describe('a run signed without a key', () => {
  it('holds offline, for the exact identity and issuer, under the trusted root', async () => {
    const { directory, bundles } = await signedRun();
    expect(bundles).toHaveLength(2);
    expect(await verifyEvidence(directory, trust())).toMatchObject({ signed: 2, problems: [] });
    const bundle = JSON.parse(readFileSync(join(directory, bundles[0] ?? ''), 'utf8'));
    expect(bundle.mediaType).toBe('application/vnd.dev.sigstore.bundle.v0.3+json');
    expect(bundle.verificationMaterial.tlogEntries).toHaveLength(1);
    expect(bundle.verificationMaterial.timestampVerificationData.rfc3161Timestamps).toHaveLength(1);
  });

  it.each<[string, (root: Record<string, unknown>) => Partial<Trust>]>([
    [
      'another identity',
      (trustedRoot) => ({ keyless: { signer: { subject: `${SUBJECT}x`, issuer: ISSUER }, trustedRoot } }),
    ],
    [
      'the beginning of the identity',
      (trustedRoot) => ({ keyless: { signer: { subject: SUBJECT.slice(0, 20), issuer: ISSUER }, trustedRoot } }),
    ],
    ['a pattern', (trustedRoot) => ({ keyless: { signer: { subject: '.*', issuer: ISSUER }, trustedRoot } })],
    [
      'another issuer',
      (trustedRoot) => ({ keyless: { signer: { subject: SUBJECT, issuer: 'https://other.example' }, trustedRoot } }),
    ],
    [
      'no authority',
      (root) => ({
        keyless: { signer: { subject: SUBJECT, issuer: ISSUER }, trustedRoot: { ...root, certificateAuthorities: [] } },
      }),
    ],
    [
      'no log',
      (root) => ({ keyless: { signer: { subject: SUBJECT, issuer: ISSUER }, trustedRoot: { ...root, tlogs: [] } } }),
    ],
    [
      'no log of certificates',
      (root) => ({ keyless: { signer: { subject: SUBJECT, issuer: ISSUER }, trustedRoot: { ...root, ctlogs: [] } } }),
    ],
    ['what is no trusted root', () => ({ keyless: { signer: { subject: SUBJECT, issuer: ISSUER }, trustedRoot: [] } })],
  ])('does not hold for %s', async (_what, change) => {
    const { directory } = await signedRun();
    const { problems, signed } = await verifyEvidence(directory, trust(change(services.trustedRoot)));
    expect(signed).toBe(0);
    expect(problems.length).toBeGreaterThanOrEqual(2);
  });

  it('does not hold where no identity was given', async () => {
    const { directory } = await signedRun();
    const { problems } = await verifyEvidence(directory, { publicKeys: [], requireSigned: false });
    expect(problems.map(({ problem }) => problem)).toEqual([
      expect.stringContaining('no identity was given'),
      expect.stringContaining('no identity was given'),
    ]);
  });

  it('is found out by a change of any part of a bundle', async () => {
    const { directory, bundles } = await signedRun();
    const [path = ''] = bundles;
    const before = readFileSync(join(directory, path), 'utf8');
    let changes = 0;
    for (let at = 0; at < before.length; at += process.env['HELIOS_THOROUGH'] === '1' ? 1 : 37) {
      const code = before.charCodeAt(at);
      writeFileSync(join(directory, path), before.slice(0, at) + String.fromCharCode(code ^ 1) + before.slice(at + 1));
      const { problems } = await verifyEvidence(directory, trust());
      expect(
        problems.map((problem) => problem.path),
        `character ${at}: ${before.slice(at - 20, at + 1)}`,
      ).toContain(path);
      changes++;
    }
    expect(changes).toBeGreaterThan(50);
    const more = { ...JSON.parse(before), note: 'unread' };
    writeFileSync(join(directory, path), canonicalJson(more));
    expect((await verifyEvidence(directory, trust())).problems).not.toEqual([]);
  }, 120_000);
});

describe('services that fail', () => {
  it.each<[string, string, (response: ServerResponse) => void]>([
    ['a certificate authority in trouble', '/api/v2/signingCert', (response) => response.writeHead(500).end('no')],
    ['one that answers with a page', '/api/v2/signingCert', (response) => response.writeHead(200).end('<html>')],
    ['a log that refuses', '/api/v1/log/entries', (response) => response.writeHead(400).end('no')],
    ['a time stamper that hangs up', '/api/v1/timestamp', (response) => response.destroy()],
  ])(
    '%s: nothing claims to be signed, and it is said',
    async (_what, path, reply) => {
      const broken = await startServices();
      broken.answer(path, reply);
      const directory = newFolder();
      const stored = storeRun({ directory, report: report(gateResult()), facts: FACTS, signer: signer(broken.url) });
      await expect(stored).rejects.toThrow('cannot be signed without a key');
      broken.close();
      const files = readdirSync(directory, { recursive: true, encoding: 'utf8' });
      expect(files.filter((name) => name.endsWith('.sigstore.json'))).toEqual([]);
    },
    60_000,
  );

  it('an identity that is not to be had is an error of usage', async () => {
    const nobody = keylessSigner({ fulcio: services.url }, undefined);
    await expect(nobody.sign('{}')).rejects.toThrow(expect.objectContaining({ code: 'usage' }));
  });
});
