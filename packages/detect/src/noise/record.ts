// SPDX-License-Identifier: Apache-2.0
import { canonicalJson } from '@helios/core/hash';
import { z } from 'zod';
import type { Noise } from './noise.ts';

const count = z.int().nonnegative();

/** How often each rule matched what is known to be harmless: what later runs are held against. */
export const noiseRecordSchema = z.strictObject({
  schema: z.literal('helios/noise-record/v1'),
  results: z.array(
    z.strictObject({
      /** Id of the rule. */
      rule: z.string().min(1),
      matches: count,
      /** Events of its log source. */
      events: count,
    }),
  ),
});
export type NoiseRecord = Readonly<z.infer<typeof noiseRecordSchema>>;

/** JCS, rules in the order of their ids. */
export function noiseRecord(noise: readonly Noise[]): string {
  const results = noise
    .map(({ rule, matches, events }) => ({ rule, matches, events }))
    .sort((a, b) => (a.rule < b.rule ? -1 : 1));
  return `${canonicalJson(noiseRecordSchema.parse({ schema: 'helios/noise-record/v1', results }))}\n`;
}
