// SPDX-License-Identifier: Apache-2.0
import { visible } from '@helios/core/report';
import { toText } from './comparison.ts';
import type { Condition } from './condition.ts';
import type { Fields } from './field.ts';

/** Why a condition holds or not: every part of it, whether or not it was needed for the answer. */
export interface Explanation {
  readonly kind: Condition['kind'];
  /** The check as written, or the name of the macro; absent for and, or, not. */
  readonly text?: string;
  /** `absent`: the event has not got the field, so that the check is false. */
  readonly result: 'true' | 'false' | 'absent';
  /** Of a check: what the event has, in one line; several values are JSON. */
  readonly value?: string;
  readonly parts?: readonly Explanation[];
}

/** Explanations of macros that use each other are cut here; the result of what is cut is still right. */
const MOST_PARTS = 10_000;

export function explainCondition(condition: Condition, fields: Fields): Explanation {
  let left = MOST_PARTS;
  const explain = (node: Condition): Explanation => {
    const result = node.holds(fields) ? 'true' : 'false';
    const parts = (nodes: readonly Condition[]) => ((left -= nodes.length) < 0 ? {} : { parts: nodes.map(explain) });
    switch (node.kind) {
      case 'and':
      case 'or':
        return { kind: node.kind, result, ...parts(node.parts) };
      case 'not':
        return { kind: 'not', result, ...parts([node.part]) };
      case 'macro':
        return { kind: 'macro', text: node.name, result, ...parts([node.part]) };
      case 'check': {
        const value = node.read(fields);
        if (value === undefined) return { kind: 'check', text: visible(node.text), result: 'absent' };
        return { kind: 'check', text: visible(node.text), result, value: visible(toText(value)) };
      }
    }
  };
  return explain(condition);
}
