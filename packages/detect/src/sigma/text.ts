// SPDX-License-Identifier: Apache-2.0

/** A run of literal characters, exactly one character of any kind, or any run of characters. */
export type TextPart = string | typeof ONE | typeof ANY;

// Numbers, as what was read is remembered as JSON.
export const ONE = 1;
export const ANY = 2;

/** A value of a rule, as Sigma reads it. No two literal runs and no two `*` stand side by side. */
export type Text = readonly TextPart[];

/**
 * Reads a value (Sigma rules specification 2.1.0, "escaping"): a backslash escapes only `*`, `?` and itself; before anything
 * else, and at the end, it is a backslash.
 */
export function parseText(value: string): Text {
  // Most values have none of the three.
  if (!/[\\*?]/.test(value)) return value === '' ? [] : [value];
  const parts: TextPart[] = [];
  let literal = '';
  const flush = (): void => {
    if (literal !== '') parts.push(literal);
    literal = '';
  };
  for (let at = 0; at < value.length; at++) {
    const char = value.charAt(at);
    const next = value.charAt(at + 1);
    if (char === '\\' && (next === '*' || next === '?' || next === '\\')) {
      literal += next;
      at++;
    } else if (char === '*' || char === '?') {
      flush();
      parts.push(char === '*' ? ANY : ONE);
    } else literal += char;
  }
  flush();
  return joined(parts);
}

/** Literal runs made one, and `**` made `*`. */
export function joined(parts: readonly TextPart[]): Text {
  const all: TextPart[] = [];
  for (const part of parts) {
    const last = all.at(-1);
    if (part === ANY && last === ANY) continue;
    if (typeof part === 'string' && typeof last === 'string') all[all.length - 1] = last + part;
    else if (part !== '') all.push(part);
  }
  return all;
}

/** The literal text of a pattern without wildcards; undefined where there are some. */
export function plainText(text: Text): string | undefined {
  if (text.length === 0) return '';
  const [only] = text;
  return text.length === 1 && typeof only === 'string' ? only : undefined;
}

export function mapLiterals(text: Text, map: (literal: string) => string): Text {
  return joined(text.map((part) => (typeof part === 'string' ? map(part) : part)));
}

/** As it would be written in a rule. */
export function formatText(text: Text): string {
  return text
    .map((part) => (part === ANY ? '*' : part === ONE ? '?' : part.replaceAll(/[*?]|\\(?=[*?\\])/g, String.raw`\$&`)))
    .join('');
}

/**
 * Lower case by code point, without a locale and without looking at neighbours (a Greek sigma at the end of a word is one
 * as well), so that both sides of a comparison always meet.
 */
export function fold(text: string): string {
  // Most text is ASCII, where both are the same.
  return /[^\0-\x7f]/.test(text) ? Array.from(text, (char) => char.toLowerCase()).join('') : text.toLowerCase();
}

/** Whether a whole value is matched; both folded beforehand where case does not count. */
export function textMatcher(text: Text): (value: string) => boolean {
  const plain = plainText(text);
  if (plain !== undefined) return (value) => value === plain;
  const simple = affixMatcher(text);
  return simple ?? wildcardMatcher(text);
}

/** `*x*`, `x*`, `*x` and `*`, which nearly all patterns are. */
function affixMatcher(text: Text): ((value: string) => boolean) | undefined {
  const literals = text.filter((part) => typeof part === 'string');
  const [literal = ''] = literals;
  if (literals.length > 1 || text.includes(ONE)) return undefined;
  const [before, after] = [text[0] === ANY, text.at(-1) === ANY];
  if (literals.length === 0) return () => true;
  if (before && after) return (value) => value.includes(literal);
  return before ? (value) => value.endsWith(literal) : (value) => value.startsWith(literal);
}

/** Each run between two `*` is found as early as it can be, which never rules a match out: time grows with the product at worst. */
function wildcardMatcher(text: Text): (value: string) => boolean {
  const runs: (string | typeof ONE)[][] = [[]];
  for (const part of text) {
    if (part === ANY) runs.push([]);
    else runs.at(-1)?.push(part);
  }
  const [first = [], ...rest] = runs;
  const last = rest.pop();
  return (value) => {
    let at = runAt(first, value, 0);
    if (at < 0) return false;
    if (last === undefined) return at === value.length;
    for (const run of rest) {
      at = findRun(run, value, at);
      if (at < 0) return false;
    }
    const end = lengthOf(last, value);
    return end >= at && runAt(last, value, end) === value.length;
  };
}

/** Where a run that begins here ends; -1 where it does not match. */
function runAt(run: readonly (string | typeof ONE)[], value: string, start: number): number {
  let at = start;
  for (const part of run) {
    if (part === ONE) {
      if (at >= value.length) return -1;
      at += stepAt(value, at);
    } else if (value.startsWith(part, at)) at += part.length;
    else return -1;
  }
  return at;
}

function findRun(run: readonly (string | typeof ONE)[], value: string, from: number): number {
  for (let start = from; start <= value.length; start++) {
    const end = runAt(run, value, start);
    if (end >= 0) return end;
  }
  return -1;
}

/** Where the last run must begin so that it ends with the value. */
function lengthOf(run: readonly (string | typeof ONE)[], value: string): number {
  let at = value.length;
  for (const part of run.toReversed()) {
    if (part === ONE) at -= at > 1 && isLowSurrogate(value.charCodeAt(at - 1)) ? 2 : 1;
    else at -= part.length;
    if (at < 0) return -1;
  }
  return at;
}

/** A character is a code point. */
function stepAt(value: string, at: number): number {
  return (value.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}
