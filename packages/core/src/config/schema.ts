// SPDX-License-Identifier: Apache-2.0
import { isAbsolute } from 'node:path';
import { z } from 'zod';
import { LEVELS } from '../finding/finding.ts';
import type { AnyGate } from '../gate/gate.ts';
import { connectorSchema, networkSchema } from '../net/settings.ts';

const level = z.enum(LEVELS);
const path = z.string().min(1);
const inside = path.refine(
  (value) => !isAbsolute(value) && !value.split(/[\\/]/).includes('..'),
  'must be a path within the repository',
);

/** What every gate's section may say, beside the gate's own options. */
const common = {
  optional: z.boolean().default(false).describe('Whether finding nothing to check is fine'),
  failOn: level.optional().describe('The lowest level that fails this gate'),
  rules: z
    .record(z.string(), z.enum([...LEVELS, 'off']))
    .default({})
    .describe('Levels of single rules, or off'),
};
export const gateCommonSchema = z.object(common);

const top = {
  $schema: z.string().optional(),
  version: z.literal(1).describe('Of this format'),
  failOn: level.default('error').describe('The lowest level that fails a gate'),
  exceptions: z.array(path).default([]).describe('Globs of exception registers'),
  baseline: path.optional().describe('The baseline file'),
  evidence: z
    .strictObject({
      directory: inside.default('.evidence').describe('Where proofs of verdicts are kept'),
      key: path
        .optional()
        .describe('PEM file of the P-256 key that signs, or env:NAME; its passphrase comes from HELIOS_KEY_PASSPHRASE'),
      keyless: z
        .strictObject({
          fulcio: z.url({ protocol: /^https?$/ }).describe('Certificate authority'),
          rekor: z
            .url({ protocol: /^https?$/ })
            .optional()
            .describe('Transparency log'),
          tsa: z
            .url({ protocol: /^https?$/ })
            .optional()
            .describe('Time stamp authority'),
        })
        .optional()
        .describe('Sigstore services that --keyless signs by'),
      required: z
        .array(z.string())
        .optional()
        .describe('Gates that a run must hold evidence of; to be sealed, all that are configured unless said here'),
      log: z
        .strictObject({
          origin: z
            .string()
            .min(1)
            .describe('Name of the log: a URL without scheme, such as example.com/team/evidence'),
          key: path
            .optional()
            .describe(
              'PEM file of the Ed25519 key that seals, or env:NAME; its passphrase comes from HELIOS_KEY_PASSPHRASE',
            ),
          verifier: path.optional().describe('The .vkey file that says whose seals are taken'),
          directory: inside.optional().describe('Folder of the log; by default `log` in that of the evidence'),
          ref: z
            .string()
            .regex(/^refs\/[\w./-]+$/, 'must be a full ref such as refs/heads/evidence-log')
            .optional()
            .describe('Git ref that holds the log, in the place of a folder'),
          remote: z.string().min(1).optional().describe('Remote that the ref is fetched from and pushed to'),
        })
        .optional()
        .describe('The transparency log that runs are sealed in'),
    })
    .prefault({}),
  network: networkSchema.prefault({}).describe('Where connectors may send anything; nowhere unless it is said here'),
  connectors: z
    .record(z.string().regex(/^[a-z][a-z0-9-]*$/, 'must be a name in lower case'), connectorSchema)
    .default({})
    .describe('Places that take issues, changes, checks and alerts, by name'),
};

/** helios.yaml as one binary sees it: sections of gates it does not know are left to those who do. */
export const configSchema = z.strictObject({ ...top, gates: z.record(z.string(), z.unknown()).default({}) });
export type Config = z.infer<typeof configSchema>;

/** A gate's section: the common keys and the gate's own, in one strict object. */
export function gateSectionSchema(gate: AnyGate): z.ZodObject {
  return z.strictObject({ ...common, ...gate.options.shape });
}

/** helios.yaml with every gate's section, for editors and for the umbrella. */
export function fullConfigSchema(gates: readonly AnyGate[]): z.ZodObject {
  const sections = Object.fromEntries(
    gates.map((gate) => [gate.id, gateSectionSchema(gate).describe(gate.title).optional()]),
  );
  return z
    .strictObject({ ...top, gates: z.strictObject(sections).prefault({}) })
    .describe('Configuration of the Helios gates');
}
