// SPDX-License-Identifier: Apache-2.0
import { visible } from './sanitize.ts';

/** One character as a person sees it, and the room it takes in a terminal. */
export interface Cell {
  readonly shown: string;
  readonly width: number;
  /** UTF-16 range in the text it comes from. */
  readonly from: number;
  readonly to: number;
}

const TAB_STOP = 4;
const PRINTABLE = /^[ -~]*$/;

/** East Asian wide and full-width characters and emoji, by script: JavaScript has no property for width. */
const WIDE =
  /[[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Bopomofo}\p{Script=Yi}\p{Script=Tangut}\p{Emoji_Presentation}\u3000-\u303e\u30fb\u30fc\uff01-\uff60\uffe0-\uffe6]--[\uff61-\uffdc]]/v;
const EMOJI_STYLE = '\ufe0f';
const MARKS = /^\p{M}+$/u;

/** Splits a line for drawing: tabs become spaces, hidden characters their escapes. */
export function cellsOf(line: string): Cell[] {
  const cells: Cell[] = [];
  let column = 0;
  for (const { segment, index } of PRINTABLE.test(line) ? unitsOf(line) : graphemesOf(line)) {
    const shown = segment === '\t' ? ' '.repeat(TAB_STOP - (column % TAB_STOP)) : visible(segment);
    const width = shown === segment ? graphemeWidth(segment) : columnsOf(shown);
    cells.push({ shown, width, from: index, to: index + segment.length });
    column += width;
  }
  return cells;
}

/** How many columns of a terminal the text takes; nothing in it may be hidden. */
export function columnsOf(text: string): number {
  if (PRINTABLE.test(text)) return text.length;
  let columns = 0;
  for (const { segment } of graphemesOf(text)) columns += graphemeWidth(segment);
  return columns;
}

function graphemeWidth(grapheme: string): number {
  if (PRINTABLE.test(grapheme)) return grapheme.length;
  return WIDE.test(grapheme) || grapheme.includes(EMOJI_STYLE) ? 2 : MARKS.test(grapheme) ? 0 : 1;
}

let segmenter: Intl.Segmenter | undefined;

/** Loading the tables of Unicode takes longer than most reports; they are only needed beyond ASCII. */
function graphemesOf(text: string): Iterable<{ segment: string; index: number }> {
  segmenter ??= new Intl.Segmenter('en', { granularity: 'grapheme' });
  return segmenter.segment(text);
}

function* unitsOf(line: string): Generator<{ segment: string; index: number }> {
  for (let index = 0; index < line.length; index++) yield { segment: line.charAt(index), index };
}
