// SPDX-License-Identifier: Apache-2.0
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clip, disarm, toJson, visible, visibleLines } from '../../src/report/sanitize.ts';
import { commandsIn, hiddenIn } from './hostile.ts';

const anything = fc.string({ unit: 'binary' });
const commandish = fc.string({ unit: fc.constantFrom('#', '[', ':', ' ', '\n', '\t', 'vso', 'error', '\u3000', 'x') });

describe('the sanitizer', () => {
  it.each([
    ['\x1b[31m', '\\u001b[31m'],
    ['a\r\n\tb', 'a\\r\\n\\tb'],
    ['\u202e', '\\u202e'],
    ['\u{e0041}', '\\u{e0041}'],
    ['\ud800', '\\ud800'],
    ['日本 ünï ⚠️ 😀', '日本 ünï ⚠️ 😀'],
  ])('shows %j as %j', (text, shown) => {
    expect(visible(text)).toBe(shown);
  });

  it('leaves nothing hidden, and has nothing to do the second time', () => {
    fc.assert(
      fc.property(anything, (text) => {
        expect(hiddenIn(visible(text))).toEqual([]);
        expect(visible(text)).not.toMatch(/[\n\t]/);
        expect(visible(visible(text))).toBe(visible(text));
      }),
    );
  });

  it('keeps lines where lines are wanted', () => {
    expect(visibleLines('a\n\tb\r\n')).toBe('a\n\tb\\r\n');
  });

  it('leaves no command in any text', () => {
    fc.assert(
      fc.property(commandish, (text) => {
        expect(commandsIn(disarm(text))).toEqual([]);
        expect(disarm(disarm(text))).toBe(disarm(text));
      }),
    );
  });

  it('writes JSON that reads back as it was and hides nothing', () => {
    fc.assert(
      fc.property(fc.oneof(anything, commandish), (text) => {
        const json = toJson({ [`k${text}`]: [text] });
        expect(JSON.parse(json)).toEqual({ [`k${text}`]: [text] });
        expect(hiddenIn(json)).toEqual([]);
        expect(commandsIn(json)).toEqual([]);
      }),
    );
  });

  it('cuts text to a limit, never through a character', () => {
    expect(clip('abcdef', 4)).toBe('abc…');
    expect(clip('abcd', 4)).toBe('abcd');
    expect(clip('ab😀cd', 4)).toBe('ab…');
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 30 }), (text, limit) => {
        expect(clip(text, limit).isWellFormed()).toBe(true);
        expect(clip(text, limit).length).toBeLessThanOrEqual(limit);
      }),
    );
  });
});
