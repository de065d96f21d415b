// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDocuments, parseJson, parseStrictJson } from '../../src/input/index.ts';
import { refusalOf } from './refusal.ts';

const RUNS = { numRuns: 5000 };

describe('JSON', () => {
  it('is read as JSON.parse reads it', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), fc.nat(4), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        expect(parseJson('a.json', text)).toEqual(JSON.parse(text));
      }),
      RUNS,
    );
  });

  it('takes 100 levels and refuses 101, a thousand and a million, however they are closed', async () => {
    const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
    expect(parseJson('a.json', nested(100))).toBeInstanceOf(Array);
    for (const text of [nested(101), nested(1000), nested(1_000_000), '{"a":'.repeat(1000), '['.repeat(100_000)]) {
      expect(await refusalOf(() => parseJson('a.json', text))).toBe(
        'input a.json nesting is over the limit of 100 levels',
      );
    }
  });

  it('does not count brackets within strings', () => {
    const text = JSON.stringify(['['.repeat(500), '\\"['.repeat(500)]);
    expect(parseJson('a.json', text)).toEqual(JSON.parse(text));
  });

  it('keeps __proto__ as a key like any other', () => {
    const value = parseJson('a.json', '{"__proto__": {"polluted": true}}');
    expect(Object.keys(value as object)).toEqual(['__proto__']);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  it.each([
    ['', 'a.json:1:1 not valid JSON: Unexpected end of JSON input'],
    ['{"a": tru}', "a.json:1:7 not valid JSON: Unexpected token '}'"],
    ['[1,\n 2,]', "a.json:2:4 not valid JSON: Unexpected token ']'"],
    ['nope', "a.json:1:1 not valid JSON: Unexpected token 'o'"],
    ['{"a": 1 "b"}', "a.json:1:9 not valid JSON: Expected ',' or '}' after property value"],
    ['{"a"\n"b"}', "a.json:2:1 not valid JSON: Expected ':' after property name"],
    ['"a\u0000"', 'a.json:1:3 not valid JSON: Bad control character in string literal'],
    ['01', 'a.json:1:2 not valid JSON: Unexpected number'],
    ['{} // no', 'a.json:1:4 not valid JSON: Unexpected non-whitespace character after JSON'],
    ['"open', 'a.json:1:6 not valid JSON: Unterminated string'],
    ["\n\n  'x'", "a.json:3:3 not valid JSON: Unexpected token '''"],
  ])('%j is refused where the fault is', async (text, refusal) => {
    expect(await refusalOf(() => parseJson('a.json', text))).toBe(`input ${refusal}`);
  });

  it('never shows the text itself in the message, only one character of it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (junk) => {
        try {
          parseJson('a.json', `{"secret-value": ${junk}`);
        } catch (thrown) {
          expect((thrown as Error).message).not.toContain('secret');
        }
      }),
      RUNS,
    );
  });
});

describe('JSON that steers a verdict', () => {
  it.each([
    ['{"a": 1,\n "a": 2}', 'a.json:2:2 the key "a" stands twice in one object'],
    ['{"x": [{"b": 1, "\\u0062": 2}]}', 'a.json:1:17 the key "b" stands twice in one object'],
    ['{"__proto__": 1, "__proto__": 2}', 'a.json:1:18 the key "__proto__" stands twice in one object'],
  ])('refuses equal keys: %j', async (text, refusal) => {
    expect(await refusalOf(() => parseStrictJson('a.json', text))).toBe(`input ${refusal}`);
  });

  it('is every document that a gate judges, in JSON as in YAML and TOML', async () => {
    for (const [path, text] of [
      ['a.json', '{"tags": 1, "tags": 2}'],
      ['a.yaml', 'tags: 1\ntags: 2\n'],
      ['a.toml', 'tags = 1\ntags = 2\n'],
    ] as const)
      expect(await refusalOf(() => parseDocuments({ path, text, sha256: '' })), path).toMatch(/^input a\.\w+:\d:\d+ /);
  });

  it('takes equal keys in different objects, and else reads the same', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
        const text = JSON.stringify(value);
        expect(parseStrictJson('a.json', text)).toEqual(parseJson('a.json', text));
      }),
      RUNS,
    );
  });
});
