// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { egressOptionsSchema } from './egress/options.ts';
import { identityOptionsSchema } from './identity/options.ts';
import { judgeOptions } from './judge/options.ts';

const globs = z.array(z.string().min(1));

export const optionsSchema = z.strictObject({
  include: globs.default(['controls/ccv/**/*.{yml,yaml}']).describe('Control files'),
  exclude: globs.default([]),
  services: z.string().min(1).default('controls/ccv/services.yaml').describe('The inventory of services'),
  ...judgeOptions,
  egress: egressOptionsSchema.optional(),
  identity: identityOptionsSchema.optional(),
});
export type Options = Readonly<z.infer<typeof optionsSchema>>;
