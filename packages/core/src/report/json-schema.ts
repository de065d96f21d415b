// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { LEVELS } from '../finding/finding.ts';

const position = z.int().min(1);
const count = z.int().min(0);
const verdict = z.enum(['pass', 'fail', 'nothing-checked', 'error']);
const exit = z.literal([0, 1, 2, 3, 4, 70]).describe('The exit code: 0 pass, 1 fail, 3 nothing checked, 70 crashed');

const location = z.strictObject({
  path: z.string().describe('Relative to the root of the repository, with forward slashes'),
  line: position.optional(),
  column: position.optional().describe('1-based, in UTF-16 code units'),
  endLine: position.optional(),
  endColumn: position.optional().describe('Exclusive'),
});

const fix = z.strictObject({
  title: z.string(),
  edits: z
    .array(z.strictObject({ path: z.string(), start: count, end: count, newText: z.string() }))
    .readonly()
    .describe('Each replaces the UTF-16 range from start up to end'),
});

const suppression = z.strictObject({
  kind: z.enum(['waived', 'baselined']),
  by: z.string().describe('Id of the exception, or path of the baseline'),
  owner: z.string(),
  reason: z.string(),
  expires: z.string().describe('RFC 3339, UTC'),
});

const finding = z.strictObject({
  ruleId: z.string(),
  level: z.enum(LEVELS),
  message: z.string(),
  location,
  subject: z.string(),
  fingerprint: z.string().describe('Stays the same when lines move; what exceptions and baselines name'),
  remedy: z.string(),
  fix: fix.optional(),
  owner: z.string().optional(),
  references: z.array(z.string()).readonly().optional(),
  suppression: suppression.optional(),
});

const metric = z.strictObject({
  id: z.string(),
  title: z.string(),
  value: z.number(),
  unit: z.string(),
  threshold: z.union([z.strictObject({ atLeast: z.number() }), z.strictObject({ atMost: z.number() })]).optional(),
  sample: z.strictObject({ hits: z.number(), of: z.number() }).optional(),
});

const gate = z.strictObject({
  gate: z.string(),
  verdict,
  exit,
  checked: count,
  unit: z.string().describe('What checked counts'),
  notChecked: count.describe('Files that should have been checked and could not be'),
  findings: z.array(finding).readonly(),
  waived: z.array(finding).readonly().describe('Covered by an exception or the baseline; they do not count'),
  metrics: z.array(metric).readonly(),
  scope: z
    .strictObject({ base: z.string().describe('Commit that the change is held against'), outside: count })
    .optional()
    .describe('Only a change counted; outside: open findings that do not belong to it'),
  error: z.string().optional().describe('Why the gate could not finish'),
});

/** The shape of `--format json`, for one gate or many. */
export const reportDocumentSchema = z.strictObject({
  schema: z.literal('helios/report/v1'),
  asOf: z.string().describe('RFC 3339, UTC: the moment that the report judges'),
  verdict,
  exit,
  tool: z.strictObject({ name: z.string(), version: z.string() }),
  gates: z.array(gate).readonly(),
});

/** What the schema accepts, so that the reporter cannot drift from it. */
export type ReportDocument = z.infer<typeof reportDocumentSchema>;
