// SPDX-License-Identifier: Apache-2.0
import type { Pointer } from '@helios/core/finding';
import { and, type Expression, not, or } from './expression.ts';
import { refuse } from './problem.ts';

/** A condition as it is written, before selections stand in the place of their names. */
type Node =
  | { readonly is: 'name'; readonly name: string; readonly offset: number }
  | { readonly is: 'of'; readonly all: boolean; readonly pattern: string; readonly offset: number }
  | { readonly is: 'not'; readonly part: Node }
  | { readonly is: 'and' | 'or'; readonly parts: readonly Node[] };

interface Token {
  readonly text: string;
  readonly offset: number;
}

const DEEPEST = 100;

/** What a condition names: selections by their names. */
export interface Named {
  readonly names: readonly string[];
  readonly expressionOf: (name: string) => Expression;
}

/** A resolved condition, and which selections it uses. */
export interface Resolved {
  readonly expression: Expression;
  readonly used: ReadonlySet<string>;
}

/**
 * Reads a condition (Sigma rules specification 2.1.0, "condition"); loosest first: or, and, not, x of. Throws RuleProblem
 * with the place of the condition.
 */
export function resolveCondition(text: string, { names, expressionOf }: Named, at: Pointer): Resolved {
  const used = new Set<string>();
  const named = (name: string): Expression => {
    used.add(name);
    return expressionOf(name);
  };
  const resolve = (node: Node): Expression => {
    switch (node.is) {
      case 'name':
        if (!names.includes(node.name)) unknownName(node, names, at);
        return named(node.name);
      case 'of': {
        const selected = namesLike(node.pattern, names);
        if (selected.length === 0)
          refuse('condition', `no selection is called like "${node.pattern}"`, at, `Selections: ${names.join(', ')}.`);
        return (node.all ? and : or)(selected.map(named));
      }
      case 'not':
        return not(resolve(node.part));
      case 'and':
        return and(node.parts.map(resolve));
      case 'or':
        return or(node.parts.map(resolve));
    }
  };
  return { expression: resolve(parse(text, at)), used };
}

/** `them` leaves out names that begin with an underscore, as patterns with a star do not. */
function namesLike(pattern: string, names: readonly string[]): string[] {
  if (pattern === 'them') return names.filter((name) => !name.startsWith('_'));
  const parts = pattern.split('*');
  return names.filter((name) => matches(name, parts));
}

function matches(name: string, [first = '', ...rest]: readonly string[]): boolean {
  if (rest.length === 0) return name === first;
  if (!name.startsWith(first)) return false;
  let from = first.length;
  const last = rest.pop() ?? '';
  for (const part of rest) {
    const found = name.indexOf(part, from);
    if (found < 0) return false;
    from = found + part.length;
  }
  return name.length - last.length >= from && name.endsWith(last);
}

function unknownName({ name }: { readonly name: string }, names: readonly string[], at: Pointer): never {
  return refuse('condition', `there is no selection "${name}"`, at, `Selections: ${names.join(', ')}.`);
}

function parse(text: string, at: Pointer): Node {
  if (text.includes('|'))
    refuse(
      'unsupported',
      'aggregations behind "|" were replaced by correlation rules',
      at,
      'Write a correlation rule.',
    );
  const tokens = tokensOf(text, at);
  let next = 0;
  const peek = (): string => tokens[next]?.text.toLowerCase() ?? '';
  const fail = (what: string): never => {
    const token = tokens[next];
    const where = token ? `"${token.text}" at character ${token.offset + 1}` : 'the end';
    return refuse('condition', `the condition has ${where} where ${what} is expected`, at);
  };
  const chain = (word: 'or' | 'and', part: (depth: number) => Node, depth: number): Node => {
    const parts = [part(depth)];
    while (peek() === word) {
      next++;
      parts.push(part(depth));
    }
    return parts.length === 1 && parts[0] ? parts[0] : { is: word, parts };
  };
  const either = (depth: number): Node => {
    if (depth > DEEPEST) refuse('condition', `the condition is nested more than ${DEEPEST} deep`, at);
    return chain('or', both, depth);
  };
  const both = (depth: number): Node => chain('and', unary, depth);
  const unary = (depth: number): Node => {
    let negations = 0;
    for (; peek() === 'not'; next++) negations++;
    const part = primary(depth);
    return negations % 2 === 1 ? { is: 'not', part } : part;
  };
  const primary = (depth: number): Node => {
    const token = tokens[next];
    if (!token) return fail('a selection');
    if (token.text === '(') {
      next++;
      const inner = either(depth + 1);
      if (peek() !== ')') fail('")"');
      next++;
      return inner;
    }
    if (!/^[\w*-]/.test(token.text) || RESERVED.has(token.text.toLowerCase())) return fail('a selection');
    next++;
    if (peek() !== 'of') return { is: 'name', name: token.text, offset: token.offset };
    const quantity = token.text.toLowerCase();
    if (!['1', 'any', 'all'].includes(quantity))
      refuse('unsupported', `"${token.text} of" is not known`, at, 'Write "1 of", "any of" or "all of".');
    next++;
    const pattern = tokens[next];
    if (!pattern || pattern.text === '(' || pattern.text === ')') return fail('the names of selections');
    next++;
    return { is: 'of', all: quantity === 'all', pattern: pattern.text, offset: pattern.offset };
  };
  const whole = either(0);
  if (next < tokens.length) fail('"and", "or" or the end');
  return whole;
}

const RESERVED = new Set(['and', 'or', 'not', 'of', ')']);

function tokensOf(text: string, at: Pointer): Token[] {
  const tokens: Token[] = [];
  const pattern = /\s*(?:([()])|([\w*.-]+)|(\S))/gy;
  for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
    const [whole, sign, word, other] = match;
    const offset = match.index + whole.length - (sign ?? word ?? other ?? '').length;
    if (other !== undefined)
      refuse('condition', `"${other}" at character ${offset + 1} has no meaning in a condition`, at);
    tokens.push({ text: sign ?? word ?? '', offset });
  }
  return tokens;
}
