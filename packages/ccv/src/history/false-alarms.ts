// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';

const text = z.string().trim().min(1);

/** Failures of controls that worked all along, as somebody found out, helios/false-alarms/v1. */
export const falseAlarmsSchema = z.strictObject({
  schema: z.literal('helios/false-alarms/v1'),
  alarms: z.array(
    z.strictObject({
      run: z
        .string()
        .regex(/^[0-9a-f]{64}$/, 'must be the sha256 of the record')
        .describe('sha256 of the record of the run that failed'),
      reason: text.describe('What was wrong with the probe'),
      reviewer: text.describe('Who found out; not the owner of the control'),
    }),
  ),
});
