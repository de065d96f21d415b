// SPDX-License-Identifier: Apache-2.0
import { visit } from 'jsonc-parser';
import { fail, messageOf } from '../error.ts';
import { LIMITS, refuse } from './limits.ts';
import { type Position, positionAt } from './position.ts';

/** A JSON text as JSON.parse reads it, within the limits. The last of equal keys wins: see parseStrictJson. */
export function parseJson(path: string, text: string): unknown {
  checkDepth(path, text);
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    return fail('input', `not valid JSON: ${describe(cause)}`, {
      path,
      cause,
      hint: 'Correct the JSON at this place.',
      ...whereOf(text, cause),
    });
  }
}

/** The same, with equal keys refused: one reader would go by the first, another by the last. */
export function parseStrictJson(path: string, text: string): unknown {
  const value = parseJson(path, text);
  const open: Set<string>[] = [];
  visit(text, {
    onObjectBegin: () => void open.push(new Set()),
    onObjectEnd: () => void open.pop(),
    onObjectProperty: (name, offset) => {
      const keys = open.at(-1);
      if (keys?.has(name)) {
        fail('input', `the key "${name}" stands twice in one object`, {
          path,
          hint: 'Keep one of the two.',
          ...positionAt(text, offset),
        });
      }
      keys?.add(name);
    },
  });
  return value;
}

/** JSON.parse itself takes millions of levels, and whatever walks the value later overflows the stack. */
function checkDepth(path: string, text: string): void {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 0x22) i = endOfString(text, i);
    else if (code === 0x5b || code === 0x7b) {
      if (++depth > LIMITS.depth) refuse(path, 'nesting', LIMITS.depth, 'levels');
    } else if (code === 0x5d || code === 0x7d) depth--;
  }
}

/** Index of the closing quote, or of the end of an unclosed string. */
function endOfString(text: string, start: number): number {
  for (let i = start + 1; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 0x5c) i++;
    else if (code === 0x22) return i;
  }
  return text.length;
}

/** V8 appends a piece of the text, which is the user's and of any length; the position says it better. */
function describe(cause: unknown): string {
  return messageOf(cause)
    .replace(/,? ?\.{0,3}"[\s\S]*$/, '')
    .replace(/ (?:in JSON )?at position [\s\S]*$/, '')
    .trim();
}

function whereOf(text: string, cause: unknown): Position {
  const offset = /at position (\d+)/.exec(messageOf(cause))?.[1];
  return positionAt(text, offset === undefined ? firstFault(text) : Number(offset));
}

/** V8 leaves the position away where it shows the text instead. */
function firstFault(text: string): number {
  let first = text.length;
  visit(text, { onError: (_code, offset) => (first = Math.min(first, offset)) }, { disallowComments: true });
  return first;
}
