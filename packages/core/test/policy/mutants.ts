// SPDX-License-Identifier: Apache-2.0

/** One small lie in the text of a policy; its tests should notice. */
export interface Mutant {
  readonly line: number;
  readonly was: string;
  readonly becomes: string;
  readonly text: string;
}

const SWAPS: readonly (readonly [RegExp, string])[] = [
  [/ > /g, ' >= '],
  [/ < /g, ' <= '],
  [/ >= /g, ' > '],
  [/ <= /g, ' < '],
  [/ == /g, ' != '],
  [/ != /g, ' == '],
  [/ \+ /g, ' - '],
  [/ - /g, ' + '],
  [/\bnot /g, ''],
  [/\bmin\(/g, 'max('],
  [/"error"/g, '"note"'],
  [/"approved"/g, '"closed"'],
  [/"draft"/g, '"closed"'],
];

/** Every operator swapped, every condition of a rule dropped: one mutant each. Comments and messages stay. */
export function* mutantsOf(source: string): Generator<Mutant> {
  const lines = source.split('\n');
  const write = (index: number, becomes: string): Mutant => ({
    line: index + 1,
    was: (lines[index] ?? '').trim(),
    becomes: becomes.trim(),
    text: lines.with(index, becomes).join('\n'),
  });
  for (const [index, line] of lines.entries()) {
    if (/^\s*(#|package|import|"?(msg|fix|subject)"? ?:)/.test(line)) continue;
    for (const [pattern, replacement] of SWAPS) {
      for (const match of line.matchAll(pattern)) {
        yield write(index, line.slice(0, match.index) + replacement + line.slice(match.index + match[0].length));
      }
    }
    if (/^\t(?!some |every |msg :=|fix :=|").*[^{[(,]$/.test(line) && !line.includes(':='))
      yield write(index, '\ttrue');
  }
}
