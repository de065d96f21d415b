// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';

const percent = z.number().min(0).max(100);
const days = z.number().positive();
const globs = z.array(z.string().min(1));

/** What the gate holds records of runs against. */
export const judgeOptions = {
  records: globs
    .default(['.evidence/ccv/*.intoto.json'])
    .describe(
      'Globs of records of runs and failures, also of those that git ignores; [] judges controls as written, and no runs',
    ),
  falseAlarms: globs.default([]).describe('Globs of files that say which failures were false alarms'),
  within: days.default(7).describe('Days after which a pass does not count any more'),
  coverage: z
    .array(z.strictObject({ tier: z.int().min(1).max(3), atLeast: percent }))
    .refine((all) => new Set(all.map(({ tier }) => tier)).size === all.length, 'names a tier twice')
    .default([
      { tier: 1, atLeast: 100 },
      { tier: 2, atLeast: 90 },
    ])
    .describe('Least share of the services of a tier that are proven, in percent'),
  rollback: z
    .strictObject({
      // No number of rollbacks proves that none will ever fail; nor, below, of runs that no alarm is false.
      atLeast: percent.max(99.999).default(99.85).describe('Least rate of verified rollbacks, in percent'),
      days: days.default(365).describe('How far back rollbacks count'),
    })
    .prefault({}),
  repair: z
    .strictObject({
      atMost: days.default(3).describe('Longest mean time to repair, in days; open failures count'),
      days: days.default(90).describe('How far back failures count'),
    })
    .prefault({}),
  failures: z
    .strictObject({
      within: days.default(7).describe('Longest time that a record may give to mend a failure, in days'),
    })
    .prefault({}),
  alarms: z
    .strictObject({ atMost: percent.min(0.001).default(0.4).describe('Highest rate of false alarms, in percent') })
    .prefault({}),
  regression: z
    .strictObject({
      recent: days.default(30).describe('Days that are compared'),
      before: days.default(180).describe('Days before those that they are compared with, where there is no baseline'),
      baseline: z.string().min(1).optional().describe('File that sec-ccv baseline wrote, to compare with instead'),
      least: z.int().min(3).default(10).describe('With fewer on either side nothing is said'),
      slower: percent.default(20).describe('Smaller changes are let be, in percent'),
      significance: percent.default(5).describe('How often chance alone may be taken for a regression, in percent'),
    })
    .prefault({}),
};
const schema = z.strictObject(judgeOptions);
export type JudgeOptions = Readonly<z.infer<typeof schema>>;
