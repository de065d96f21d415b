// SPDX-License-Identifier: Apache-2.0
import { RE2JS } from 're2js';

type Matcher = (text: string) => boolean;

/** In UTF-16 code units. Reading a pattern may take the square of its length; matching never does. */
const LONGEST = 4096;

/** What Perl has and POSIX has not: Falco reads patterns with RE2 in POSIX mode and refuses these. */
const PERL_ONLY = /^(?:[^\\]|\\[^dDsSwWbBAzQECpP])*?(?:(\\[dDsSwWbBAzQECpP])|(\(\?)|([*+?}]\?))/;

/**
 * A regular expression over the whole value, as Falco's `regex` (RE2, POSIX, anchored at both ends): linear time.
 * Throws an Error with the reason where it is none.
 */
export function regexMatcher(pattern: string): Matcher {
  checkLength(pattern);
  const perl = PERL_ONLY.exec(withoutClasses(pattern));
  if (perl)
    throw new Error(`${perl[1] ?? perl[2] ?? perl[3]} is Perl syntax, and Falco reads POSIX regular expressions`);
  const compiled = RE2JS.compile(pattern, RE2JS.MULTILINE);
  return (text) => compiled.testExact(text);
}

function checkLength(pattern: string): void {
  if (pattern.length > LONGEST) throw new Error(`it is longer than ${LONGEST.toLocaleString('en-US')} characters`);
}

/** Within brackets a question mark or a parenthesis is itself. */
function withoutClasses(pattern: string): string {
  let rest = '';
  for (let at = 0; at < pattern.length;) {
    const end = pattern[at] === '[' ? endOfClass(pattern, at) : at + (pattern[at] === '\\' ? 2 : 1);
    // A class that is never closed: what follows is part of it, and no pattern.
    if (end === undefined) return rest + pattern.slice(at);
    rest += pattern[at] === '[' ? '_' : pattern.slice(at, end);
    at = end;
  }
  return rest;
}

/** Behind the bracket that closes a class; one right after its beginning is part of it. */
function endOfClass(pattern: string, start: number): number | undefined {
  let at = start + 1;
  if (pattern[at] === '^') at++;
  if (pattern[at] === ']') at++;
  for (; at < pattern.length; at++) {
    if (pattern[at] === ']') return at + 1;
    if (pattern[at] === '\\') at++;
    else if (pattern.startsWith('[:', at)) at = Math.max(at, pattern.indexOf(':]', at) + 1);
  }
  return undefined;
}

/**
 * A glob over the whole value, as Falco's `glob` (fnmatch with FNM_EXTMATCH and nothing else): `*` and `?` take
 * slashes too, `[a-z]` `[!x]`, `\x` is x, `@(a|b)` `?(a)` `*(a)` `+(a)`. Linear time. Throws for `!(…)`.
 */
export function globMatcher(pattern: string, ignoreCase: boolean): Matcher {
  checkLength(pattern);
  if (!ignoreCase && !/[?[\\]|[@+!]\(|\*\(/.test(pattern)) return starMatcher(pattern.split('*'));
  const flags = RE2JS.DOTALL | (ignoreCase ? RE2JS.CASE_INSENSITIVE : 0);
  const compiled = RE2JS.compile(regexOfGlob(pattern), flags);
  return (text) => compiled.testExact(text);
}

/** Stars alone: what stands between them is looked for from left to right. */
function starMatcher(parts: readonly string[]): Matcher {
  const [first = '', ...rest] = parts;
  const last = rest.pop();
  if (last === undefined) return (text) => text === first;
  return (text) => {
    if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last)) return false;
    const end = text.length - last.length;
    let at = first.length;
    for (const part of rest) {
      const found = text.indexOf(part, at);
      if (found === -1) return false;
      at = found + part.length;
    }
    return at <= end;
  };
}

const REPEATS: Readonly<Record<string, string>> = { '?': '?', '*': '*', '+': '+', '@': '' };

function regexOfGlob(pattern: string): string {
  let regex = '';
  const open: string[] = [];
  for (let at = 0; at < pattern.length; at++) {
    const char = pattern.charAt(at);
    const next = pattern.charAt(at + 1);
    if (next === '(' && '?*+@!'.includes(char)) {
      if (char === '!') throw new Error('!(…) in a glob is not supported');
      open.push(REPEATS[char] ?? '');
      regex += '(?:';
      at++;
    } else if (open.length > 0 && char === ')') regex += `)${open.pop()}`;
    else if (open.length > 0 && char === '|') regex += '|';
    else if (char === '*') regex += '.*';
    else if (char === '?') regex += '.';
    else if (char === '\\' && next !== '') regex += RE2JS.quote(pattern.charAt(++at));
    else if (char === '[') {
      const bracket = BRACKET.exec(pattern.slice(at))?.[0];
      regex += bracket === undefined ? String.raw`\[` : classOf(bracket);
      if (bracket !== undefined) at += bracket.length - 1;
    } else regex += RE2JS.quote(char);
  }
  if (open.length > 0) throw new Error('a group in a glob is not closed');
  return regex;
}

const BRACKET = /^\[[!^]?\]?(?:\[:[a-z]+:\]|\\.|[^\]\\])*\]/s;

/** RE2 reads named classes and ranges as fnmatch does; the rest is escaped. */
function classOf(bracket: string): string {
  const negated = bracket[1] === '!' || bracket[1] === '^';
  const inner = bracket.slice(negated ? 2 : 1, -1);
  const escaped = inner.replace(/\[:[a-z]+:\]|\\(.)|[[\]^\\&~]/gs, (part, char: string | undefined) =>
    part.startsWith('[:') ? part : `\\${char ?? part}`,
  );
  return `[${negated ? '^' : ''}${escaped.replace(/\\([a-zA-Z0-9])/g, '$1')}]`;
}

interface Branch {
  /** A path ends here: whatever lies below it matches. */
  end: boolean;
  readonly names: Map<string, Branch>;
  readonly globs: [Matcher, Branch][];
}

/** Falco's `pmatch`: whether a path is one of these or lies below one, by whole names; names may be globs. */
export function pathMatcher(paths: readonly string[]): Matcher {
  const root = newBranch();
  for (const path of paths) {
    let branch = root;
    for (const name of namesOf(path)) branch = childOf(branch, name);
    branch.end = true;
  }
  return (text) => isBelow(root, namesOf(text), 0);
}

function newBranch(): Branch {
  return { end: false, names: new Map(), globs: [] };
}

function childOf(branch: Branch, name: string): Branch {
  const known = branch.names.get(name);
  if (known) return known;
  const child = newBranch();
  // A glob is remembered by its text too, so that equal ones share what is below them.
  branch.names.set(name, child);
  if (/[?*[]/.test(name)) branch.globs.push([globMatcher(name, false), child]);
  return child;
}

function isBelow(branch: Branch, names: readonly string[], at: number): boolean {
  if (branch.end) return true;
  const name = names[at];
  if (name === undefined) return false;
  const exact = branch.names.get(name);
  if (exact && isBelow(exact, names, at + 1)) return true;
  return branch.globs.some(([matches, child]) => child !== exact && matches(name) && isBelow(child, names, at + 1));
}

function namesOf(path: string): readonly string[] {
  return path.split('/').filter((name) => name !== '');
}
