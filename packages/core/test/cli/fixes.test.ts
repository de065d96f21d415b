// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { gateProgram } from '../../src/cli/index.ts';
import { gate } from '../gate/words-gate.ts';
import { plant, type Tree } from '../input/tree.ts';
import { call, type Called } from './terminal.ts';

const run = gateProgram({ id: 'words', description: 'Looks for words.', gate: async () => gate });
const fix = (files: Tree, ...args: readonly string[]): Promise<Called> =>
  call(run, { args: ['--fix', '--no-evidence', ...args], files });

describe('--fix says what it did to the files', () => {
  it.each([
    ['one finding', { 'a.yml': 'x: teh\n' }, 'fixed 1 finding in 1 file\n'],
    [
      'several files, and those without a fix are not counted',
      { 'a.yml': 'x: [teh, teh2]\n', 'b.json': '{"x": "teh"}\n', 'c.yml': 'x: secret\n' },
      'fixed 2 findings in 2 files\n',
    ],
    // Only when both say "the" does the list say a word twice.
    ['what an earlier fix uncovered', { 'a.yml': 'x: [the, teh]\n' }, 'fixed 2 findings in 1 file\n'],
    [
      'nothing, since nobody can know the right word',
      { 'a.yml': 'x: secret\n' },
      'fixed nothing: no open finding has exactly one right replacement\n',
    ],
  ])('%s', async (_what, files, said) => {
    expect((await fix(files)).stderr).toBe(said);
  });

  it('unless it should be quiet', async () => {
    expect((await fix({ 'a.yml': 'x: teh\n' }, '--quiet')).stderr).toBe('');
  });

  it('apart from the report, which machines read', async () => {
    const { stdout, stderr } = await fix({ 'a.yml': 'x: teh\n' }, '--format', 'json');
    expect(JSON.parse(stdout)).toMatchObject({ verdict: 'pass' });
    expect(stderr).toBe('fixed 1 finding in 1 file\n');
  });

  it('and it is done: another --fix finds nothing', async () => {
    const { root } = await fix({ 'a.yml': '# kept\nx: [the, teh, teh] # kept\n' });
    const after = readFileSync(join(root, 'a.yml'), 'utf8');
    expect(after).toBe('# kept\nx: [the] # kept\n');
    expect((await call(run, { args: ['--fix'], root })).stderr).toContain('fixed nothing');
    expect(readFileSync(join(root, 'a.yml'), 'utf8')).toBe(after);
  });
});

describe('--fix leaves alone', () => {
  it('files that were not named', async () => {
    const { root } = await fix({ 'a.yml': 'x: teh\n', 'b.yml': 'x: teh\n' }, 'a.yml');
    expect(readFileSync(join(root, 'a.yml'), 'utf8')).toBe('x: the\n');
    expect(readFileSync(join(root, 'b.yml'), 'utf8')).toBe('x: teh\n');
  });

  it('findings of a rule that is turned off', async () => {
    const off = 'version: 1\ngates: {words: {rules: {words/misspelt: "off"}}}\n';
    const { root, stderr } = await fix({ 'helios.yaml': off, 'a.yml': 'x: teh\n' });
    expect(readFileSync(join(root, 'a.yml'), 'utf8')).toBe('x: teh\n');
    expect(stderr).toContain('fixed nothing');
  });

  it('what links lead to', async () => {
    const outside = plant({ 'a.yml': 'x: teh\n' });
    const { exit } = await fix({ 'a.yml': { link: join(outside, 'a.yml') } });
    expect(readFileSync(join(outside, 'a.yml'), 'utf8')).toBe('x: teh\n');
    expect(exit).toBe(1);
  });
});
