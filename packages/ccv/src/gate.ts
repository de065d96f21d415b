// SPDX-License-Identifier: Apache-2.0
import type { Gate } from '@helios/core/gate';
import { optionsSchema } from './options.ts';
import { RULES } from './rules.ts';

type Inputs = readonly string[];

export const gate: Gate<typeof optionsSchema, Inputs> = {
  id: 'ccv',
  title: 'Controls were proven where they run',
  unit: 'controls',
  rules: RULES,
  options: optionsSchema,
  glob: '**/*.{yml,yaml}',
  load: async (context, options) => context.files({ include: options.include, exclude: options.exclude }),
  evaluate: (inputs) => ({ findings: [], metrics: [], checked: inputs.length }),
};
