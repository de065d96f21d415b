// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { judgeOptions } from './judge/options.ts';

const globs = z.array(z.string().min(1));

export const optionsSchema = z.strictObject({
  include: globs.default(['controls/ccv/**/*.{yml,yaml}']).describe('Control files'),
  exclude: globs.default([]),
  services: z.string().min(1).default('controls/ccv/services.yaml').describe('The inventory of services'),
  ...judgeOptions,
});
export type Options = Readonly<z.infer<typeof optionsSchema>>;
