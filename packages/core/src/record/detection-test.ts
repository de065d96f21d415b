// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';

const count = z.number().int().nonnegative();

/** What running the tests of detections left behind: written by sec-detect, read by sec-attack-mapper. */
export const detectionTestRecordSchema = z.strictObject({
  schema: z.literal('helios/detection-test-record/v1'),
  results: z.array(
    z.strictObject({
      /** Id of the detection; its name where the format has no ids. */
      rule: z.string(),
      /** File that holds it, relative to the root. */
      file: z.string(),
      /** Of that file when it was tested. */
      sha256: z.string().regex(/^[0-9a-f]{64}$/),
      /** Test cases. */
      passed: count,
      failed: count,
      /** Milliseconds from the first event of a case to the alert, by the case's name; cases without times are left out. */
      detectionMs: z.record(z.string(), count).optional(),
    }),
  ),
});
export type DetectionTestRecord = Readonly<z.infer<typeof detectionTestRecordSchema>>;
