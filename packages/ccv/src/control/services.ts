// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { slug, tier } from './control.ts';
import { text } from './observation.ts';

/** All services and how much hangs on them, helios/services/v1. */
export const servicesSchema = z.strictObject({
  schema: z.literal('helios/services/v1'),
  services: z.array(
    z.strictObject({
      id: slug,
      title: text.max(200),
      tier: tier.describe('1: without it nothing works; 3: it can wait'),
      owner: text,
    }),
  ),
});
export type Services = Readonly<z.infer<typeof servicesSchema>>;
