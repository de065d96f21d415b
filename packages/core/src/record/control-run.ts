// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';

const instant = z.iso.datetime({ offset: false });
const name = z.string().regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/);

/** What a statement about one run of a control calls its predicate. */
export const CONTROL_RUN_TYPE = 'urn:helios:record:control-run/v1';

/** What running a control in place came to: left by sec-ccv, read by the gates of controls and of exceptions. */
export const controlRunSchema = z.strictObject({
  schema: z.literal('helios/control-run/v1'),
  control: name,
  service: name,
  tier: z.int().min(1).max(3),
  /** Only `pass` counts for coverage, and closes what waited for the control. */
  outcome: z.enum(['pass', 'fail', 'inconclusive', 'not-run']),
  /** One line: what decided the outcome. */
  reason: z.string(),
  started: instant,
  finished: instant,
  /** Seconds from the action until the control was seen to work; where the control is about detection. */
  detectedAfter: z.number().nonnegative().optional(),
  /** Absent where there was no action, and so nothing to roll back. */
  rollback: z
    .strictObject({
      /** The steady state held again afterwards; "the rollback returned 0" is no proof. */
      verified: z.boolean(),
      /** sha256 of the canonical pre-state, action log, post-state and verification, and of the proof before. */
      proof: z.string().regex(/^[0-9a-f]{64}$/),
    })
    .optional(),
});
export type ControlRun = z.infer<typeof controlRunSchema>;
