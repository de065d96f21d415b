// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { durationSchema } from './duration.ts';
import { expectationSchema } from './expectation.ts';
import { jsonSchema } from './json.ts';

/** Text in which placeholders such as ${target} are filled. */
export const text = z.string().min(1);
export const headers = z.record(text, z.string()).default({});
const port = z.int().min(1).max(65535);
export const connection = z
  .string()
  .regex(/^env:[A-Za-z_]\w*$/, 'must be env:NAME: a secret is never part of a file')
  .describe('env:NAME, the environment variable with the address: postgresql://user:password@host/database');

/** Which object of Kubernetes. */
export const kubernetesObject = z.strictObject({
  apiVersion: text,
  kind: text,
  namespace: text.optional(),
  name: text,
});
export const context = text.optional().describe('Of the kubeconfig; else its current one, or the service account');

export const execution = {
  kind: z.literal('exec'),
  command: z.array(text).min(1).describe('Program and arguments; no shell reads them'),
  cwd: text.optional().describe('Folder to run in; the root of the repository unless said'),
  env: z
    .record(z.string().regex(/^[A-Za-z_]\w*$/), z.string())
    .default({})
    .describe('All that it sees beside PATH'),
  input: z.string().default('').describe('Its standard input'),
};

const plain = {
  http: {
    kind: z.literal('http'),
    url: text,
    method: z.enum(['GET', 'POST']).default('GET').describe('POST only for questions that services take that way'),
    headers,
    body: jsonSchema.optional(),
  },
  tcp: { kind: z.literal('tcp'), host: text, port },
  tls: { kind: z.literal('tls'), host: text, port: port.default(443), servername: text.optional() },
  dns: {
    kind: z.literal('dns'),
    query: text,
    type: z.enum(['A', 'AAAA', 'CNAME', 'MX', 'NS', 'TXT']).default('A'),
    server: text.optional().describe('host:port; the resolver of the system unless said'),
  },
  exec: execution,
  files: {
    kind: z.literal('files'),
    folder: text.optional().describe('The root of the repository unless said'),
    include: z.array(text).min(1).describe('Globs'),
  },
  document: { kind: z.literal('document'), path: text.describe('A JSON or YAML file') },
  kubernetes: {
    kind: z.literal('kubernetes'),
    context,
    manifest: text.optional().describe('A file to look in instead of a cluster'),
    object: kubernetesObject.partial({ name: true }),
    selector: text.optional().describe('Labels, where a list of objects is asked for'),
  },
  sql: { kind: z.literal('sql'), connection, query: text, parameters: z.array(jsonSchema).default([]) },
  prometheus: { kind: z.literal('prometheus'), url: text.describe('Of the server'), query: text, headers },
  evidence: {
    kind: z.literal('evidence'),
    folder: text.optional().describe('That of helios.yaml unless said'),
    keys: z.array(text).default([]).describe('PEM files of public keys; where there are any, all must be signed'),
  },
};

const named = {
  name: text,
  timeout: durationSchema.default('PT30S').describe('For one look'),
};

/** One way to look at the world, without what it is expected to be. */
const plainObservation = z
  .discriminatedUnion('kind', [
    z.strictObject(plain.http),
    z.strictObject(plain.exec),
    z.strictObject(plain.document),
    z.strictObject(plain.kubernetes),
    z.strictObject(plain.sql),
    z.strictObject(plain.prometheus),
  ])
  // Named, a part of the JSON Schema is there once and not wherever it is used.
  .meta({ id: 'look' });

const rego = {
  kind: z.literal('rego'),
  bundle: text.default('controls/opa'),
  entrypoint: text,
  of: plainObservation.describe('What is judged: the value of another observation'),
};

/** All kinds, each with the same additional keys. */
function observationsWith<Extra extends z.ZodRawShape>(extra: Extra) {
  return z.discriminatedUnion('kind', [
    z.strictObject({ ...named, ...extra, ...plain.http }),
    z.strictObject({ ...named, ...extra, ...plain.tcp }),
    z.strictObject({ ...named, ...extra, ...plain.tls }),
    z.strictObject({ ...named, ...extra, ...plain.dns }),
    z.strictObject({ ...named, ...extra, ...plain.exec }),
    z.strictObject({ ...named, ...extra, ...plain.files }),
    z.strictObject({ ...named, ...extra, ...plain.document }),
    z.strictObject({ ...named, ...extra, ...rego }),
    z.strictObject({ ...named, ...extra, ...plain.kubernetes }),
    z.strictObject({ ...named, ...extra, ...plain.sql }),
    z.strictObject({ ...named, ...extra, ...plain.prometheus }),
    z.strictObject({ ...named, ...extra, ...plain.evidence }),
  ]);
}

export const observationSchema = observationsWith({}).meta({ id: 'observation' });
export type Observation = Readonly<z.infer<typeof observationSchema>>;
export type ObservationOf<Kind extends Observation['kind']> = Extract<Observation, { kind: Kind }>;
export type PlainObservation = Readonly<z.infer<typeof plainObservation>>;

/** An observation and what it must show, at once or within a time. */
export const probeSchema = observationsWith({
  expect: expectationSchema,
  within: durationSchema.optional().describe('Looked at again and again until it holds or this time is over'),
}).meta({ id: 'probe' });
export type Probe = Readonly<z.infer<typeof probeSchema>>;
