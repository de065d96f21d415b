// SPDX-License-Identifier: Apache-2.0
import { RE2JS } from 're2js';
import { z } from 'zod';
import { jsonSchema, pointerSchema } from './json.ts';

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);

const toleranceSchema = z
  .strictObject({
    equals: jsonSchema.optional(),
    oneOf: z.array(scalar).min(1).optional(),
    atLeast: z.number().optional(),
    atMost: z.number().optional(),
    contains: scalar.optional().describe('A part of a text, or an element of a list'),
    matches: z
      .string()
      .refine(isPattern, 'is no regular expression that RE2 takes')
      .optional()
      .describe('A regular expression (RE2) that a part of the text matches'),
    absent: z.literal(true).optional(),
  })
  .refine((tolerance) => Object.keys(tolerance).length > 0, 'says nothing: name at least one tolerance');
export type Tolerance = Readonly<z.infer<typeof toleranceSchema>>;

/** What must be where in an observed value: by JSON pointer the value itself, or what it may be. */
export const expectationSchema = z
  .record(pointerSchema, z.union([scalar, toleranceSchema]))
  .refine((expectation) => Object.keys(expectation).length > 0, 'expects nothing, and so would always hold')
  .meta({ id: 'expectation' });
export type Expectation = Readonly<z.infer<typeof expectationSchema>>;

function isPattern(text: string): boolean {
  try {
    return text !== '' && RE2JS.compile(text) !== undefined;
  } catch {
    return false;
  }
}
