// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';

/** Something that a person should know of now, or need not care about any more. */
export const alertSchema = z.strictObject({
  schema: z.literal('helios/alert/v1'),
  /** The same for trigger and resolve, and however often it is said. */
  key: z.string(),
  action: z.enum(['trigger', 'resolve']),
  severity: z.enum(['critical', 'error', 'warning', 'info']),
  /** One line. */
  summary: z.string(),
  /** What it is about: a URI, or the name of a repository. */
  source: z.string(),
  details: z.record(z.string(), z.string()),
});
export type Alert = z.infer<typeof alertSchema>;
