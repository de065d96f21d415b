// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';

const globs = z.array(z.string().min(1));

/** `gates.ccv.identity` of helios.yaml. */
export const identityOptionsSchema = z
  .strictObject({
    drills: globs.min(1).describe('Globs of drills (helios/identity-drill-settings/v1)'),
    records: globs
      .default(['.evidence/identity/drill-*.intoto.json'])
      .describe('Globs of the records that sec-ccv identity drill leaves'),
    days: z.number().positive().default(30).describe('Days that a drill lasts as proof'),
  })
  .describe('Whether logging somebody out works; not judged where this is absent');
export type IdentityOptions = Readonly<z.infer<typeof identityOptionsSchema>>;
