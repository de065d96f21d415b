// SPDX-License-Identifier: Apache-2.0
import type { Pointer } from '@helios/core/finding';
import { withFlags } from './pattern.ts';
import { refuse } from './problem.ts';

/**
 * A regular expression of RE2 for PCRE (github.com/google/re2/wiki/Syntax): the syntax is a part of PCRE's, but `$` is the
 * end of the text alone, where PCRE allows a newline after it.
 */
export function perlRegex(source: string, flags: string, at: Pointer): string {
  const multiline = flags.includes('m') || /\(\?[a-z]*m/.test(source);
  let written = '';
  let inClass = false;
  for (let index = 0; index < source.length; index++) {
    const char = source.charAt(index);
    if (char === '\\') {
      const next = source.charAt(index + 1);
      if (next === 'C' || next === 'Q') refuse('regex', `\\${next} means another thing in PCRE`, at);
      written += char + next;
      index++;
    } else if (char === '[') {
      // A bracket that comes first is itself; `[:name:]` is within.
      const first = inClass ? undefined : /^\[\^?\]?/.exec(source.slice(index))?.[0];
      const named = inClass ? /^\[:\^?\w+:\]/.exec(source.slice(index))?.[0] : undefined;
      const taken = first ?? named ?? char;
      written += inClass && named === undefined ? String.raw`\[` : taken;
      index += taken.length - 1;
      inClass = true;
    } else if (char === ']' && inClass) {
      inClass = false;
      written += char;
    } else written += char === '$' && !inClass && !multiline ? String.raw`\z` : char;
  }
  return withFlags(written, flags);
}
