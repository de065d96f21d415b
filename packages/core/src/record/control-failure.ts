// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';

const instant = z.iso.datetime({ offset: false });
const name = z.string().regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const text = z.string().trim().min(1);

/** What a statement about one failure of a control calls its predicate. */
export const CONTROL_FAILURE_TYPE = 'urn:helios:record:control-failure/v1';

/** Who mends a failed control until when, and where that can be followed: left by sec-ccv once somebody was told. */
export const controlFailureSchema = z.strictObject({
  schema: z.literal('helios/control-failure/v1'),
  /** What its issue is found by; a control that fails again after a pass has the same. */
  key: text,
  control: name,
  service: name,
  /** sha256 of the statement of the run that failed first. */
  run: sha256,
  /** When that run was finished. */
  opened: instant,
  owner: text,
  /** Until when the failure is tolerated. */
  expires: instant,
  /** What undoes the action, should it have left something behind. */
  rollbackPlan: text,
  /** Address of the issue or pull request. */
  where: text,
  /** When this was written; of two records of one failure the later one counts. */
  recorded: instant,
  /** Set once the control passes again. */
  closed: z.strictObject({ at: instant, run: sha256 }).optional(),
});
export type ControlFailure = z.infer<typeof controlFailureSchema>;
