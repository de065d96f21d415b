// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';

const logsource = z.strictObject({
  product: z.string().optional(),
  category: z.string().optional(),
  service: z.string().optional(),
});
const value = z.union([z.string(), z.number()]);
const where = z.record(z.string(), z.union([value, z.array(value).min(1)]));
const field = z.strictObject({
  name: z.string().min(1),
  type: z.enum(['folded', 'keyword', 'analysed', 'number', 'ip', 'dynamic']).optional(),
});

/** What a store is like: helios/compile-settings/v1. */
export const compileSettingsSchema = z.strictObject({
  schema: z.literal('helios/compile-settings/v1'),
  fields: z
    .record(z.string(), z.union([z.string().min(1), field]))
    .optional()
    .describe("The store's names of fields by Sigma's; `*` stands for all others, and in a name for theirs"),
  sources: z
    .array(
      z.strictObject({
        logsource,
        from: z.string().min(1).optional(),
        where: z.union([where, z.array(where).min(1)]).optional(),
      }),
    )
    .optional()
    .describe('Where the events of a log source are: an index, table or stream, and what tells them from others there'),
  from: z.string().min(1).optional().describe('Index, table or stream selector of all that no source tells'),
  message: z.string().min(1).optional().describe('Field with the text of the whole event, for keywords'),
  emptyIsMissing: z.boolean().optional().describe('That no field holds empty text'),
  time: z
    .string()
    .min(1)
    .optional()
    .describe('SQL, for correlations: an expression for the time of an event, in milliseconds since 1970'),
  order: z
    .string()
    .min(1)
    .optional()
    .describe('SQL, for correlations: an expression for a whole number that orders events of the same time'),
  storage: z.enum(['json', 'columns']).optional().describe('SQL: one column of JSON, or a column for each field'),
  column: z.string().min(1).optional().describe('SQL: the column of JSON'),
});
