// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import type { Finding } from './finding.ts';

const line = z.string().min(1).max(2000);
const name = z.string().regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/);

/** What each kind of scope is made of: all of it, and nothing else. A rule, a path or a name alone binds nothing. */
const KINDS = {
  finding: ['rule', 'path', 'fingerprint'],
  file: ['rule', 'path', 'digest'],
  package: ['rule', 'purl', 'vulnerability'],
  artifact: ['rule', 'digest'],
  control: ['control', 'service'],
} as const;

const MEANT = Object.values(KINDS)
  .map((keys) => keys.join('+'))
  .join(', ');

/** One finding, a rule on a file as it is, a vulnerability of a package's version, an artifact, or a control in place. */
export const scopeSchema = z
  .strictObject({
    rule: z
      .string()
      .regex(/^[a-z0-9-]+\/[a-z0-9-]+$/)
      .optional(),
    path: line.optional(),
    fingerprint: z
      .string()
      .regex(/^[0-9a-f]{64}$/)
      .optional()
      .describe('Copied from a report'),
    digest: z
      .string()
      .regex(/^sha256:[0-9a-f]{64}$/)
      .optional()
      .describe('Of the file at `path`, else of the artifact'),
    purl: z
      .string()
      .max(2000)
      .regex(/^pkg:[^@\s]+@[^@\s]+$/, 'must be a package URL with a version')
      .optional(),
    vulnerability: line.optional().describe('For instance CVE-2026-0001; its other names are `aliases`'),
    control: name.optional(),
    service: name.optional(),
  })
  .refine((scope) => kindOf(scope) !== undefined, `binds nothing exactly; a scope is one of ${MEANT}`)
  .meta({
    description: 'What exactly is accepted: never a bare name',
    allOf: [{ oneOf: Object.values(KINDS).map((keys) => ({ required: [...keys], maxProperties: keys.length })) }],
  });

export type Scope = z.infer<typeof scopeSchema>;

function kindOf(scope: Readonly<Record<string, unknown>>): keyof typeof KINDS | undefined {
  const given = Object.entries(scope).flatMap(([key, value]) => (value === undefined ? [] : [key]));
  const entries = Object.entries(KINDS) as [keyof typeof KINDS, readonly string[]][];
  return entries.find(([, keys]) => keys.length === given.length && keys.every((key) => given.includes(key)))?.[0];
}

/** What a scope is about, in few words. */
export function subjectOf({ fingerprint, purl, vulnerability, digest, path, control, service }: Scope): string {
  if (fingerprint !== undefined) return fingerprint;
  if (purl !== undefined) return `${vulnerability} in ${purl}`;
  return path ?? digest ?? `${control} in ${service}`;
}

/**
 * The names of what a scope binds. Two exceptions with one in common are about the same, whatever they are called: a
 * vulnerability has several names, and each of them counts.
 */
export function keysOfScope(scope: Scope, aliases: readonly string[] = []): string[] {
  const { rule, path, fingerprint, digest, purl, vulnerability, control, service } = scope;
  switch (kindOf(scope)) {
    case 'finding':
      return [key('finding', rule, path, fingerprint)];
    case 'file':
      return [key('file', rule, path, digest)];
    case 'package':
      return [vulnerability, ...aliases].map((known) => key('package', rule, purl, known?.toUpperCase()));
    case 'artifact':
      return [key('artifact', rule, digest)];
    case 'control':
      return [key('control', control, service)];
    case undefined:
      return [];
  }
}

/**
 * The keys by which a scope may bind a finding. A finding about a package or an artifact has its purl or digest as
 * subject, and names the vulnerability among its references. `sha256` is that of its file, where it is known.
 */
export function keysOfFinding(finding: Finding, sha256: string | undefined): string[] {
  const { ruleId, location, fingerprint, subject, references = [] } = finding;
  return [
    key('finding', ruleId, location.path, fingerprint),
    ...(sha256 === undefined ? [] : [key('file', ruleId, location.path, `sha256:${sha256}`)]),
    ...references.map((reference) => key('package', ruleId, subject, reference.toUpperCase())),
    key('artifact', ruleId, subject),
  ];
}

function key(...parts: readonly (string | undefined)[]): string {
  return JSON.stringify(parts);
}
