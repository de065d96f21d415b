// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { customFormatSchema } from './detection/custom.ts';

const globs = z.array(z.string().min(1));
const percent = z.number().min(0).max(100);

const coverageSchema = z
  .strictObject({
    name: z
      .string()
      .regex(/^[a-z0-9-]+$/)
      .describe('Names the metric: coverage.<name>.claimed'),
    scope: z.string().optional().describe('Scope file: the relevant techniques are those it selects'),
    scenarios: globs.optional().describe('Purple-team scenarios: each step must be seen by a detection it names'),
    claimed: percent.optional().describe('Least share of the relevant techniques that a detection names, in percent'),
    validated: percent.optional().describe('Least share that a detection with passing tests names, in percent'),
  })
  .refine(
    ({ scope, scenarios }) => (scope === undefined) !== (scenarios === undefined),
    'needs either scope or scenarios',
  );

export const optionsSchema = z.strictObject({
  include: globs.default(['**/*.{yml,yaml,toml,json}']).describe('Globs of files with detections and scenarios'),
  exclude: globs.default([]).describe('Globs of files to leave out'),
  formats: z.array(customFormatSchema).default([]).describe('Formats of your own, by pointers'),
  catalogs: z
    .strictObject({
      attack: z.string().default('19').describe('Version of a catalog that comes with Helios, or the path of one'),
      atlas: z.string().default('5.6.0').describe('Version of a catalog that comes with Helios, or the path of one'),
      maxAgeDays: z
        .number()
        .int()
        .positive()
        .default(400)
        .describe('Older catalogs are stale, where they say their date'),
    })
    .prefault({}),
  ai: z
    .strictObject({
      paths: globs.default(['**/ai-*', '**/ai/**']),
      logsource: z
        .array(z.string())
        .default([
          'ai_gateway',
          'llm_gateway',
          'llm',
          'genai',
          'openai',
          'anthropic',
          'bedrock',
          'azure_openai',
          'vertex_ai',
        ]),
      tags: z.array(z.string()).default(['ai', 'llm', 'genai', 'mlsecops']),
    })
    .prefault({})
    .describe('What makes a detection one of attacks on AI: its path, log source or tag'),
  coverage: z.array(coverageSchema).default([]),
  records: globs
    .default([])
    .describe('Globs of detection test records: rules that they show passing count as validated'),
  base: z
    .string()
    .regex(/^[^-]/, 'must not begin with a dash')
    .optional()
    .describe('Git ref; techniques covered there must stay covered'),
});

export type Options = z.infer<typeof optionsSchema>;
export type CoverageOptions = z.infer<typeof coverageSchema>;
