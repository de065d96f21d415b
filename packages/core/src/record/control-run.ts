// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { canonicalJson, sha256Hex } from '../hash/index.ts';

const instant = z.iso.datetime({ offset: false });
const name = z.string().regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** What a statement about one run of a control calls its predicate. */
export const CONTROL_RUN_TYPE = 'urn:helios:record:control-run/v1';

/** What a rollback proof is the sha256 of, as JCS. Values are named by digests: they may hold secrets. */
const transcriptSchema = z.strictObject({
  schema: z.literal('helios/rollback-proof/v1'),
  run: z.string(),
  /** sha256 of the control's file. */
  control: sha256,
  /** The proof before this one, in the journal of the runner. */
  previous: sha256.nullable(),
  /** sha256 of each observation of the state before the action and after the rollback, without what is ignored. */
  before: z.record(z.string(), sha256),
  after: z.record(z.string(), sha256),
  steps: z.array(
    z.strictObject({
      phase: z.enum(['action', 'rollback']),
      name: z.string(),
      /** `begun`: nobody knows whether it was done. */
      status: z.enum(['begun', 'done', 'failed']),
    }),
  ),
  /** The steady state after the rollback. */
  verification: z.array(z.strictObject({ name: z.string(), held: z.boolean() })),
  /** JSON pointers: what was not compared, and what differed. */
  ignored: z.array(z.string()),
  residual: z.array(z.string()),
});
export type RollbackTranscript = z.infer<typeof transcriptSchema>;

/** What running a control in place came to: left by sec-ccv, read by the gates of controls and of exceptions. */
export const controlRunSchema = z.strictObject({
  schema: z.literal('helios/control-run/v1'),
  /** Unlike any other run's; a rollback that was made up for later leaves a second record of the same run. */
  run: z.string().optional(),
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
      /** sha256 of the transcript as JCS: pre-state, action log, post-state and verification, and the proof before. */
      proof: sha256,
      transcript: transcriptSchema.optional(),
    })
    .refine(({ proof, transcript }) => !transcript || sha256Hex(canonicalJson(transcript)) === proof, {
      message: 'is not the digest of the transcript',
      path: ['proof'],
    })
    .optional(),
});
export type ControlRun = z.infer<typeof controlRunSchema>;
