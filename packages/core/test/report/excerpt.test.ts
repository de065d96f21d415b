// SPDX-License-Identifier: Apache-2.0
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cellsOf, columnsOf } from '../../src/report/cells.ts';
import { drawExcerpt } from '../../src/report/excerpt.ts';

/** Draws the line with `found` marked; what stands over the marks must be `found`. */
function pictureOf(line: string, found: string, room = 80) {
  const start = line.indexOf(found);
  const range = { path: 'x', line: 1, endLine: 1, column: start + 1, endColumn: start + found.length + 1 };
  return drawExcerpt(line, range, room);
}

/** The part of the drawn line that stands over the marks. */
function overMarks({ source, marks }: { source: string; marks: string }): string {
  const from = marks.indexOf('^');
  let column = 0;
  let text = '';
  for (const cell of cellsOf(source)) {
    if (column >= from && column < marks.length) text += cell.shown;
    column += cell.width;
  }
  return text;
}

describe('an excerpt', () => {
  it.each([
    ['  - attack.t1064', '      ^~~~~~~~~~~~'],
    ['\tx: attack.t1064', '       ^~~~~~~~~~~~'],
    ['ab\tx: attack.t1064', '       ^~~~~~~~~~~~'],
    ['スク: attack.t1064', '      ^~~~~~~~~~~~'],
    ['e\u0301: attack.t1064', '   ^~~~~~~~~~~~'],
    ['🇩🇪: attack.t1064', '    ^~~~~~~~~~~~'],
    ['ｶﾀ: attack.t1064', '    ^~~~~~~~~~~~'],
    ['\u0301: attack.t1064', '  ^~~~~~~~~~~~'],
    ['⚠️: attack.t1064', '    ^~~~~~~~~~~~'],
    ['a\u202eb: attack.t1064', '          ^~~~~~~~~~~~'],
  ])('marks the range under %j', (line, marks) => {
    const picture = pictureOf(line.replace('- ', '  - '), 'attack.t1064');
    expect(picture.marks).toBe(marks);
    expect(overMarks(picture)).toBe('attack.t1064');
  });

  it('marks what is wide as wide as it is', () => {
    expect(pictureOf('x 日本 y', '日本').marks).toBe('  ^~~~');
  });

  it('marks a character whole, though the range begins or ends within it', () => {
    const flag = { path: 'x', line: 1, column: 4, endLine: 1, endColumn: 5 };
    expect(drawExcerpt('x 🇩🇪 y', flag, 80).marks).toBe('  ^~');
  });

  it('cuts a long line to a window around the range', () => {
    const picture = pictureOf(`${'a'.repeat(900)}HERE${'b'.repeat(900)}`, 'HERE', 40);
    expect(picture.source).toMatch(/^…a+HEREb+…$/);
    expect(picture.source).toHaveLength(40);
    expect(overMarks(picture)).toBe('HERE');
  });

  it('cuts only the end when the range is at the start', () => {
    expect(pictureOf(`HERE${'b'.repeat(900)}`, 'HERE', 20)).toEqual({
      source: `HERE${'b'.repeat(15)}…`,
      marks: '^~~~',
    });
  });

  it('marks a range over several lines up to the end of the first', () => {
    expect(drawExcerpt('key: |', { path: 'x', line: 1, column: 6, endLine: 4, endColumn: 2 }, 80).marks).toBe('     ^');
    expect(drawExcerpt('key: abc', { path: 'x', line: 1, column: 6, endLine: 4, endColumn: 2 }, 80).marks).toBe(
      '     ^~~',
    );
  });

  it('puts one mark where the range is empty or at the end of the line', () => {
    expect(drawExcerpt('key:', { path: 'x', line: 1, column: 5, endLine: 1, endColumn: 5 }, 80).marks).toBe('    ^');
  });

  it('marks nothing when the column is unknown or past the excerpt', () => {
    expect(drawExcerpt('key:', { path: 'x', line: 1 }, 80).marks).toBe('');
    expect(drawExcerpt('key:', { path: 'x', line: 1, column: 9 }, 80).marks).toBe('');
  });

  const line = fc.string({
    unit: fc.oneof(
      fc.constantFrom('\t', '日', 'e\u0301', '\u202e', '🇩🇪', '\ud800', ' '),
      fc.string({ minLength: 1, maxLength: 1 }),
    ),
    maxLength: 200,
  });

  it('never needs more room than it has, and its marks stay under it', () => {
    fc.assert(
      fc.property(line, fc.nat(210), fc.nat(50), fc.integer({ min: 20, max: 90 }), (text, start, length, room) => {
        const place = { path: 'x', line: 1, column: start + 1, endLine: 1, endColumn: start + 1 + length };
        const { source, marks } = drawExcerpt(text, place, room);
        expect(columnsOf(source)).toBeLessThanOrEqual(room);
        expect(marks.length).toBeLessThanOrEqual(room + 1);
        expect(marks).toMatch(/^ *\^~*$|^$/);
      }),
    );
  });

  it('always stands over its marks', () => {
    fc.assert(
      fc.property(line, line, fc.integer({ min: 30, max: 200 }), (before, after, room) => {
        const text = `${before.replaceAll('\ud800', '')} HERE ${after}`;
        expect(overMarks(pictureOf(text, 'HERE', room))).toBe('HERE');
      }),
    );
  });
});
