// SPDX-License-Identifier: Apache-2.0
import type { Pointer } from '@helios/core/finding';
import type { Expression } from '../sigma/expression.ts';

/** One condition of a rule, with what its logsource adds, to be written as one query. */
export interface Search {
  readonly expression: Expression;
  /** Index, table or stream selector, as it is. */
  readonly from?: string;
  /** Of the condition in the rule's document. */
  readonly at: Pointer;
}
