// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';

const globs = z.array(z.string().min(1));
const days = z.int().min(1);
const runs = z.int().min(1).max(1000);

export const optionsSchema = z.strictObject({
  include: globs.default(['controls/exceptions/**/*.{yml,yaml}']).describe('Globs of registers'),
  exclude: globs.default([]).describe('Globs of files to leave out'),
  maxDays: z
    .strictObject({
      critical: days.default(14),
      high: days.default(30),
      medium: days.default(90),
      low: days.default(180),
    })
    .prefault({})
    .describe('Longest duration by severity, in days'),
  maxExtensions: z.int().min(0).default(1).describe('How often a duration may be granted again for one scope'),
  warnHours: z.int().min(1).default(72).describe('How long before its end an exception is warned of'),
  evidence: z
    .string()
    .regex(/^(?!.*\.\.)[^/\\:]+(?:\/[^/\\:]+)*$/, 'must be a folder within the repository')
    .default('.evidence')
    .describe('Folder of the evidence that says which waivers were used'),
  closeAfter: runs.default(3).describe('Green runs in a row after which an exception is closed by itself'),
  closeWithinHours: z
    .int()
    .min(1)
    .default(24)
    .describe('Hours within which an exception is closed once its control has passed in place'),
  staleAfter: runs.default(5).describe('Green runs in a row after which an exception still open is stale'),
  autoClosed: z.number().min(0).max(100).default(95).describe('Least share closed by itself, in percent'),
});
export type Options = Readonly<z.infer<typeof optionsSchema>>;
