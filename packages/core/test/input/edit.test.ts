// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Anchor, DraftFix, TextEdit } from '../../src/finding/index.ts';
import { applyEdits, editOf, parseDocuments } from '../../src/input/index.ts';
import { locatorOf } from '../../src/input/locate.ts';
import { refusalOf } from './refusal.ts';
import { sourceOf } from './tree.ts';

/** The text after one fix, or why there is none. */
async function fixed(path: string, text: string, anchor: Anchor, edit: DraftFix['edit']): Promise<string> {
  const source = sourceOf(path, text);
  const range = await locatorOf(source)(anchor);
  const change = range && editOf(source, range, edit);
  return change ? applyEdits(path, text, [change]) : 'cannot be done in place';
}

const remove = { kind: 'remove' } as const;

describe('removing an item of a list', () => {
  it.each([
    ['a block list', 'l:\n  - a\n  - b\n  - c\n', 'l:\n  - a\n  - c\n'],
    ['a block list with quotes and a comment', 'l:\n  - a\n  - "b" # why\n  - c\n', 'l:\n  - a\n  - c\n'],
    ['a block list with CRLF and a comment', "l:\r\n  - a\r\n  - 'b' # why\r\n  - c\r\n", 'l:\r\n  - a\r\n  - c\r\n'],
    ['the end of a file without a line feed', 'l:\n- a\n- b', 'l:\n- a\n'],
    ['a flow list', 'l: [a, b, c] # keep\n', 'l: [a, c] # keep\n'],
    ['a flow list with quotes', 'l: ["a" , "b","c"]\n', 'l: ["a" ,"c"]\n'],
    ['a flow list over lines', 'l: [\n  a,\n  b,\n  c]\n', 'cannot be done in place'],
  ])('in %s takes one comma or one line with it', async (_name, text, expected) => {
    expect(await fixed('a.yml', text, { pointer: ['l', 1] }, remove)).toBe(expected);
  });

  it('in JSON and TOML takes the quotes with it', async () => {
    expect(await fixed('a.json', '{"l": ["a", "b"]}', { pointer: ['l', 1], text: 'b' }, remove)).toBe('{"l": ["a"]}');
    expect(await fixed('a.json', '{"l": ["a", "b"]}', { pointer: ['l', 1] }, remove)).toBe('{"l": ["a"]}');
    expect(await fixed('a.toml', "l = ['a', 'b']", { pointer: ['l', 1], text: 'b' }, remove)).toBe("l = ['a']");
  });

  it('is not done to the first item of a flow list, nor to half of a value', async () => {
    expect(await fixed('a.yml', 'l: [a, b]\n', { pointer: ['l', 0] }, remove)).toBe('cannot be done in place');
    expect(await fixed('a.yml', 'l:\n  - a b\n', { pointer: ['l', 0], text: 'b' }, remove)).toBe(
      'cannot be done in place',
    );
    expect(await fixed('a.yml', 'l:\n  - k: b\n', { pointer: ['l', 0, 'k'] }, remove)).toBe('cannot be done in place');
  });

  it('leaves all other items, and the rest of the document, as they were', async () => {
    const items = fc.uniqueArray(fc.stringMatching(/^[a-z]{1,6}$/), { minLength: 2, maxLength: 6 });
    const shape = fc.constantFrom(
      (list: readonly string[]) => `x: 1 # c\nl:\n${list.map((item) => `  - w.${item}\n`).join('')}y: 2\n`,
      (list: readonly string[]) => `x: 1\nl:\n${list.map((item) => `- "w.${item}" # ${item}\n`).join('')}y: 2\n`,
      (list: readonly string[]) => `{x: 1, l: ['${list.map((item) => `w.${item}`).join("', '")}'], y: 2}\n`,
    );
    await fc.assert(
      fc.asyncProperty(items, fc.nat(), shape, async (list, pick, write) => {
        const index = 1 + (pick % (list.length - 1));
        const after = await fixed('a.yml', write(list), { pointer: ['l', index], text: `w.${list[index]}` }, remove);
        const rest = list.filter((_, at) => at !== index).map((item) => `w.${item}`);
        expect(await parseDocuments(sourceOf('a.yml', after))).toEqual([{ x: 1, l: rest, y: 2 }]);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('edits of a text', () => {
  const edit = (start: number, end: number, newText: string): TextEdit => ({ path: 'a.yml', start, end, newText });

  it('are applied wherever they stand in the list', () => {
    const edits = [edit(4, 5, 'E'), edit(0, 1, ''), edit(2, 2, '++')];
    expect(applyEdits('a.yml', 'abcdef', edits)).toBe('b++cdEf');
    expect(applyEdits('a.yml', 'abcdef', edits.toReversed())).toBe('b++cdEf');
    expect(applyEdits('a.yml', 'abcdef', [])).toBe('abcdef');
  });

  it('are refused when they overlap', async () => {
    expect(await refusalOf(() => applyEdits('a.yml', 'abcdef', [edit(0, 3, ''), edit(2, 4, '')]))).toBe(
      'input a.yml two fixes change the same text',
    );
  });
});
