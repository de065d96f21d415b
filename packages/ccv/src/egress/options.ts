// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';

/** `gates.ccv.egress` of helios.yaml. */
export const egressOptionsSchema = z
  .strictObject({
    settings: z.string().min(1).describe('Settings of the watch (helios/egress-settings/v1)'),
    records: z
      .array(z.string().min(1))
      .default(['.evidence/soc/egress-*.intoto.json'])
      .describe('Globs of the records that sec-ccv egress leaves'),
    triage: z.number().positive().default(15).describe('Longest time from the event to its triage, in minutes'),
    days: z.number().positive().default(30).describe('Days that alerts are looked back upon'),
    silence: z.number().positive().default(24).describe('Hours without a run after which nobody watches'),
    review: z.number().positive().default(90).describe('Days that a review of the baseline lasts'),
    blind: z
      .number()
      .min(0)
      .max(100)
      .default(1)
      .describe('Most records that do not say who, where or when, in percent'),
  })
  .describe('Where workloads send to; not judged where this is absent');
export type EgressOptions = Readonly<z.infer<typeof egressOptionsSchema>>;
