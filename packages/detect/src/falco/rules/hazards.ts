// SPDX-License-Identifier: Apache-2.0
import type { Check, Expression } from '../condition/expression.ts';
import type { LoadCode } from './issue.ts';

/** Fields that say nothing any more since Falco drops the enter events of system calls. */
export const DEPRECATED_FIELDS: readonly string[] = [
  'evt.dir',
  'evt.latency',
  'evt.latency.s',
  'evt.latency.ns',
  'evt.latency.human',
  'evt.wait_latency',
];

interface Hazard {
  readonly code: LoadCode;
  readonly message: string;
  readonly offset: number;
}

/** Checks that are allowed and do not do what they seem to; those of macros are asked for at the macros. */
export function hazardsIn(expression: Expression): readonly Hazard[] {
  switch (expression.kind) {
    case 'and':
    case 'or':
      return expression.operands.flatMap(hazardsIn);
    case 'not':
      return hazardsIn(expression.operand);
    case 'check':
      return hazardsOf(expression).map(([code, message]) => ({ code, message, offset: expression.offset }));
    case 'macro':
      return [];
  }
}

function hazardsOf(check: Check): readonly (readonly [LoadCode, string])[] {
  const { name } = check.left;
  const found: (readonly [LoadCode, string])[] = [];
  if (DEPRECATED_FIELDS.includes(name)) {
    found.push(['LOAD_DEPRECATED_ITEM', `the deprecated field '${name}' is in the condition`]);
  }
  if (comparesNothing(check)) {
    found.push(['LOAD_UNSAFE_NA_CHECK', `comparing ${name} with <NA> is unsafe; 'exists' asks whether it is there`]);
  }
  return found;
}

function comparesNothing({ left, operator, right }: Check): boolean {
  if (!/^(?:ka|jevt)\./.test(left.name) || !['=', '!=', 'in', 'intersects', 'pmatch'].includes(operator)) return false;
  if (!right || right.kind === 'field') return false;
  return (right.kind === 'list' ? right.values : [right.value]).some(({ text }) => text === '<NA>');
}
