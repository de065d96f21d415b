// SPDX-License-Identifier: Apache-2.0

/** What GitHub or GitLab would bring to life in one line of Markdown: read as they read it, tables first. */
export function liveIn(line: string): string[] {
  const cells = line.startsWith('| ') ? cellsOf(line) : [line];
  return cells.flatMap((cell) => liveInline(cell.replaceAll('\\|', '|')));
}

/** Cells of a table row (GFM §4.10): a bar ends a cell, even within code, unless a backslash precedes it. */
export function cellsOf(row: string): string[] {
  const cells = [''];
  for (let i = 0; i < row.length; i++) {
    if (row[i] === '\\' && i + 1 < row.length) cells.push(`${cells.pop() ?? ''}${row.slice(i, ++i + 1)}`);
    else if (row[i] === '|') cells.push('');
    else cells.push(`${cells.pop() ?? ''}${row[i]}`);
  }
  return cells;
}

function liveInline(cell: string): string[] {
  const prose = withoutCode(cell);
  const shown = prose
    .replace(/\\([!-/:-@[-`{-~])/g, '$1')
    .replace(/&#(?:x([0-9a-f]+)|(\d+));|&commat;/gi, (_, hex, decimal) =>
      hex || decimal ? String.fromCodePoint(Number.parseInt(hex ?? decimal, hex ? 16 : 10)) : '@',
    );
  return [
    // Markup is live only where it is not escaped.
    ...(/(?<!\\)(?:\\\\)*([<[\]*_~]|!\[)/.exec(prose.replaceAll('**', ''))?.slice(0, 1) ?? []),
    // What platforms find in the rendered text is live even if it was escaped.
    ...(/@\w|#\d|:\/\/|www\.|\bgh-\d|![0-9]|~["\w]|%[a-z"]|\$|:\w+:|\b[0-9a-f]{7,40}\b|\[\w+:/i
      .exec(shown)
      ?.slice(0, 1) ?? []),
  ];
}

/** Takes code spans out (CommonMark §6.1): a run of backticks up to the next run of the same length. */
function withoutCode(text: string): string {
  let prose = '';
  for (let i = 0; i < text.length;) {
    if (text[i] === '\\') {
      prose += text.slice(i, i + 2);
      i += 2;
      continue;
    }
    const run = /^`+/.exec(text.slice(i))?.[0];
    const end = run === undefined ? -1 : closingRun(text, i + run.length, run.length);
    if (run === undefined || end < 0) {
      prose += run ?? text[i];
      i += run?.length ?? 1;
    } else {
      prose += '\u25a1';
      i = end;
    }
  }
  return prose;
}

function closingRun(text: string, from: number, length: number): number {
  for (const match of text.slice(from).matchAll(/`+/g)) {
    if (match[0].length === length) return from + match.index + length;
  }
  return -1;
}
