// SPDX-License-Identifier: Apache-2.0
import { compileRegex } from '../sigma/modifiers.ts';
import type { Test } from '../sigma/expression.ts';
import { ANY, type Text, textMatcher } from '../sigma/text.ts';

/**
 * A text with wildcards as a regular expression of RE2 and its kin, without anchors; `.` must be told to match newlines
 * by the flag `s`. With the flag `i` they fold by Unicode's simple folding, which takes `ſ` for `s`; Sigma does not.
 */
export function patternOf(text: Text): string {
  return text.map((part) => (typeof part === 'string' ? quoted(part) : part === ANY ? '.*' : '.')).join('');
}

function quoted(literal: string): string {
  return literal.replaceAll(/[\\.+*?()|[\]{}^$]/g, String.raw`\$&`);
}

/** The same pattern with its flags within it: `(?is)…`. */
export function withFlags(source: string, flags: string): string {
  return flags === '' ? source : `(?${flags})${source}`;
}

/** Whether there is nothing in a text that has more than one case. */
export function hasNoCase(literal: string): boolean {
  return literal.toLowerCase() === literal.toUpperCase();
}

/** Whether the empty text meets a test: what cannot tell empty from missing must not ask it. */
export function meetsEmpty(test: Test): boolean {
  if (test.is === 'text') return textMatcher(test.text)('');
  return test.is === 'regex' && compileRegex(test.source, test.flags, []).matcher('').find();
}

/** Whether lower case of a text is the same by code points, by simple mappings and by full ones, wherever it stands. */
export function foldsAlike(text: Text): boolean {
  return text.every((part) => typeof part !== 'string' || !/[\u0130\u03a3\u03c3\u03c2]/.test(part));
}

/** Literal text between affixes: `*x*`, `x*`, `*x`, `x`; undefined for other patterns, and for `*` alone. */
interface AffixText {
  readonly literal: string;
  readonly before: boolean;
  readonly after: boolean;
}

export function affixOf(text: Text): AffixText | undefined {
  const literals = text.filter((part) => typeof part === 'string');
  const [literal = ''] = literals;
  const wildcards = text.filter((part) => typeof part !== 'string');
  if (literals.length > 1 || wildcards.some((part) => part !== ANY) || (literals.length === 0 && wildcards.length > 0))
    return undefined;
  return { literal, before: text[0] === ANY, after: text.length > 1 && text.at(-1) === ANY };
}
