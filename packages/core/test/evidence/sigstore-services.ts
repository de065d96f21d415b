// SPDX-License-Identifier: Apache-2.0
import { createHash, generateKeyPairSync } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  fulcioHandler,
  initializeCA,
  initializeCTLog,
  initializeTLog,
  initializeTSA,
  rekorHandler,
  tsaHandler,
} from '@sigstore/mock';

/** What a private Sigstore deployment does, with keys of its own, on loopback. */
export interface Services {
  readonly url: string;
  /** As a trusted_root.json would say it. */
  readonly trustedRoot: Record<string, unknown>;
  /** From now on every answer to this path is this one. */
  answer(path: string, reply: (response: ServerResponse) => void): void;
  close(): void;
}

export const ISSUER = 'https://issuer.example';
export const SUBJECT = 'https://github.com/team/repo/.github/workflows/gate.yml@refs/heads/main';

/** A token as a CI system hands it out: nobody here looks at its signature. */
export function oidcToken(subject = SUBJECT, issuer = ISSUER): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = { iss: issuer, sub: subject, aud: 'sigstore', exp: 4_000_000_000, iat: 1 };
  return `${part({ alg: 'ES256', typ: 'JWT' })}.${part(claims)}.${part({})}`;
}

export async function startServices(): Promise<Services> {
  const keys = (): ReturnType<typeof generateKeyPairSync> => generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const [caKeys, ctKeys, logKeys, tsaKeys] = [keys(), keys(), keys(), keys()];
  // A whole second: how fractions of one are written, its maker and the verifier do not agree on.
  const clock = new Date(Math.floor(Date.now() / 1000) * 1000);
  const ctLog = await initializeCTLog(ctKeys, clock);
  const ca = await initializeCA(caKeys, ctLog, clock);
  const answers = new Map<string, (response: ServerResponse) => void>();
  const server = createServer();
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const log = await initializeTLog(url, logKeys, clock);
  const tsa = await initializeTSA(tsaKeys, clock);
  const handlers = [fulcioHandler(ca), rekorHandler(log), tsaHandler(tsa)];
  serve(server, handlers, answers);
  const base64 = (bytes: ArrayBufferView | Buffer): string =>
    Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
  const validFor = { start: '2020-01-01T00:00:00Z' };
  const authority = (...certificates: readonly ArrayBufferView[]): object => ({
    subject: { organization: 'loopback', commonName: 'loopback' },
    uri: url,
    certChain: { certificates: certificates.map((certificate) => ({ rawBytes: base64(certificate) })) },
    validFor,
  });
  const transparency = (publicKey: ArrayBufferView): object => ({
    baseUrl: url,
    hashAlgorithm: 'SHA2_256',
    publicKey: { rawBytes: base64(publicKey), keyDetails: 'PKIX_ECDSA_P256_SHA_256', validFor },
    logId: {
      keyId: createHash('sha256')
        .update(Buffer.from(base64(publicKey), 'base64'))
        .digest('base64'),
    },
  });
  return {
    url,
    trustedRoot: {
      mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
      certificateAuthorities: [authority(ca.rootCertificate)],
      timestampAuthorities: [authority(tsa.intCertificate, tsa.rootCertificate)],
      tlogs: [transparency(log.publicKey)],
      ctlogs: [transparency(ctLog.publicKey)],
    },
    answer: (path, reply) => void answers.set(path, reply),
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

const LOG = '/api/v1/log/entries';

/** A log keeps of a proposed envelope its digests and signatures (Rekor's entry type `dsse`); the handler keeps what it gets. */
function asLogged(proposed: string): string {
  const entry = JSON.parse(proposed) as {
    kind: string;
    spec: { proposedContent?: { envelope: string; verifiers: string[] } };
  };
  const { proposedContent } = entry.spec;
  if (entry.kind !== 'dsse' || !proposedContent) return proposed;
  const { payload, signatures } = JSON.parse(proposedContent.envelope) as {
    payload: string;
    signatures: { sig: string }[];
  };
  const digestOf = (bytes: Buffer): object => ({
    algorithm: 'sha256',
    value: createHash('sha256').update(bytes).digest('hex'),
  });
  const spec = {
    envelopeHash: digestOf(Buffer.from(proposedContent.envelope)),
    payloadHash: digestOf(Buffer.from(payload, 'base64')),
    signatures: signatures.map(({ sig }, at) => ({ signature: sig, verifier: proposedContent.verifiers[at] })),
  };
  return JSON.stringify({ ...entry, spec });
}

type Handler = ReturnType<typeof fulcioHandler>;

function serve(
  server: Server,
  handlers: readonly Handler[],
  answers: ReadonlyMap<string, (response: ServerResponse) => void>,
): void {
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const path = request.url ?? '';
      const handler = handlers.find((each) => each.path === path);
      const set = answers.get(path);
      if (set) return set(response);
      const text = path === LOG ? asLogged(Buffer.concat(chunks).toString()) : Buffer.concat(chunks).toString();
      if (!handler) {
        response.writeHead(404).end();
        return undefined;
      }
      return void relay(handler, text, response);
    });
  });
}

async function relay(handler: Handler, text: string, response: ServerResponse): Promise<void> {
  const { statusCode, response: reply, contentType } = await handler.fn(text);
  response.writeHead(statusCode, { 'content-type': contentType ?? 'text/plain' });
  response.end(reply);
}
