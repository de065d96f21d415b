// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { momentSchema } from './moment.ts';

const line = z.string().min(1).max(2000);

/** One agreed deviation. Whether it is in effect is decided by `asOf`, never written down. */
export const exceptionSchema = z
  .strictObject({
    id: z
      .string()
      .regex(/^[A-Z]+(-[A-Z0-9]+)+$/)
      .describe('Unique in the register, for instance EXC-2026-001'),
    title: line,
    state: z.enum(['draft', 'approved', 'revoked', 'closed']),
    severity: z.enum(['critical', 'high', 'medium', 'low']),
    owner: line.describe('Who removes the cause'),
    requester: line,
    approver: line.optional().describe('Who accepted the risk; never the requester'),
    reason: line.describe('Why the finding cannot be mended now'),
    compensation: line.describe('What lowers the risk meanwhile'),
    requested: momentSchema,
    approved: momentSchema.optional(),
    expires: momentSchema,
    scope: z
      .strictObject({
        rule: z.string().regex(/^[a-z0-9-]+\/[a-z0-9-]+$/),
        path: line,
        fingerprint: z.string().regex(/^[0-9a-f]{64}$/),
      })
      .describe('The one finding that is accepted; copied from a report'),
  })
  .describe('An agreed, owned and dated deviation from a rule');

/** A file of controls/exceptions. */
export const exceptionRegisterSchema = z.strictObject({
  schema: z.literal('helios/exceptions/v1'),
  exceptions: z.array(exceptionSchema),
});

export type Exception = z.infer<typeof exceptionSchema>;
