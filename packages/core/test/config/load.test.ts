// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { gateSettings, loadProject, withinRoot } from '../../src/config/index.ts';
import type { AnyGate } from '../../src/gate/index.ts';
import { gate } from '../gate/words-gate.ts';
import { refusalOf } from '../input/refusal.ts';
import { plant } from '../input/tree.ts';

const MINIMAL = 'version: 1\n';

describe('helios.yaml is looked for', () => {
  it('here, then upward: the nearest one counts, and its folder is the root', async () => {
    const root = plant({ 'helios.yaml': MINIMAL, 'a/helios.json': '{"version": 1}', 'a/b/x': '', 'c/x': '' });
    expect((await loadProject({ cwd: join(root, 'a/b') })).file?.path).toBe('helios.json');
    expect((await loadProject({ cwd: join(root, 'a/b') })).root).toBe(join(root, 'a'));
    expect((await loadProject({ cwd: join(root, 'c') })).root).toBe(root);
  });

  it('from the first named path, whether folder or file', async () => {
    const root = plant({ 'a/helios.yml': MINIMAL, 'a/b/x.yml': '', elsewhere: '' });
    for (const path of ['a/b', 'a/b/x.yml', join(root, 'a')]) {
      expect((await loadProject({ cwd: root, paths: [path] })).root).toBe(join(root, 'a'));
    }
  });

  it('never beyond the top of the git work tree', async () => {
    const outer = plant({ 'helios.yaml': MINIMAL, 'repo/.git/HEAD': '', 'repo/a/x': '' });
    const project = await loadProject({ cwd: join(outer, 'repo/a') });
    expect(project).toMatchObject({ root: join(outer, 'repo'), sections: {} });
    expect(project.file).toBeUndefined();
  });

  it('and where there is none, defaults apply from here on down', async () => {
    const root = plant({ 'a/x': '' });
    expect(await loadProject({ cwd: join(root, 'a') })).toEqual({
      root: join(root, 'a'),
      config: {
        version: 1,
        failOn: 'error',
        exceptions: [],
        evidence: { directory: '.evidence' },
        network: { allow: [], private: [] },
        connectors: {},
        gates: {},
      },
      sections: {},
    });
  });

  it('through the real path, so that a linked folder is the folder', async () => {
    const root = plant({ 'real/helios.yaml': MINIMAL, link: { link: 'real' } });
    expect((await loadProject({ cwd: join(root, 'link') })).root).toBe(join(root, 'real'));
    expect((await loadProject({ cwd: root, config: 'link/helios.yaml' })).root).toBe(join(root, 'real'));
  });

  it('but two beside each other are refused: nobody could say which counts', async () => {
    const root = plant({ 'helios.yaml': MINIMAL, 'helios.json': '{"version": 1}' });
    expect(await refusalOf(() => loadProject({ cwd: root }))).toBe('config helios.json stands beside helios.yaml');
  });
});

describe('--config', () => {
  it('names the file, wherever it is and whatever it is called', async () => {
    const root = plant({ 'conf/ci.yaml': MINIMAL, 'helios.yaml': 'version: 2' });
    expect(await loadProject({ cwd: root, config: 'conf/ci.yaml' })).toMatchObject({
      root: join(root, 'conf'),
      file: { path: 'ci.yaml' },
    });
  });

  it('that names nothing, or a folder, is wrong usage', async () => {
    const root = plant({ 'a/b': '' });
    expect(await refusalOf(() => loadProject({ cwd: root, config: 'x.yaml' }))).toBe(
      'usage x.yaml: no such file or folder',
    );
    expect(await refusalOf(() => loadProject({ cwd: root, config: 'a' }))).toBe('usage a is not a file');
  });
});

describe('the content of helios.yaml', () => {
  const refusal = (text: string): Promise<string> =>
    refusalOf(() => loadProject({ cwd: plant({ 'helios.yaml': text }) }));

  it('may say all there is, and name its schema', async () => {
    const text =
      '$schema: x\nversion: 1\nfailOn: note\nexceptions: [e/*.yaml]\nbaseline: b.json\nevidence: {directory: proofs, key: k.pem}\ngates: {words: {optional: true}}\n';
    const { config, sections } = await loadProject({ cwd: plant({ 'helios.yaml': text }) });
    expect(config).toMatchObject({
      failOn: 'note',
      baseline: 'b.json',
      evidence: { directory: 'proofs', key: 'k.pem' },
    });
    expect(sections).toEqual({ words: { optional: true } });
  });

  it.each([
    ['gates: {}', '1:1 version is missing'],
    ['version: 2', '1:10 version: Invalid input: expected 1'],
    ['version: 1\nfail-on: error', '2:1 unknown key "fail-on"'],
    ['version: 1\nfailOn: info', '2:9 failOn: Invalid option: expected one of "error"|"warning"|"note"'],
    ['version: 1\nevidence: {dir: x}', '2:12 unknown key "dir" in evidence'],
    ['version: 1\nevidence:\n  directory: ../x', '3:14 evidence.directory: must be a path within the repository'],
    ['version: 1\nevidence:\n  directory: /x', '3:14 evidence.directory: must be a path within the repository'],
    ['version: 1\ngates: []', '2:1 gates: Invalid input: expected record, received array'],
    ['version: 1\nversion: 1', '2:1 not valid YAML: duplicated mapping key'],
  ])('is refused where it is wrong: %j', async (text, expected) => {
    expect(await refusal(text)).toBe(`config helios.yaml:${expected}`);
  });

  it.each([
    ['', 'holds 0 documents'],
    ['# only a comment\n', 'holds 0 documents'],
    ['version: 1\n---\nversion: 1\n', 'holds 2 documents'],
  ])('is exactly one document: %j', async (text, expected) => {
    expect(await refusal(text)).toBe(`config helios.yaml ${expected}`);
  });

  it.each([
    ['version: 1\nevidense: {}', 'Did you mean "evidence"?'],
    ['version: 1\nevidence: {ky: a}', 'Did you mean "key"?'],
    [
      'version: 1\nanything: {}',
      'Known keys: $schema, version, failOn, exceptions, baseline, evidence, network, connectors, gates.',
    ],
  ])('names what is meant, or all there is: %j', async (text, hint) => {
    const attempt = loadProject({ cwd: plant({ 'helios.yaml': text }) });
    await expect(attempt).rejects.toMatchObject({ code: 'config', detail: { hint } });
  });

  it('in JSON is held to the same', async () => {
    const json = (text: string): Promise<string> =>
      refusalOf(() => loadProject({ cwd: plant({ 'helios.json': text }) }));
    expect(await json('{"version": 1, "version": 1}')).toBe(
      'config helios.json:1:16 the key "version" stands twice in one object',
    );
    expect(await json('{"version": 1,}')).toContain('config helios.json:1:15 not valid JSON');
    expect(await json('{\n  "version": 1,\n  "gate": {}\n}')).toBe('config helios.json:3:3 unknown key "gate"');
  });

  it('is not read through a link, and not from a folder', async () => {
    const linked = plant({ other: MINIMAL, 'helios.yaml': { link: 'other' } });
    expect(await refusalOf(() => loadProject({ cwd: linked }))).toContain('is a symbolic link');
    expect(await refusalOf(() => loadProject({ cwd: plant({ 'helios.yaml/x': '' }) }))).toContain('not a regular file');
  });
});

describe('the section of a gate', () => {
  const settings = async (text: string, one: AnyGate = gate) =>
    gateSettings(await loadProject({ cwd: plant({ 'helios.yaml': text }) }), one);
  const refusal = (text: string): Promise<string> => refusalOf(() => settings(text));

  it('is the common keys and its own options, with defaults', async () => {
    expect(
      await settings('version: 1\nfailOn: warning\ngates:\n  words: {forbidden: [x], rules: {words/misspelt: "off"}}'),
    ).toEqual({
      optional: false,
      failOn: 'warning',
      levels: { 'words/misspelt': 'off' },
      options: expect.objectContaining({ forbidden: ['x'], exclude: [] }),
    });
    expect((await settings('version: 1\ngates: {words: {failOn: note, optional: true}}')).failOn).toBe('note');
  });

  it('may be empty, or not be there', async () => {
    const defaults = await settings('version: 1');
    expect(await settings('version: 1\ngates:\n  words:\n')).toEqual(defaults);
    expect(defaults.options).toEqual(gate.options.parse({}));
  });

  it('is read as each gate sees it: others are left to those who know them', async () => {
    expect((await settings('version: 1\ngates:\n  other: {anything: 1}\n  words: {}')).optional).toBe(false);
  });

  it.each([
    ['gates:\n  words:\n    forbiden: []', '4:5 unknown key "forbiden" in gates.words'],
    ['gates:\n  words: {limits: {shares: {}}}', '3:20 unknown key "shares" in gates.words.limits'],
    ['gates: {words: {limits: {share: {claen: 1}}}}', '2:34 unknown key "claen" in gates.words.limits.share'],
    [
      'gates:\n  words:\n    forbidden: secret',
      '4:16 gates.words.forbidden: Invalid input: expected array, received string',
    ],
    [
      'gates:\n  words:\n    forbidden:\n      - a\n      - 1',
      '6:9 gates.words.forbidden.1: Invalid input: expected string, received number',
    ],
    [
      'gates:\n  words:\n    rules:\n      words/mispelt: note',
      '5:7 unknown rule "words/mispelt" in gates.words.rules',
    ],
    [
      'gates:\n  words:\n    rules: {words/misspelt: info}',
      '4:29 gates.words.rules.words/misspelt: Invalid option: expected one of "error"|"warning"|"note"|"off"',
    ],
    ['gates:\n  word: {forbidden: []}', '3:3 unknown gate "word"'],
  ])('is refused where it is wrong: %j', async (text, expected) => {
    expect(await refusal(`version: 1\n${text}`)).toBe(`config helios.yaml:${expected}`);
  });

  it.each([
    ['forbiden: []', 'Did you mean "forbidden"?'],
    ['limits: {shares: {}}', 'Did you mean "share"?'],
    ['limits: {share: {claen: 1}}', 'Did you mean "clean"?'],
    ['fail-on: note', 'Did you mean "failOn"?'],
    ['rules: {words/mispelt: note}', 'Did you mean "words/misspelt"?'],
    ['rules: {core/symbolic-lnk: note}', 'Did you mean "core/symbolic-link"?'],
  ])('names what is meant at every depth: %s', async (option, hint) => {
    const attempt = settings(`version: 1\ngates: {words: {${option}}}`);
    await expect(attempt).rejects.toMatchObject({ code: 'config', detail: { hint } });
  });

  it('that a gate cannot do without is asked for, not crashed on', async () => {
    const demanding = { ...gate, options: z.strictObject({ sets: z.array(z.string()) }) } as AnyGate;
    const project = await loadProject({ cwd: plant() });
    expect(await refusalOf(() => gateSettings(project, demanding))).toBe(
      'config words cannot run on defaults alone: no helios.yaml here or above',
    );
  });
});

describe('a path of the command line', () => {
  it('is told relative to the root', async () => {
    const root = plant({ 'helios.yaml': MINIMAL, 'a/b.yml': '', 'c/link': { link: '../a' } });
    const project = await loadProject({ cwd: root });
    expect(withinRoot(project, join(root, 'a'), 'b.yml')).toBe('a/b.yml');
    expect(withinRoot(project, root, '.')).toBe('');
    expect(withinRoot(project, join(root, 'c'), 'link/b.yml')).toBe('a/b.yml');
  });

  it('that lies elsewhere, also behind a link, is wrong usage', async () => {
    const parent = plant({ 'root/helios.yaml': MINIMAL, 'root-beside/x': '', 'root/link': { link: '../root-beside' } });
    const project = await loadProject({ cwd: join(parent, 'root') });
    for (const path of ['..', '../root-beside/x', 'link/x', '/']) {
      expect(await refusalOf(() => withinRoot(project, join(parent, 'root'), path))).toBe(
        `usage ${path} lies outside ${join(parent, 'root')}`,
      );
    }
    expect(await refusalOf(() => withinRoot(project, join(parent, 'root'), 'missing'))).toBe(
      'usage missing: no such file or folder',
    );
  });
});
