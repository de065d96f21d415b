// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { nearestOf, parseConfigFile } from '../../src/config/index.ts';
import { refusalOf } from '../input/refusal.ts';
import { sourceOf } from '../input/tree.ts';

const schema = z.strictObject({
  name: z.string(),
  deep: z
    .strictObject({
      deeper: z.strictObject({ deepest: z.strictObject({ threshold: z.number() }).optional() }).optional(),
    })
    .optional(),
  list: z.array(z.strictObject({ path: z.string(), kind: z.enum(['file', 'folder']).optional() })).optional(),
  byName: z.record(z.string(), z.strictObject({ level: z.string() })).optional(),
  either: z
    .union([
      z.strictObject({ scope: z.string() }),
      z.strictObject({ scenario: z.strictObject({ include: z.string() }) }),
    ])
    .optional(),
});

const refusal = (text: string, path = 'a.yaml'): Promise<string> =>
  refusalOf(() => parseConfigFile(sourceOf(path, text), schema));
const hint = async (text: string): Promise<unknown> => {
  const thrown: unknown = await parseConfigFile(sourceOf('a.yaml', text), schema).catch((error: unknown) => error);
  return (thrown as { detail: { hint: string } }).detail.hint;
};

describe('a file that steers Helios', () => {
  it('is YAML or JSON of the expected form', async () => {
    expect(await parseConfigFile(sourceOf('a.yaml', 'name: x'), schema)).toEqual({ name: 'x' });
    expect(await parseConfigFile(sourceOf('a.json', '{"name": "x"}'), schema)).toEqual({ name: 'x' });
  });

  it.each([
    ['nmae: x', '1:1 unknown key "nmae"', 'Did you mean "name"?'],
    ['name: x\ndeep:\n  deper: {}', '3:3 unknown key "deper" in deep', 'Did you mean "deeper"?'],
    [
      'name: x\ndeep: {deeper: {deepest: {treshold: 1}}}',
      '2:27 unknown key "treshold" in deep.deeper.deepest',
      'Did you mean "threshold"?',
    ],
    [
      'name: x\nlist:\n  - path: a\n  - path: b\n    kin: file',
      '5:5 unknown key "kin" in list.1',
      'Did you mean "kind"?',
    ],
    [
      'name: x\nbyName:\n  any.name: {levle: a}',
      '3:14 unknown key "levle" in byName.any.name',
      'Did you mean "level"?',
    ],
    [
      'name: x\neither: {scenario: {inclde: a}}',
      '2:21 unknown key "inclde" in either.scenario',
      'Did you mean "include"?',
    ],
    ['name: x\nsomethingElse: 1', '2:1 unknown key "somethingElse"', 'Known keys: name, deep, list, byName, either.'],
  ])('with an unknown key says where, and which is meant: %j', async (text, expected, advice) => {
    expect(await refusal(text)).toBe(`config a.yaml:${expected}`);
    expect(await hint(text)).toBe(advice);
  });

  it.each([
    ['{}', '1:1 name is missing'],
    ['name: 1', '1:7 name: Invalid input: expected string, received number'],
    ['name:', '1:1 name: Invalid input: expected string, received null'],
    ['name: x\nlist:\n  - kind: file', '3:5 list.0.path is missing'],
    ['name: x\nlist:\n  - {path: a, kind: link}', '3:21 list.0.kind: Invalid option: expected one of "file"|"folder"'],
    ['name: x\nlist: {}', '2:1 list: Invalid input: expected array, received object'],
    ['[]', '1:1 the document: Invalid input: expected object, received array'],
    ['x', '1:1 the document: Invalid input: expected object, received string'],
  ])('of the wrong form says where and what is expected: %j', async (text, expected) => {
    expect(await refusal(text)).toBe(`config a.yaml:${expected}`);
  });

  it('in JSON is told of with positions as well', async () => {
    expect(await refusal('{\n "nmae": "x"}', 'a.json')).toBe('config a.json:2:2 unknown key "nmae"');
    expect(await refusal('{"name": "x", "name": "y"}', 'a.json')).toBe(
      'config a.json:1:15 the key "name" stands twice in one object',
    );
  });
});

describe('the word that is meant', () => {
  const known = ['include', 'exclude', 'coverage', 'base'];
  it.each([
    ['inclde', 'include'],
    ['Include', 'include'],
    ['excludes', 'exclude'],
    ['bass', 'base'],
    ['covrage', 'coverage'],
    ['something', undefined],
    ['', undefined],
  ])('%j is %j', (word, meant) => {
    expect(nearestOf(word, known)).toBe(meant);
  });

  it('is the first of the alphabet among equally near ones', () => {
    expect(nearestOf('ax', ['ab', 'aa', 'ac'])).toBe('aa');
  });
});
