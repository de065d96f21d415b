// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';

const globs = z.array(z.string().min(1));
const cases = z.int().nonnegative();

export const optionsSchema = z.strictObject({
  include: globs.default(['**/*.{yml,yaml}']).describe('Globs of files with Sigma rules, correlations and filters'),
  exclude: globs.default([]).describe('Globs of files to leave out'),
  tests: z
    .strictObject({
      include: globs.default(['**/*.test.{yml,yaml}']).describe('Globs of test files (helios/detection-test/v1)'),
      match: cases.default(1).describe('Least cases of a rule that expect a match'),
      noMatch: cases.default(1).describe('Least cases of a rule that expect none'),
      record: z
        .string()
        .min(1)
        .optional()
        .describe('Record of tests (sec-detect test --record) that no rule may alert later than'),
    })
    .prefault({}),
  benign: z
    .strictObject({
      include: globs.default([]).describe('Globs of logs in which nothing is to be found'),
      perThousand: z.number().nonnegative().default(1).describe('Most matches of a rule per 1,000 of their events'),
      record: z.string().min(1).optional().describe('Noise record (sec-detect noise --record) that no rule may exceed'),
      reduction: z.number().optional().describe('Least decrease of all matches since that record, in percent'),
    })
    .prefault({}),
  proven: z.number().min(0).max(100).optional().describe('Least share of rules whose tests pass, in percent'),
  detectWithin: z
    .number()
    .positive()
    .default(120)
    .describe('Longest median time to detect on the timelines of tests, in seconds'),
  conventions: z
    .enum(['none', 'sigmahq'])
    .default('none')
    .describe('House rules beside the specification: titles, file names, references as SigmaHQ asks for them'),
  runbooks: globs
    .default([])
    .describe('Globs of runbooks; where there are any, urgent rules must name one under `runbook`'),
  pipelines: globs.default([]).describe('Globs of processing pipelines, as pySigma reads them, that change the rules'),
  placeholders: z
    .record(z.string(), z.array(z.string()).min(1))
    .default({})
    .describe('Values that %placeholders% of the modifier `expand` stand for'),
});
export type Options = Readonly<z.infer<typeof optionsSchema>>;
