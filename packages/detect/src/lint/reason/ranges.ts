// SPDX-License-Identifier: Apache-2.0
import type { Comparison } from '../../sigma/expression.ts';

/** Numbers between two bounds, which are among them unless they are open. */
export interface Range {
  readonly low: number;
  readonly high: number;
  readonly lowOpen: boolean;
  readonly highOpen: boolean;
}

/** The numbers that a comparison holds of; of whole numbers, with bounds that are whole as well. */
export function rangeOf(operator: Comparison | 'eq', value: number, whole = false): Range {
  const open = operator === 'lt' || operator === 'gt';
  const range = {
    low: operator === 'lt' || operator === 'lte' ? -Infinity : value,
    high: operator === 'gt' || operator === 'gte' ? Infinity : value,
    lowOpen: open,
    highOpen: open,
  };
  if (!whole) return range;
  return {
    low: operator === 'gt' ? Math.floor(value) + 1 : Math.ceil(range.low),
    high: operator === 'lt' ? Math.ceil(value) - 1 : Math.floor(range.high),
    lowOpen: false,
    highOpen: false,
  };
}

export function contains(outer: Range, inner: Range): boolean {
  return isAfter(inner, outer) && isAfter(mirrored(inner), mirrored(outer));
}

export function areApart(a: Range, b: Range): boolean {
  return isBefore(a, b) || isBefore(b, a);
}

/** Whether each number is in one of the two; of whole numbers, none lies between neighbours. */
export function coverAll(lower: Range, upper: Range, whole: boolean): boolean {
  if (lower.low !== -Infinity || upper.high !== Infinity) return false;
  if (whole) return upper.low <= lower.high + 1;
  return upper.low < lower.high || (upper.low === lower.high && !(upper.lowOpen && lower.highOpen));
}

/** Whether the one begins where the other does, or later. */
function isAfter(a: Range, b: Range): boolean {
  return a.low > b.low || (a.low === b.low && (a.lowOpen || !b.lowOpen || a.low === -Infinity));
}

function isBefore(a: Range, b: Range): boolean {
  return a.high < b.low || (a.high === b.low && (a.highOpen || b.lowOpen));
}

function mirrored({ low, high, lowOpen, highOpen }: Range): Range {
  return { low: -high, high: -low, lowOpen: highOpen, highOpen: lowOpen };
}
