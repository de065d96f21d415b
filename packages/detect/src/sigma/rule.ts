// SPDX-License-Identifier: Apache-2.0
import type { Pointer } from '@helios/core/finding';
import type { Logsource } from '../events/event.ts';
import type { Expression } from './expression.ts';

/** A Sigma rule that can be run. */
export interface SigmaRule {
  /** What rules are known by: the id, else the name, else the title. */
  readonly id: string;
  readonly name?: string;
  readonly title: string;
  readonly level?: string;
  readonly status?: string;
  readonly logsource: Logsource;
  /** One for each condition; each is a search of its own. */
  readonly expressions: readonly Expression[];
  /** Selections by name, as the author divided the rule: for explanations. */
  readonly selections: ReadonlyMap<string, Expression>;
  /** Names of the selections that no condition uses. */
  readonly unused: readonly string[];
  /** Of the condition, or of each, in the document. */
  readonly conditions: readonly { readonly text: string; readonly at: Pointer }[];
}
