// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openDerived } from '../../src/gate/derived.ts';
import { type GateResult, runGate } from '../../src/gate/index.ts';
import { VERSION } from '../../src/version.ts';
import { addTo, plant } from '../input/tree.ts';
import { gate } from './words-gate.ts';

/** What a gate remembers, and how often it had to compute. */
async function recallAll(
  folder: string | undefined,
  keys: readonly string[],
): Promise<{ values: unknown[]; computed: string[] }> {
  const computed: string[] = [];
  const derived = openDerived(folder, 'words');
  const values: unknown[] = [];
  for (const key of keys) {
    const compute = (): { of: string } => (computed.push(key), { of: key });
    values.push(await derived.recall(key, compute));
  }
  await derived.save();
  return { values, computed };
}

describe('facts that follow from contents', () => {
  it('are computed once, then remembered from run to run', async () => {
    const folder = plant();
    expect((await recallAll(folder, ['a', 'b', 'a'])).computed).toEqual(['a', 'b']);
    expect(await recallAll(folder, ['a', 'b'])).toEqual({ values: [{ of: 'a' }, { of: 'b' }], computed: [] });
  });

  it('are forgotten when a run had no use for them', async () => {
    const folder = plant();
    await recallAll(folder, ['a', 'b']);
    await recallAll(folder, ['b']);
    expect((await recallAll(folder, ['a', 'b'])).computed).toEqual(['a']);
  });

  it('are not remembered where computing them failed', async () => {
    const folder = plant();
    const derived = openDerived(folder, 'words');
    await expect(derived.recall('a', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    await derived.save();
    expect((await recallAll(folder, ['a'])).computed).toEqual(['a']);
  });

  it.each([
    ['of another version', (text: string) => text.replace(VERSION, '0.0.0')],
    ['cut off', (text: string) => text.slice(0, -5)],
    ['longer', (text: string) => `${text}"b"\t{"of":"lie"}\n`],
    ['changed in one character', (text: string) => text.replace('"of":"a"', '"of":"b"')],
    ['without its head', (text: string) => text.slice(text.indexOf('\n') + 1)],
    ['empty', () => ''],
    ['of another form', () => '[1, 2]'],
    ['binary', () => '\0\u00ff\u00fe'],
  ])('in a file that is %s are as good as none, and replaced', async (_name, damage) => {
    const folder = plant();
    await recallAll(folder, ['a']);
    const file = join(folder, 'words.facts');
    writeFileSync(file, damage(readFileSync(file, 'utf8')));
    expect(await recallAll(folder, ['a'])).toEqual({ values: [{ of: 'a' }], computed: ['a'] });
    expect((await recallAll(folder, ['a'])).computed).toEqual([]);
  });

  it('are the same under names and in texts of any kind', async () => {
    const texts = ['tab\there', 'line\nfeed', '"quoted"', '\u2028', '__proto__', 'é😀'];
    const folder = plant();
    const first = await recallAll(folder, texts);
    expect(await recallAll(folder, texts)).toEqual({ values: first.values, computed: [] });
  });

  it('that are asked for later are read then, once, and kept even if nobody asks', async () => {
    const folder = plant();
    await recallAll(folder, ['a', 'b']);
    const derived = openDerived(folder, 'words');
    const [a] = [await derived.recallLater('a', () => ({ of: 'nobody' })), await derived.recallLater('b', () => null)];
    expect(a()).toEqual({ of: 'a' });
    expect(a()).toBe(a());
    await derived.save();
    expect((await recallAll(folder, ['a', 'b'])).computed).toEqual([]);
  });

  it('cost nothing but time where the folder cannot be written', async () => {
    const root = plant({ file: '' });
    for (const folder of [join(root, 'file'), join(root, 'file/below')]) {
      expect((await recallAll(folder, ['a'])).computed).toEqual(['a']);
    }
    mkdirSync(join(root, 'taken/words.facts'), { recursive: true });
    expect((await recallAll(join(root, 'taken'), ['a'])).computed).toEqual(['a']);
  });

  it('are not kept at all where there is no folder', async () => {
    expect((await recallAll(undefined, ['a', 'a'])).computed).toEqual(['a', 'a']);
  });
});

describe('a gate that remembers', () => {
  const judge = (root: string, cache: string): Promise<GateResult> =>
    runGate(gate, gate.options.parse({}), {
      root,
      cache,
      asOf: new Date(0),
      failOn: 'error',
      levels: {},
      waivers: { exceptions: [] },
      partial: false,
    });

  it('gives the same verdict warm as cold, and sees every change', async () => {
    const [root, cache] = [plant({ 'a.yml': 'a: open\n', 'b.yml': 'a: open\n', 'bad.yml': '[' }), plant()];
    const cold = await judge(root, cache);
    expect(await judge(root, cache)).toEqual(cold);
    addTo(root, { 'b.yml': 'a: secret\n' });
    expect((await judge(root, cache)).findings.map(({ location }) => location.path)).toEqual(['b.yml', 'bad.yml']);
  });

  it('knows the content, not the name: a copy costs nothing and is judged under its own path', async () => {
    const [root, cache] = [plant({ 'a.yml': 'a: secret\n' }), plant()];
    await judge(root, cache);
    addTo(root, { 'copy.yml': 'a: secret\n' });
    expect((await judge(root, cache)).findings.map(({ location }) => location.path)).toEqual(['a.yml', 'copy.yml']);
    const [, ...facts] = readFileSync(join(cache, 'words.facts'), 'utf8').trimEnd().split('\n');
    expect(facts).toHaveLength(1);
  });

  it('believes no file of the tree that it judges', async () => {
    const [root, cache] = [plant({ 'a.yml': 'a: secret\n' }), plant()];
    const verdict = (await judge(root, cache)).verdict;
    writeFileSync(
      join(root, 'words.facts'),
      readFileSync(join(cache, 'words.facts'), 'utf8').replace('secret', 'harmless'),
    );
    rmSync(join(cache, 'words.facts'));
    expect((await judge(root, cache)).verdict).toBe(verdict);
  });
});
