// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { luceneRegex } from '../../src/compile/lucene-regex.ts';
import { perlRegex } from '../../src/compile/perl-regex.ts';
import { Refusal } from '../../src/compile/problem.ts';
import { leavesOf } from '../../src/sigma/expression.ts';
import { compileRegex } from '../../src/sigma/modifiers.ts';
import { NO_DATA, readRules } from './corpus.ts';
import { queryFor, selectionOf } from './query.ts';

describe('a regular expression for Lucene', () => {
  it.each([
    ['a', '', '.*a.*'],
    ['^a', '', 'a.*'],
    ['a$', '', '.*a'],
    [String.raw`\Aa\z`, '', 'a'],
    ['^a|b$', '', 'a.*|.*b'],
    ['^(?:a|b)$', '', '(a|b)'],
    ['(a|)b', '', '.*(a|"")b.*'],
    ['a.b', '', '.*a[^\n]b.*'],
    ['a.b', 's', '.*a.b.*'],
    ['(?is)a.1', '', '.*[aA].1.*'],
    ['(?i:a)b', '', '.*([aA])b.*'],
    ['(?P<name>a)(b)', '', '.*(a)(b).*'],
    ['a+?b{2,}?c{1,3}', '', '.*a+b{2,}c{1,3}.*'],
    [String.raw`\d\W[\w.-]`, '', String.raw`.*[0-9][^A-Za-z0-9_][A-Za-z0-9_\.\-].*`],
    ['[^a-f]', 'i', '.*[^a-fA-F].*'],
    ['[]^-]', '', String.raw`.*[\]\^\-].*`],
    [String.raw`\x41\x{1F600}\n\.`, '', '.*A😀\n\\..*'],
    ['~@<#>&"', '', String.raw`.*\~\@\<\#\>\&\".*`],
  ])('%j with %j is %j', (source, flags, written) => {
    compileRegex(source, flags, []);
    expect(luceneRegex(source, flags, [])).toBe(written);
  });

  it.each([
    [String.raw`\bword`, '', String.raw`\b`],
    ['a^b', '', 'an anchor'],
    ['(a$|b)', '', 'an anchor'],
    ['^a$', 'm', 'the beginning or end of a line'],
    ['a(?i)b', '', 'flags'],
    [String.raw`\pL`, '', String.raw`\p`],
    ['[[:alpha:]]', '', 'a named class'],
    ['[!-z]', 'i', 'the range'],
  ])('%j with %j is refused for %s', (source, flags, what) => {
    compileRegex(source, flags, []);
    expect(() => luceneRegex(source, flags, ['here'])).toThrow(what);
  });

  it('is refused where it is longer than an index takes', () => {
    expect(() => luceneRegex('a'.repeat(997), '', [])).toThrow('1001 characters');
  });

  it.skipIf(NO_DATA !== '')(`of the public rules finds what RE2 finds${NO_DATA}`, () => {
    const leaves = readRules().flatMap(({ expressions }) => expressions.flatMap(leavesOf));
    const literals = leaves.flatMap(({ test }) =>
      test.is === 'text' ? test.text.filter((part) => typeof part === 'string') : [],
    );
    const samples = [...new Set(literals)].filter((_, index) => index % 20 === 0);
    const patterns = new Map(
      leaves.flatMap(({ test }) => (test.is === 'regex' ? [[test.flags + test.source, test]] : [])),
    );
    let compared = 0;
    let found = 0;
    for (const { source, flags } of patterns.values()) {
      let lucene: string;
      try {
        lucene = luceneRegex(source, flags, []);
      } catch (thrown) {
        if (thrown instanceof Refusal) continue;
        throw thrown;
      }
      // What Lucene knows is a part of what is known here, but for its empty string.
      const translated = new RegExp(`^(?:${lucene.replaceAll('""', '')})$`, 's');
      const own = compileRegex(source, flags, []);
      const texts = [
        ...samples,
        source,
        source.replaceAll(/\\(?=\W)|[()?+*^$]/g, ''),
        source.replaceAll(/[^\w.\\ -]/g, ''),
      ];
      for (const text of texts.flatMap((each) => [each, each.toUpperCase(), `${each}\n`])) {
        const finds = own.matcher(text).find();
        expect(translated.test(text), `${source} ${JSON.stringify(text)}`).toBe(finds);
        if (finds) found++;
      }
      compared++;
    }
    expect(compared).toBeGreaterThan(100);
    expect(found).toBeGreaterThan(100);
  });
});

describe('a regular expression in a query string', () => {
  const fields = { F: { name: 'F', type: 'keyword' } } as const;
  it.each([
    ['a/b', String.raw`F:/.*a\/b.*/`],
    [String.raw`a\/b`, String.raw`F:/.*a\/b.*/`],
    // The last slash would be taken for an escaped one.
    [String.raw`a\\$`, String.raw`F:/.*a\\()/`],
  ])('%j ends where it should: %s', (source, query) => {
    expect(queryFor(selectionOf({ 'F|re': source }), 'lucene', { fields })).toBe(query);
  });

  it('of a value that ends with a backslash does, too', () => {
    expect(queryFor(selectionOf({ 'F|endswith': 'a\\' }), 'lucene', { fields })).toBe(String.raw`F:/.*[aA]\\()/`);
  });
});

describe('a regular expression for PCRE', () => {
  it.each([
    ['a$', '', String.raw`a\z`],
    ['a$', 'm', '(?m)a$'],
    ['(?m)a$', '', '(?m)a$'],
    [String.raw`a\$[$]`, 'i', String.raw`(?i)a\$[$]`],
    ['[]$]$', '', String.raw`[]$]\z`],
    ['[^]$]$', '', String.raw`[^]$]\z`],
    ['[[:alpha:]$]$', '', String.raw`[[:alpha:]$]\z`],
    ['[a[]$', '', String.raw`[a\[]\z`],
  ])('%j with %j is %j', (source, flags, written) => {
    compileRegex(source, flags, []);
    expect(perlRegex(source, flags, [])).toBe(written);
  });

  it.each([String.raw`\Ca`, String.raw`\Qa\E`])('%j is refused', (source) => {
    expect(() => perlRegex(source, '', ['here'])).toThrow('PCRE');
  });
});
