// SPDX-License-Identifier: Apache-2.0
// oxlint-disable-next-line import/no-unassigned-import -- the next one needs what it sets up
import 'reflect-metadata';
import { BasicConstraintsExtension, SubjectAlternativeNameExtension, X509CertificateGenerator } from '@peculiar/x509';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

/** A key and a certificate for some names, and the authority that issued it: all PEM, all new. */
export async function issueCertificate(names: readonly string[]): Promise<{ key: string; cert: string; ca: string }> {
  const [authority, own] = [
    await crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']),
    await crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']),
  ];
  const valid = { notBefore: new Date(Date.now() - 60_000), notAfter: new Date(Date.now() + 3_600_000) };
  const ca = await X509CertificateGenerator.createSelfSigned({
    name: 'CN=loopback authority',
    keys: authority,
    ...valid,
    extensions: [new BasicConstraintsExtension(true)],
  });
  const cert = await X509CertificateGenerator.create({
    subject: `CN=${names[0]}`,
    issuer: ca.subject,
    publicKey: own.publicKey,
    signingKey: authority.privateKey,
    ...valid,
    extensions: [new SubjectAlternativeNameExtension(names.map((value) => ({ type: 'dns', value })))],
  });
  const pkcs8 = Buffer.from(await crypto.subtle.exportKey('pkcs8', own.privateKey)).toString('base64');
  const key = `-----BEGIN PRIVATE KEY-----\n${pkcs8.match(/.{1,64}/g)?.join('\n')}\n-----END PRIVATE KEY-----\n`;
  return { key, cert: cert.toString('pem'), ca: ca.toString('pem') };
}
