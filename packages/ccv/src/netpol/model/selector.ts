// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';

export type Labels = Readonly<Record<string, string>>;

/** A qualified name: an optional DNS prefix, and up to 63 characters that begin and end with a letter or digit. */
const KEY = /^(?:[a-z0-9][-a-z0-9.]{0,252}\/)?[A-Za-z0-9](?:[-\w.]{0,61}[A-Za-z0-9])?$/;
const VALUE = /^(?:[A-Za-z0-9](?:[-\w.]{0,61}[A-Za-z0-9])?)?$/;

const key = z.string().regex(KEY, 'is no label key');
const value = z.string({ error: 'must be a text: put it in quotes' }).regex(VALUE, 'is no label value');

export const labelsSchema = z.record(key, value);

const requirementSchema = z
  .strictObject({
    key,
    operator: z.enum(['In', 'NotIn', 'Exists', 'DoesNotExist']),
    values: z.array(value).default([]),
  })
  .refine(({ operator, values }) => operator.endsWith('In') === values.length > 0, {
    error: 'In and NotIn take values; Exists and DoesNotExist take none',
    path: ['values'],
  });

/** A label selector (meta/v1): all that it says must hold; one that says nothing selects everything. */
export const selectorSchema = z.strictObject({
  matchLabels: labelsSchema.default({}),
  matchExpressions: z.array(requirementSchema).default([]),
});
export type Selector = z.infer<typeof selectorSchema>;

export const EVERYTHING: Selector = { matchLabels: {}, matchExpressions: [] };

export function selects({ matchLabels, matchExpressions }: Selector, labels: Labels): boolean {
  for (const key in matchLabels) if (labels[key] !== matchLabels[key] || !Object.hasOwn(labels, key)) return false;
  return matchExpressions.every(({ key, operator, values }) => {
    const own = Object.hasOwn(labels, key) ? labels[key] : undefined;
    switch (operator) {
      case 'In':
        return own !== undefined && values.includes(own);
      case 'NotIn':
        // An absent key is not in any list (apimachinery, labels.Requirement.Matches).
        return own === undefined || !values.includes(own);
      case 'Exists':
        return own !== undefined;
      default:
        return own === undefined;
    }
  });
}

/** For people: `app=web, tier in (a, b), !old`; `all` where nothing is asked. */
export function describeSelector({ matchLabels, matchExpressions }: Selector): string {
  const parts = [
    ...Object.entries(matchLabels).map(([key, value]) => `${key}=${value}`),
    ...matchExpressions.map(({ key, operator, values }) => {
      if (operator === 'Exists') return key;
      if (operator === 'DoesNotExist') return `!${key}`;
      return `${key} ${operator === 'In' ? 'in' : 'not in'} (${values.join(', ')})`;
    }),
  ];
  return parts.length === 0 ? 'all' : parts.join(', ');
}
