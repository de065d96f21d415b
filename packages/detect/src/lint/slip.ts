// SPDX-License-Identifier: Apache-2.0

/** The known word that somebody missed by one letter: left out, added, another one, or two in the wrong order. */
export function slipOf(word: string, known: readonly string[]): string | undefined {
  return known.find((each) => isSlip(word, each));
}

function isSlip(word: string, known: string): boolean {
  let [begin, end] = [0, 0];
  const shorter = Math.min(word.length, known.length);
  while (begin < shorter && word[begin] === known[begin]) begin++;
  while (end < shorter - begin && word.at(-1 - end) === known.at(-1 - end)) end++;
  const [left, right] = [word.slice(begin, word.length - end), known.slice(begin, known.length - end)];
  if (left.length <= 1 && right.length <= 1) return left !== right;
  return left.length === 2 && right.length === 2 && left[0] === right[1] && left[1] === right[0];
}
