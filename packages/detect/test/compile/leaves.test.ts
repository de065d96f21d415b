// SPDX-License-Identifier: Apache-2.0
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CompileOptions } from '../../src/compile/options.ts';
import { leavesOf, or } from '../../src/sigma/expression.ts';
import { compileMatcher } from '../../src/sigma/match.ts';
import { EventView } from '../../src/sigma/view.ts';
import { type Database, type DatabaseName, openDatabase, whyNo } from './engines.ts';
import { LEAVES } from './leaves.ts';
import { compiledFor, conditionFor, selectionOf, TARGET_NAMES } from './query.ts';

const STORED = {
  message: 'M',
  emptyIsMissing: true,
  fields: {
    F: { name: 'F', type: 'folded' },
    N: { name: 'n.um', type: 'number' },
    A: { name: 'a-d', type: 'ip' },
    B: { name: 'Data.Bag.B', type: 'dynamic' },
  },
} as const satisfies CompileOptions;

/** Asks of fields that are stored in a way that must be told. */
const MAPPED = {
  'a number among numbers': { N: 4624 },
  'text among numbers': { 'N|contains': '46' },
  'an order of numbers': { 'N|lt': -5 },
  'a network among addresses': { 'A|cidr': ['10.0.0.0/8', 'fe80::/10'] },
  'a whole address': { A: '10.0.0.1' },
  'a text in a bag': { 'B|endswith': 'x' },
  'null in a bag': { B: null },
  'a key that is not in a bag': { 'B|exists': false },
  'any value in a bag': { B: '*' },
  'empty text in a bag': { B: '' },
  'a value in a bag as another field': { 'B|fieldref': 'F' },
};

/** Read by a person; `vitest -u` writes them anew. */
describe.each(TARGET_NAMES)('each way to ask, in %s', (target) => {
  const lines = Object.entries(LEAVES).map(([name, { selection, condition }]) => {
    const rule = selectionOf(selection, condition);
    const [plain, stored] = [
      conditionFor(rule, target, { storage: 'columns' }),
      conditionFor(rule, target, { ...STORED, storage: 'columns' }),
    ];
    return `${name}\n  ${plain}\n${stored === plain ? '' : `  ${stored}\n`}`;
  });
  const mapped = Object.entries(MAPPED).map(
    ([name, selection]) =>
      `${name}\n  ${conditionFor(selectionOf(selection), target, { ...STORED, storage: 'columns' })}\n`,
  );

  it('is the query that was reviewed, or is refused', async () => {
    await expect([...lines, ...mapped].join('')).toMatchFileSnapshot(`golden/${target}.txt`);
  });
});

/** By what they are near to. */
const VALUES: readonly unknown[] = [
  ['Cmd.exe', 'CMD.EXE', 'C:\\WINDOWS\\cmd.exe', '4624', 'true', '', ' ', 'xA_B%y', 'xAzB%y', 'Ab', 'ab', 'AB', 'xAbx'],
  ['a*b', 'aXb', 'axxb😀C', 'ab\nc', 'a12.c', 'a12.C', 'abbc', 'xABBCx', 'a\nb', 'x\na-b\ny', '-ab', '_ab', 'é', 'É'],
  [
    '10.15.255.255',
    '10.16.0.0',
    '::ffff:10.1.2.3',
    '::FFFF:10.1.2.3',
    '010.1.2.3',
    '10.1.2.3.4',
    'fe80::1',
    'FE80:0:0:0:0:0:0:1',
    'fe80::1%12',
    'febf::1',
    'fec0::1',
    'fe80::1::2',
    'fe80:1:2:3:4:5:6',
    'fe80:1:2:3:4:5:6:7:8',
    'fe80:1:2:3:4:5:6::',
    'fe80::10.0.0.1',
    'fe80::10.0.0.256',
    '::1',
    '0:0:0:0:0:0:0.0.0.1',
    '0:0:0:0:0:0:1',
    '0:0:0:0:0:0:0:1',
    '::0.0.0.1',
    '2001:db8:0:7::',
    '2001:db8::7:0:0:0:0',
  ],
  ['5.5', ' 6 ', '6e0', '-7', '.5', '5.', 'x6', '2020-12-31T05:59:00Z', '2021-01-03 06:00', '2021-01-04', '2021-1-4'],
  [4624, 5.5, 6, -1, 0, true, false, null, { b: 'x' }, 'Mimikatz!', { c: { d: ['MIMIKATZ'] } }],
  [[], ['x', 'Cmd.exe'], [null], [4624, 7], [{ b: 'x' }], ['see mimikatz']],
  ['x', 'y', 'xy', 'a', 'b', 'C', 'ba'],
].flat();
const EVENTS: readonly Readonly<Record<string, unknown>>[] = [
  [{}],
  VALUES.map((F) => ({ F })),
  VALUES.map((F) => ({ F, G: 'Ab' })),
  [
    { F: 'x', G: 'y' },
    { F: 'x', G: 'z' },
    { F: 'ab', G: 'a' },
    { F: 'Ab', G: ['q', 'Ab'] },
    { G: 'y' },
    { F: '', G: '' },
  ],
  [
    { 'a.b': 'x' },
    { a: { b: 'X' } },
    { a: [{ b: 'y' }, { b: 'x' }] },
    { a: [{ b: ['x'] }] },
    { 'a.b': 'y', a: { b: 'x' } },
  ],
  [{ a: { b: { c: 'x' } } }, { a: 'x' }, { a: null }, { a: { b: null } }],
].flat();

describe.each<DatabaseName>(['duckdb', 'clickhouse'])('each way to ask, run by %s', (name) => {
  const skipped = whyNo(name);
  describe.skipIf(skipped !== '')(`finds what Sigma finds${skipped}`, () => {
    let database: Database | undefined;
    beforeAll(async () => {
      database = await openDatabase(name);
      await database.load(
        't',
        EVENTS.map((event) => JSON.stringify(event)),
      );
    });
    afterAll(() => database?.close());

    const asked = Object.entries(LEAVES).flatMap(([leaf, { selection, condition }]) =>
      condition === undefined
        ? [
            { leaf, rule: selectionOf(selection) },
            { leaf: `not ${leaf}`, rule: selectionOf(selection, 'not s') },
            { leaf: `not not ${leaf}`, rule: selectionOf(selection, 'not (not s)') },
          ]
        : [{ leaf, rule: selectionOf(selection, condition) }],
    );
    const isFlat = (fields: Readonly<Record<string, unknown>>): boolean =>
      Object.entries(fields).every(([key, value]) => /^[FG]$/.test(key) && value !== null && typeof value !== 'object');
    const columns = ['F', 'G'].map((key) =>
      name === 'duckdb' ? `json->>'$.${key}' AS "${key}"` : `JSONExtract(json, '${key}', 'Nullable(String)') AS ${key}`,
    );
    it.each(
      asked.flatMap(({ leaf, rule }) => [
        { leaf, rule, storage: 'json' as const, from: 't' },
        { leaf, rule, storage: 'columns' as const, from: `(SELECT n, ${columns.join(', ')} FROM t) AS c` },
      ]),
    )('$leaf ($storage)', async ({ rule, storage, from }) => {
      const made = compiledFor(rule, name, { from, storage });
      if ('problem' in made) {
        expect(['keyword', 'case', 'cidr']).toContain(made.problem.construct);
        return;
      }
      const leaves = rule.expressions.flatMap(leavesOf);
      if (storage === 'columns' && leaves.some(({ field }) => field !== 'F' && field !== 'G')) return;
      const matches = compileMatcher(or(rule.expressions));
      const among = storage === 'json' ? EVENTS : EVENTS.filter(isFlat);
      const wanted = among.filter((fields) =>
        matches(new EventView({ fields, logsources: [], at: { file: '', record: 1 } })),
      );
      const found = (await database?.select(made.queries[0] ?? ''))?.map((n) => EVENTS[n] ?? {});
      expect(storage === 'json' ? found : found?.filter(isFlat), made.queries[0]).toEqual(wanted);
    });
  });
});
