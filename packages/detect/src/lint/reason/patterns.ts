// SPDX-License-Identifier: Apache-2.0
import { ANY, fold, mapLiterals, ONE, type Text } from '../../sigma/text.ts';

export interface Pattern {
  readonly text: Text;
  readonly folded: Text;
  readonly cased: boolean;
  readonly literals: readonly string[];
}

export function patternOf({ text, cased }: { readonly text: Text; readonly cased: boolean }): Pattern {
  const folded = mapLiterals(text, fold);
  return { text, folded, cased, literals: literalsOf(folded) };
}

/** Whether each value that the one matches is matched by the other. False where that is not certain. */
export function isWithin(narrow: Pattern, wide: Pattern): boolean {
  if (wide.text.length === 1 && wide.text[0] === ANY) return true;
  if (wide.cased && !narrow.cased) return false;
  // What the wide one spells out stands whole within something that the narrow one spells out.
  if (!wide.literals.every((literal) => narrow.literals.some((each) => each.includes(literal)))) return false;
  const pair = comparable(narrow, wide);
  return pair !== undefined && covers(tokensOf(pair[1]), tokensOf(pair[0]));
}

/** Whether there is no value that both match. False where that is not certain. */
export function isApart(left: Pattern, right: Pattern): boolean {
  const pair = comparable(left, right);
  if (!pair) return false;
  const [a, b] = [tokensOf(pair[0]), tokensOf(pair[1])];
  if (!a.includes(ANY)) return !meets(b, a);
  if (!b.includes(ANY)) return !meets(a, b);
  // Between two stars there is room for anything: only the beginnings and ends can differ.
  return differ(a, b) || differ(a.toReversed(), b.toReversed());
}

/**
 * Both in one case. A value that is matched by case is folded to compare it with one that is not; folding can make two
 * characters of one (İ), so that `?` would count them otherwise, and can take half a surrogate for another letter.
 */
function comparable(left: Pattern, right: Pattern): readonly [Text, Text] | undefined {
  const both = [left, right] as const;
  if (lengthOf(left) * lengthOf(right) > MOST_STEPS) return undefined;
  if (both.some(({ literals }) => literals.some((literal) => !literal.isWellFormed()))) return undefined;
  if (left.cased && right.cased) return [left.text, right.text];
  if (left.cased !== right.cased && both.some(({ text }) => text.includes(ONE))) return undefined;
  return [left.folded, right.folded];
}

/** A rule of a stranger may hold two texts of a megabyte each. */
const MOST_STEPS = 250_000;

function lengthOf({ literals, text }: Pattern): number {
  return literals.reduce((sum, { length }) => sum + length, text.length);
}

function literalsOf(text: Text): string[] {
  return text.filter((part) => typeof part === 'string');
}

type Token = string | typeof ONE | typeof ANY;

/** A token for each code point, which is what `?` stands for. */
function tokensOf(text: Text): readonly Token[] {
  return text.flatMap((part): Token[] => (typeof part === 'string' ? Array.from(part) : [part]));
}

/** Whether a pattern matches all that the tokens of another can be. */
function covers(pattern: readonly Token[], tokens: readonly Token[]): boolean {
  return matches(pattern, tokens, (asked, given) => given !== ANY && (asked === ONE || asked === given));
}

/** Whether a pattern matches something of a length that is given: of tokens without a star. */
function meets(pattern: readonly Token[], tokens: readonly Token[]): boolean {
  return matches(pattern, tokens, (asked, given) => asked === ONE || given === ONE || asked === given);
}

/** The pattern's stars take any tokens, its other ones one each: states of the pattern are carried along the tokens. */
function matches(
  pattern: readonly Token[],
  tokens: readonly Token[],
  takes: (asked: Token, given: Token) => boolean,
): boolean {
  let at = new Set([0]);
  const beyondStars = (states: Set<number>): Set<number> => {
    // What is added while it runs is visited as well.
    for (const state of states) if (pattern[state] === ANY) states.add(state + 1);
    return states;
  };
  beyondStars(at);
  for (const token of tokens) {
    const next = new Set<number>();
    for (const state of at) {
      const asked = pattern[state];
      if (asked === ANY) next.add(state);
      else if (asked !== undefined && takes(asked, token)) next.add(state + 1);
    }
    if (next.size === 0) return false;
    at = beyondStars(next);
  }
  return at.has(pattern.length);
}

function differ(a: readonly Token[], b: readonly Token[]): boolean {
  for (const [index, token] of a.entries()) {
    const other = b[index];
    if (token === ANY || other === ANY || other === undefined) return false;
    if (token !== ONE && other !== ONE && token !== other) return true;
  }
  return false;
}
