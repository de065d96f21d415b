// SPDX-License-Identifier: Apache-2.0

export interface Position {
  /** 1-based. */
  readonly line: number;
  /** 1-based, in UTF-16 code units. */
  readonly column: number;
}

/** The lines of a text, for many look-ups in it: a file with thousands of findings is scanned once. */
export interface Lines {
  /** The position of a UTF-16 offset. */
  positionAt(offset: number): Position;
  /** A line by its 1-based number, without its line end. */
  line(number: number): string | undefined;
}

/** Lines end with LF; a CR before it belongs to the line end. The text is only looked through as far as is asked about. */
export function linesOf(text: string): Lines {
  const starts = [0];
  let isWhole = false;
  /** Looks for line ends until the text is known up to an offset, or up to a line. */
  const look = (offset: number, number: number): void => {
    while (!isWhole && starts.length <= number && (starts.at(-1) ?? 0) <= offset) {
      const end = text.indexOf('\n', starts.at(-1));
      if (end === -1) isWhole = true;
      else starts.push(end + 1);
    }
  };
  return {
    positionAt(offset) {
      look(offset, Infinity);
      let low = 0;
      let high = starts.length - 1;
      while (low < high) {
        const middle = (low + high + 1) >> 1;
        if ((starts[middle] ?? 0) <= offset) low = middle;
        else high = middle - 1;
      }
      return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
    },
    line(number) {
      look(Infinity, number);
      const start = starts[number - 1];
      return start === undefined ? undefined : text.slice(start, starts[number]).replace(/\r?\n$/, '');
    },
  };
}

/** The position of a UTF-16 offset, for a single look-up. */
export function positionAt(text: string, offset: number): Position {
  return linesOf(text.slice(0, offset)).positionAt(offset);
}
