// SPDX-License-Identifier: Apache-2.0
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { TextEdit } from '../../src/finding/index.ts';
import { applyFixes, type GateResult, runGate } from '../../src/gate/index.ts';
import { findingOf } from '../finding/drafts.ts';
import { refusalOf } from '../input/refusal.ts';
import { addTo, plant } from '../input/tree.ts';
import { gate } from './words-gate.ts';

const judge = (root: string): Promise<GateResult> =>
  runGate(gate, gate.options.parse({}), {
    root,
    asOf: new Date(0),
    failOn: 'error',
    levels: {},
    waivers: { exceptions: [] },
    partial: false,
  });

/** A file before and after all its fixes were applied, round by round. */
async function mended(name: string, text: string): Promise<string> {
  const root = plant({ [name]: text });
  for (let round = 0; round < 5 && (await applyFixes(root, [await judge(root)])) > 0; round++);
  return readFileSync(join(root, name), 'utf8');
}

describe('mending a file', () => {
  it.each([
    ['comments', 'a.yml', '# top\na: teh # why\n\n# end\n', '# top\na: the # why\n\n# end\n'],
    ['the byte order mark', 'a.yml', '\ufeffa: teh\n', '\ufeffa: the\n'],
    ['CRLF', 'a.yml', 'a: teh\r\nl:\r\n  - x\r\n  - x # twice\r\nb: 1\r\n', 'a: the\r\nl:\r\n  - x\r\nb: 1\r\n'],
    ['no line feed at the end', 'a.yml', 'a: teh', 'a: the'],
    ['quotes', 'a.yml', 'a: "teh"\nb: \'teh\'\n', 'a: "the"\nb: \'the\'\n'],
    ['other documents', 'a.yml', 'a: 1\n---\nb: teh\n---\nc: 1\n', 'a: 1\n---\nb: the\n---\nc: 1\n'],
    ['the layout of JSON', 'a.json', '{ "a":"teh",\n\t"b" : [ "x", "x" ] }', '{ "a":"the",\n\t"b" : [ "x" ] }'],
    ['the layout of TOML', 'a.toml', "a = 'teh' # c\nl = [ 'x', 'x' ]\n", "a = 'the' # c\nl = [ 'x' ]\n"],
    ['what is written with escapes', 'a.json', '{"a": "t\\u0065h"}', '{"a": "t\\u0065h"}'],
  ])('keeps %s', async (_name, path, before, after) => {
    expect(await mended(path, before)).toBe(after);
  });

  it('is done in rounds where one fix makes place for the next', async () => {
    expect(await mended('a.yml', 'l: [x, x, x, teh, teh, teh]\n')).toBe('l: [x, the]\n');
  });

  it('keeps who may read the file', async () => {
    const root = plant({ 'a.yml': 'a: teh\n' });
    const before = statSync(join(root, 'a.yml')).mode;
    expect(await applyFixes(root, [await judge(root)])).toBe(1);
    expect(statSync(join(root, 'a.yml')).mode).toBe(before);
  });
});

describe('edits of several findings', () => {
  const withEdits = (...edits: readonly TextEdit[]) => ({
    findings: edits.map((edit) => findingOf({ fix: { title: 't', edits: [edit] } })),
  });
  const edit = (start: number, end: number, newText: string): TextEdit => ({ path: 'a.yml', start, end, newText });

  it('that touch the same text: the first is applied, the other left', async () => {
    const root = plant({ 'a.yml': 'abcdef' });
    expect(await applyFixes(root, [withEdits(edit(2, 4, 'X'), edit(0, 3, 'Y')), withEdits(edit(5, 6, 'Z'))])).toBe(2);
    expect(readFileSync(join(root, 'a.yml'), 'utf8')).toBe('YdeZ');
  });

  it('of a file that changed since are refused: they would land anywhere', async () => {
    const root = plant({ 'a.yml': 'a: teh\n' });
    const result = await judge(root);
    addTo(root, { 'a.yml': '# new\na: teh\n' });
    expect(await refusalOf(() => applyFixes(root, [result]))).toBe('input a.yml changed since it was judged');
    expect(readFileSync(join(root, 'a.yml'), 'utf8')).toBe('# new\na: teh\n');
  });

  it('never leave the tree', async () => {
    const root = plant();
    const outside = {
      findings: [findingOf({ fix: { title: 't', edits: [{ path: '../x', start: 0, end: 0, newText: 'x' }] } })],
    };
    expect(await refusalOf(() => applyFixes(root, [outside]))).toContain('path leaves the repository');
  });
});
