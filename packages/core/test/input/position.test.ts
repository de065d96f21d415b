// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { linesOf, positionAt } from '../../src/input/position.ts';

const text = fc
  .array(fc.constantFrom('a', 'é', '😀', '\n', '\r\n', '\r', ' '), { maxLength: 40 })
  .map((parts) => parts.join(''));

it('a position is the line feeds before it and what stands since the last', () => {
  fc.assert(
    fc.property(text, fc.nat(60), (whole, wish) => {
      const offset = Math.min(wish, whole.length);
      const before = whole.slice(0, offset).split('\n');
      const naive = { line: before.length, column: (before.at(-1) ?? '').length + 1 };
      expect(linesOf(whole).positionAt(offset)).toEqual(naive);
      expect(positionAt(whole, offset)).toEqual(naive);
    }),
    { numRuns: 5000 },
  );
});

it('lines joined are the text, but for how they end', () => {
  fc.assert(
    fc.property(text, (whole) => {
      const lines = linesOf(whole);
      const naive = whole.split('\n');
      for (const [index, line] of naive.entries()) {
        expect(lines.line(index + 1)).toBe(index < naive.length - 1 ? line.replace(/\r$/, '') : line);
      }
      expect(lines.line(naive.length + 1)).toBeUndefined();
    }),
    { numRuns: 5000 },
  );
});
