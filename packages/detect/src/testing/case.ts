// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';

/** Events that a rule must see, or must not. */
const caseShape = z.strictObject({
  name: z.string().min(1).describe('A sentence of behaviour'),
  expect: z.enum(['match', 'no-match']),
  count: z.int().positive().optional().describe('Events that match, or alerts of a correlation'),
  within: z
    .string()
    .regex(/^PT(?=\d)(?:\d+H)?(?:\d+M)?(?:\d+S)?$/, 'must be an ISO 8601 duration such as PT2M')
    .optional()
    .describe('Longest time from the first event of the case to the alert'),
  events: z.array(z.record(z.string(), z.unknown())).min(1),
});
const caseSchema = caseShape.superRefine(({ expect, ...limits }, context) => {
  for (const key of ['count', 'within'] as const)
    if (expect === 'no-match' && limits[key] !== undefined)
      context.addIssue({ code: 'custom', path: [key], message: 'is of a match, and the case expects none' });
});
export type TestCase = Readonly<z.infer<typeof caseSchema>>;

/** The tests of one rule, beside it: `<stem>.test.yaml`. */
export const testFileSchema = z.strictObject({
  schema: z.literal('helios/detection-test/v1'),
  rule: z.string().min(1).describe('Id of a Sigma rule or correlation; name of a Falco rule'),
  file: z.string().min(1).describe('File that holds the rule, from the root'),
  // Records and findings know a case by its name.
  cases: z
    .array(caseSchema)
    .min(1)
    .refine((cases) => new Set(cases.map(({ name }) => name)).size === cases.length, 'two cases have one name'),
});
type TestFile = Readonly<z.infer<typeof testFileSchema>>;

/** A file of tests that was read. */
export interface LoadedTest {
  readonly path: string;
  readonly test: TestFile;
}
