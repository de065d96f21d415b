// SPDX-License-Identifier: Apache-2.0
import type { Rule } from '@helios/core/finding';

/**
 * The rules that users write are Rego; each violation says its own id, level and fix. To the core they are all one
 * rule, so that a policy can be changed without changing Helios.
 */
export const RULES = [
  {
    id: 'policy/violation',
    major: 1,
    level: 'error',
    title: 'A document breaks a policy',
    why: 'The policy was agreed on and reviewed; a document that breaks it is a decision that nobody took.',
    fix: 'Do what the violation says, or have the policy changed: `sec policy test` and `sec policy build`.',
    example: {
      bad: 'schema: helios/datasets/v1\ndatasets:\n  - {id: journal, regions: {origin: de, stored: [de], allowed: ["*"]}}\n',
      good: 'schema: helios/datasets/v1\ndatasets: []\n',
    },
  },
  {
    id: 'policy/failed-evaluation',
    major: 1,
    level: 'error',
    title: 'A policy gave no verdict on a document',
    why: 'A policy that fails, is undefined or answers in another shape has allowed nothing: silence is not consent.',
    fix: 'Let `decision` have a value for every input, and the document be one that JSON can say.',
  },
] as const satisfies readonly Rule[];
