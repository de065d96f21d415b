// SPDX-License-Identifier: Apache-2.0
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TargetName } from '../../src/compile/compile.ts';
import { or } from '../../src/sigma/expression.ts';
import { compileMatcher } from '../../src/sigma/match.ts';
import { EventView } from '../../src/sigma/view.ts';
import { type Database, type DatabaseName, openDatabase, whyNo } from './engines.ts';
import { compiledFor, selectionOf, TARGET_NAMES } from './query.ts';

/** Each has the word ESCAPED where it would do harm outside a literal. */
const VALUES = [
  `' OR 'ESCAPED'='ESCAPED`,
  `'; DROP TABLE ESCAPED; --`,
  `" OR ESCAPED="*`,
  `" | delete ESCAPED | "`,
  String.raw`\" OR ESCAPED`,
  String.raw`\' OR ESCAPED`,
  String.raw`\\' OR ESCAPED --`,
  String.raw`\\\" ESCAPED`,
  String.raw`ESCAPED trailing \\`,
  String.raw`ESCAPED C:\Windows\System32\n\t\x41\u0041`,
  'ESCAPED\nline\r\nend\ttab\u2028\u2029\u0085',
  'ESCAPED 100% of_some! ^caret',
  String.raw`ESCAPED \*star \?mark [class] (group) {1,2} a|b . + $ ^`,
  'ESCAPED /* comment */ // comment -- comment # comment',
  '/ OR ESCAPED /',
  '`ESCAPED` ```ESCAPED```',
  '${ESCAPED} $ESCAPED$ {{ESCAPED}} {ESCAPED:String} %ESCAPED% ?1 $1 :ESCAPED',
  '] | ESCAPED [ search',
  ') OR (ESCAPED:* AND',
  'AND OR NOT ESCAPED && || ! ~0.5 "x"~2 [a TO b] field:value >=5 <5',
  '>ESCAPED',
  '日本語 ESCAPED 😀 é ﬀ \u00a0',
  '@"ESCAPED" h@"ESCAPED" <<ESCAPED',
  'E\u0301SCAPED ESCAPED\u0007\u001b[0m\u007f',
];
/** A value is asked as itself and with what each modifier makes of it. */
const KEYS = ['F', 'F|contains', 'F|startswith', 'F|endswith', 'F|cased', 'F|contains|cased'];
const WILDCARDS = ['*', 'x*', '?'] as const;

/** Literals by the lexical rules of each language, written apart from the compiler. */
const LITERALS: Readonly<Record<TargetName, RegExp>> = {
  splunk: /"(?:[^"\\`]|\\[^`])*"/g,
  lucene: /"(?:[^"\\]|\\[^])*"|:\/(?:[^/\\]|\\[^])*\/|:(?:[^\s\\()"/]|\\[^])+/g,
  opensearch: /"(?:[^"\\]|\\[^])*"|:\/(?:[^/\\]|\\[^])*\/|:(?:[^\s\\()"/]|\\[^])+/g,
  esql: /"(?:[^"\\\r\n]|\\["\\nrt])*"/g,
  kql: /"(?:[^"\\\r\n]|\\(?:["\\nrt]|u[0-9a-f]{4}))*"/g,
  logql: /"(?:[^"\\\r\n]|\\(?:["\\]|x[0-9a-f]{2}))*"/g,
  duckdb: /'(?:[^']|'')*'/g,
  clickhouse: /'(?:[^'\\]|\\[\\'0])*'/g,
};

const rules = VALUES.flatMap((value) => [
  ...KEYS.map((key) => selectionOf({ [key]: value })),
  ...WILDCARDS.map((wildcard) => selectionOf({ F: `${wildcard}${value}${wildcard}` })),
  selectionOf({ 'F|re': value.replaceAll(/[\\.+*?()|[\]{}^$]/g, String.raw`\$&`) }),
]);

describe.each(TARGET_NAMES)('a hostile value in %s', (target) => {
  it.each([{}, { fields: { F: { name: 'F', type: 'folded' } } }] as const)(
    'never leaves its literal (%j)',
    (options) => {
      let compiled = 0;
      for (const rule of rules) {
        const made = compiledFor(rule, target, { ...options, storage: 'columns' });
        if ('problem' in made) {
          expect(['case', 'wildcard', 'character', 'length']).toContain(made.problem.construct);
          continue;
        }
        compiled++;
        for (const query of made.queries) expect(query.replaceAll(LITERALS[target], ' '), query).not.toMatch(/ESCAPED/);
      }
      expect(compiled).toBeGreaterThan(rules.length / 2);
    },
  );

  it('is refused where it has half a surrogate pair', () => {
    expect(compiledFor(selectionOf({ F: 'a\ud800' }), target)).toMatchObject({
      problem: { target, construct: 'character' },
    });
  });

  it.each(['a"b', "a'b", 'a`b', String.raw`a\b`, 'a b', 'a|b', 'a:b', 'a) OR (x', 'select', 'a\nb'])(
    'is quoted or refused as the name %j',
    (name) => {
      const made = compiledFor(selectionOf({ [name.replaceAll('|', '/')]: 'v' }), target, { storage: 'columns' });
      if ('problem' in made) expect(made.problem.construct).toBe('name');
      else expect(made.queries[0]).toBeTypeOf('string');
    },
  );
});

it.each(TARGET_NAMES)('NUL in %s is refused, or an escape', (target) => {
  const made = compiledFor(selectionOf({ F: 'a\0b' }), target);
  if ('problem' in made) expect(made.problem).toMatchObject({ construct: 'character', at: ['detection', 's', 'F'] });
  else expect(made.queries[0]).toMatch(/a\\(?:0|x00)b/);
});

describe.each<DatabaseName>(['duckdb', 'clickhouse'])('hostile values run by %s', (name) => {
  const skipped = whyNo(name);
  describe.skipIf(skipped !== '')(`as they are${skipped}`, () => {
    let database: Database | undefined;
    beforeAll(async () => {
      database = await openDatabase(name);
    });
    afterAll(() => database?.close());

    it.each(['json', 'columns'] as const)('find what Sigma finds (%s)', async (storage) => {
      if (!database) throw new Error('no database');
      // What a value means once its own escapes are read, with neighbours that a wrong escape would find, too.
      const texts = [...VALUES, ...VALUES.map((value) => value.replaceAll(/\\([\\*?])/g, '$1'))];
      const events = texts
        .flatMap((text) => [
          text,
          `x${text}y`,
          `x${text}xx`,
          text.toLowerCase(),
          text.replaceAll(/[%_*?\\]/g, 'z'),
          `a${text}`,
          `${text}😀`,
        ])
        .map((F) => ({ F }));
      await database.load(
        't',
        events.map((event) => JSON.stringify(event)),
      );
      const from =
        storage === 'json'
          ? 't'
          : name === 'duckdb'
            ? `(SELECT n, json->>'$.F' AS "F" FROM t) AS c`
            : `(SELECT n, JSONExtractString(json, 'F') AS F FROM t)`;
      for (const rule of rules) {
        const made = compiledFor(rule, name, { from, storage });
        if ('problem' in made) throw new Error(made.problem.message);
        const matches = compileMatcher(or(rule.expressions));
        const wanted = events.flatMap((fields, n) =>
          matches(new EventView({ fields, logsources: [], at: { file: '', record: 1 } })) ? [n] : [],
        );
        expect(await database.select(made.queries[0] ?? ''), made.queries[0]).toEqual(wanted);
        expect(wanted.length).toBeGreaterThan(0);
      }
    });
  });
});
