// SPDX-License-Identifier: Apache-2.0
import { fail } from '../error.ts';
import type { TextEdit } from '../finding/finding.ts';
import type { DraftFix } from '../finding/draft.ts';
import type { Range } from './locate.ts';
import type { SourceFile } from './source.ts';

/** Turns a fix that speaks of a value into one that speaks of text; undefined where it cannot be done in place. */
export function editOf(source: SourceFile, range: Range, edit: DraftFix['edit']): TextEdit | undefined {
  if (edit.kind === 'replace') return { path: source.path, ...range, newText: edit.newText };
  const item = itemRange(source.text, range);
  return item && { path: source.path, ...item, newText: '' };
}

/** The range of a whole list item: its line in a block list, with one comma in a flow list. */
function itemRange(text: string, { start, end }: Range): Range | undefined {
  const lineStart = text.lastIndexOf('\n', start - 1) + 1;
  const newline = text.indexOf('\n', end);
  const lineEnd = newline === -1 ? text.length : newline;
  const before = text.slice(lineStart, start);
  const after = text.slice(end, lineEnd);
  if (/^\s*-\s+["']?$/.test(before) && /^["']?\s*(#.*)?\r?$/.test(after)) {
    return { start: lineStart, end: newline === -1 ? text.length : newline + 1 };
  }
  const quote = /["']$/.exec(before)?.[0] ?? '';
  const leading = /,\s*$/.exec(before.slice(0, before.length - quote.length))?.[0];
  if (leading === undefined || !after.startsWith(quote)) return undefined;
  return { start: start - quote.length - leading.length, end: end + quote.length };
}

/** Applies edits to a text; edits must not overlap. */
export function applyEdits(path: string, text: string, edits: readonly TextEdit[]): string {
  const sorted = [...edits].sort((a, b) => a.start - b.start || a.end - b.end);
  let result = '';
  let done = 0;
  for (const edit of sorted) {
    if (edit.start < done)
      fail('input', 'two fixes change the same text', { path, hint: 'Run --fix again after this run.' });
    result += text.slice(done, edit.start) + edit.newText;
    done = edit.end;
  }
  return result + text.slice(done);
}
