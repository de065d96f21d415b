// SPDX-License-Identifier: Apache-2.0
import type { Location } from '../finding/finding.ts';
import { cellsOf } from './cells.ts';
import type { Cell } from './cells.ts';

/** A source line as it is drawn, and the line under it: `^~~~` below the range, or '' if the column is unknown. */
export interface Picture {
  readonly source: string;
  readonly marks: string;
}

/** Draws the line at fault in `room` columns; a longer line is cut to a window around the range. */
export function drawExcerpt(excerpt: string, location: Location, room: number): Picture {
  const cells = cellsOf(excerpt);
  const [start, end] = rangeOf(excerpt, location);
  const before = widthOf(cells.filter((cell) => cell.to <= start));
  const marked = Math.max(1, widthOf(cells.filter((cell) => cell.to > start && cell.from < end)));

  const view = windowOf(cells, before, room);
  const source = view.cells.map((cell) => cell.shown).join('');
  const visibleMarks = Math.max(1, Math.min(marked, room - (before - view.from)));
  const known = location.column !== undefined && start <= excerpt.length;
  return {
    source: source.trimEnd(),
    marks: known ? `${' '.repeat(before - view.from)}^${'~'.repeat(visibleMarks - 1)}` : '',
  };
}

/** The UTF-16 range within the line; a range over several lines goes to the end of this one. */
function rangeOf(excerpt: string, { line, column = 1, endLine, endColumn }: Location): readonly [number, number] {
  const start = column - 1;
  if (endLine !== undefined && endLine !== line) return [start, excerpt.length];
  return [start, endColumn === undefined ? start + 1 : endColumn - 1];
}

const ELLIPSIS: Cell = { shown: '…', width: 1, from: 0, to: 0 };

/** The cells to show, and the column of the whole line at which they begin. */
function windowOf(cells: readonly Cell[], before: number, room: number): { cells: readonly Cell[]; from: number } {
  const total = widthOf(cells);
  if (total <= room) return { cells, from: 0 };
  // A third of the room shows what leads up to the range.
  const wanted = Math.min(Math.max(0, before - Math.floor(room / 3)), total - room);
  let first = 0;
  let from = 0;
  for (; from < wanted; first++) from += cells[first]?.width ?? 1;
  let last = first;
  for (let taken = 0; last < cells.length; last++) {
    taken += cells[last]?.width ?? 0;
    if (taken > room) break;
  }
  const shown = cells.slice(first, last);
  const left = first > 0 ? replaceCell(shown, 0) : shown;
  return { cells: last < cells.length ? replaceCell(left, left.length - 1) : left, from };
}

/** An ellipsis in the place of a cell, as wide as the cell was, so that nothing moves. */
function replaceCell(cells: readonly Cell[], index: number): readonly Cell[] {
  const width = cells[index]?.width ?? 1;
  return cells.with(index, { ...ELLIPSIS, shown: ELLIPSIS.shown.padEnd(width), width });
}

function widthOf(cells: readonly Cell[]): number {
  return cells.reduce((sum, cell) => sum + cell.width, 0);
}
