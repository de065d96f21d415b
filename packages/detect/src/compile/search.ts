// SPDX-License-Identifier: Apache-2.0
import type { Pointer } from '@helios/core/finding';
import type { Expression } from '../sigma/expression.ts';
import { refuse } from './problem.ts';

/** One condition of a rule, with what its logsource adds, to be written as one query. */
export interface Search {
  readonly expression: Expression;
  /** Index, table or stream selector, as it is. */
  readonly from?: string;
  /** Of the condition in the rule's document. */
  readonly at: Pointer;
}

/** The query, unless its UTF-8 is longer than what reads it takes, in bytes. Throws Refusal. */
export function limited(query: string, most: number, { at }: Search): string {
  const bytes = Buffer.byteLength(query);
  if (bytes > most) refuse('length', `the query has ${bytes} bytes; it takes ${most}`, at, 'Split the rule.');
  return query;
}
