// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { itemMatches, matches } from './event.ts';

type Row = readonly [item: string, fields: Readonly<Record<string, unknown>>, expected: boolean];

function check(rows: readonly Row[]): void {
  it.each(rows)('%s of %j: %s', (item, fields, expected) => {
    expect(itemMatches(item, fields)).toBe(expected);
  });
}

describe('a plain value', () => {
  check([
    ['a: Foo', { a: 'fOO' }, true],
    ['a: Foo', { a: 'Foo ' }, false],
    ['a: Foo', { a: 'xFoo' }, false],
    ['a: Foo', {}, false],
    ['a: Foo', { A: 'Foo' }, false],
    ['a: 4624', { a: 4624 }, true],
    ['a: 4624', { a: '4624' }, true],
    ["a: '4624'", { a: 4624 }, true],
    ['a: 4624', { a: 46240 }, false],
    ['a: 1.5', { a: '1.5' }, true],
    ['a: true', { a: true }, true],
    ['a: true', { a: 'True' }, true],
    ['a: true', { a: false }, false],
    ["a: ''", { a: '' }, true],
    ["a: ''", { a: null }, false],
    ["a: ''", {}, false],
    ['a: [x, y]', { a: 'Y' }, true],
    ['a: [x, y]', { a: 'z' }, false],
    ['a: x', { a: ['y', 'x'] }, true],
    ['a: x', { a: [['x']] }, true],
    ['a: x', { a: { b: 'x' } }, false],
    // A capital sigma is one letter, at the end of a word too; the Turkish dotted I has no small form of one letter.
    ['a: ΟΔΟΣ', { a: 'οδοσ' }, true],
    ['a: İx', { a: 'İX' }, true],
    ['a: straße', { a: 'STRAßE' }, true],
    ['a: K', { a: '\u212A' }, true],
  ]);
});

describe('wildcards and escapes', () => {
  check([
    ["a: 'x*y'", { a: 'xy' }, true],
    ["a: 'x*y'", { a: 'x\n\nY' }, true],
    ["a: 'x*y'", { a: 'xyz' }, false],
    ["a: 'x?y'", { a: 'xzy' }, true],
    ["a: 'x?y'", { a: 'xy' }, false],
    ["a: 'x?y'", { a: 'xzzy' }, false],
    ["a: 'x?y'", { a: 'x\u{1F600}y' }, true],
    ["a: '?'", { a: '\u{1F600}' }, true],
    ["a: '*a*b*c*'", { a: 'xxaxxbxxcxx' }, true],
    ["a: '*a*b*c*'", { a: 'xxaxxcxxbxx' }, false],
    ["a: 'ab*ab'", { a: 'ab' }, false],
    ["a: 'ab*ab'", { a: 'abab' }, true],
    ["a: '*?'", { a: '' }, false],
    ["a: '*?'", { a: 'x' }, true],
    ["a: '?*x'", { a: 'x' }, false],
    ["a: '*'", { a: '' }, true],
    ["a: '*'", { a: null }, false],
    ["a: '*'", {}, false],
    [String.raw`a: 'C:\Windows\x'`, { a: String.raw`c:\windows\X` }, true],
    [String.raw`a: 'x\*y'`, { a: 'x*y' }, true],
    [String.raw`a: 'x\*y'`, { a: 'xzy' }, false],
    [String.raw`a: 'x\?y'`, { a: 'x?y' }, true],
    [String.raw`a: 'x\\*y'`, { a: String.raw`x\zzy` }, true],
    [String.raw`a: 'x\\*y'`, { a: 'x*y' }, false],
    [String.raw`a: 'x\\\*y'`, { a: String.raw`x\*y` }, true],
    [String.raw`a: 'x\\\*y'`, { a: String.raw`x\zy` }, false],
    [String.raw`a: 'x\\y'`, { a: String.raw`x\y` }, true],
    [String.raw`a: 'x\\\\y'`, { a: String.raw`x\\y` }, true],
    [String.raw`a: 'x\\\y'`, { a: String.raw`x\\y` }, true],
    [String.raw`a: 'x\'`, { a: 'x\\' }, true],
    [String.raw`a: '\x*'`, { a: String.raw`\xz` }, true],
  ]);
});

describe('modifiers of text', () => {
  check([
    ['a|contains: ell', { a: 'hELLo' }, true],
    ['a|startswith: hel', { a: 'Hello' }, true],
    ['a|startswith: ell', { a: 'Hello' }, false],
    ['a|endswith: llo', { a: 'HELLO' }, true],
    ['a|endswith: hell', { a: 'hello' }, false],
    ['a|contains: [x, y]', { a: 'zyz' }, true],
    ['a|contains|all: [x, y]', { a: 'zyz' }, false],
    ['a|contains|all: [x, y]', { a: 'yx' }, true],
    // The wildcard is put behind the value, not behind its text: the backslash stays one.
    [String.raw`a|contains: 'x\'`, { a: String.raw`zx\z` }, true],
    [String.raw`a|endswith: '\x'`, { a: String.raw`z\x` }, true],
    ["a|contains: 'x*y'", { a: 'zzxqqyzz' }, true],
    ['a|cased: Foo', { a: 'Foo' }, true],
    ['a|cased: Foo', { a: 'foo' }, false],
    ['a|contains|cased: oO', { a: 'fooO' }, true],
    ['a|contains|cased: OO', { a: 'fooO' }, false],
    ['a|contains: 12', { a: 4123 }, true],
    ["a|contains: ''", { a: 'x' }, true],
    ["a|contains: ''", {}, false],
  ]);
});

describe('dashes', () => {
  const five = ['-', '/', '\u2013', '\u2014', '\u2015'];
  it.each(five)('windash takes %s for the dash of a parameter', (dash) => {
    expect(itemMatches("a|windash|contains: ' -enc '", { a: `x ${dash}enc y` })).toBe(true);
    expect(itemMatches("a|contains|windash: ' /enc '", { a: `x ${dash}enc y` })).toBe(true);
    expect(itemMatches("a|windash|contains: ' -a -b '", { a: `x ${dash}a /b y` })).toBe(true);
  });
  check([
    ["a|windash|contains: 'foo-bar'", { a: 'foo/bar' }, false],
    ["a|windash|contains: 'foo-bar'", { a: 'foo-bar' }, true],
    ["a|windash|contains: ' - '", { a: ' / ' }, false],
    ["a|contains: ' -enc '", { a: ' /enc ' }, false],
    ["a|windash|contains|all: [' -a', ' -b']", { a: 'x /a –b' }, true],
    ["a|windash|contains|all: [' -a', ' -b']", { a: 'x /a' }, false],
  ]);
});

describe('encodings', () => {
  const encoded = (text: string, offset: number): string =>
    Buffer.from(`${'x'.repeat(offset)}${text}yy`).toString('base64');
  check([
    ['a|base64: foo', { a: 'Zm9v' }, true],
    ['a|base64|contains: foo', { a: '== Zm9v ==' }, true],
    ['a|base64offset|contains: /bin/bash', { a: encoded('/bin/bash', 0) }, true],
    ['a|base64offset|contains: /bin/bash', { a: encoded('/bin/bash', 1) }, true],
    ['a|base64offset|contains: /bin/bash', { a: encoded('/bin/bash', 2) }, true],
    ['a|base64offset|contains: /bin/bash', { a: encoded('/bin/dash', 1) }, false],
    ['a|wide|base64offset|contains: IEX', { a: Buffer.from('x IEX y', 'utf16le').toString('base64') }, true],
    ['a|utf16le|base64offset|contains: IEX', { a: Buffer.from('x IEX y', 'utf16le').toString('base64') }, true],
    [
      'a|utf16be|base64offset|contains: IEX',
      { a: Buffer.from('x IEX y', 'utf16le').swap16().toString('base64') },
      true,
    ],
    ['a|utf16|base64: a', { a: '//5hAA==' }, true],
    ['a|wide|contains: ab', { a: 'xa\0b\0x' }, true],
  ]);
});

describe('fields', () => {
  check([
    ['a: null', {}, true],
    ['a: null', { a: null }, true],
    ['a: null', { a: '' }, false],
    ['a: null', { a: [] }, true],
    ['a|exists: true', { a: null }, true],
    ['a|exists: true', { a: '' }, true],
    ['a|exists: true', {}, false],
    ['a|exists: false', {}, true],
    ['a|exists: false', { a: 0 }, false],
    ['a|fieldref: b', { a: 'X', b: 'x' }, true],
    ['a|fieldref: b', { a: 'X', b: 'y' }, false],
    ['a|fieldref: b', { a: 'x' }, false],
    ['a|fieldref: b', { b: 'x' }, false],
    ['a|fieldref|contains: b', { a: 'axb', b: 'X' }, true],
    ['a|fieldref|startswith: b', { a: 'xab', b: 'xa' }, true],
    ['a|fieldref|endswith: b', { a: 'xab', b: 'xa' }, false],
    ['a|neq: x', { a: 'y' }, true],
    ['a|neq: x', { a: 'X' }, false],
    ['a|neq: x', {}, false],
    ['a|fieldref|neq: b', { a: 'x', b: 'y' }, true],
    ['a.b: x', { 'a.b': 'x' }, true],
    ['a.b: x', { a: { b: 'x' } }, true],
    ['a.b.c: x', { 'a.b': { c: 'x' } }, true],
    ['a.b.c: x', { a: { 'b.c': 'x' } }, true],
    ['a.b: x', { a: [{ b: 'y' }, { b: 'x' }] }, true],
    ['a.b: x', { 'a.b': 'y', a: { b: 'x' } }, false],
    ['__proto__: x', {}, false],
    ['constructor|exists: true', {}, false],
    ['a.length: 1', { a: 'x' }, false],
  ]);
});

describe('numbers, networks, patterns, dates', () => {
  check([
    ['a|gt: 5', { a: 6 }, true],
    ['a|gt: 5', { a: '6' }, true],
    ['a|gt: 5', { a: 5 }, false],
    ['a|gte: 5', { a: 5 }, true],
    ['a|lt: 5', { a: -1 }, true],
    ['a|lt: 5', { a: '' }, false],
    ['a|lt: 5', { a: 'x' }, false],
    ['a|lt: 5', {}, false],
    ['a|gt: 5', { a: '0x10' }, false],
    ['a|gt: 5', { a: true }, false],
    ['a|gt: 5', { a: '1e1' }, true],
    ['a|lte: 5', { a: [9, 5] }, true],
    ['a|cidr: 10.0.0.0/8', { a: '10.255.0.1' }, true],
    ['a|cidr: 10.0.0.0/8', { a: '11.0.0.1' }, false],
    ['a|cidr: 10.0.0.0/8', { a: 'host' }, false],
    ['a|cidr: 2001:db8::/32', { a: '2001:DB8:1::1' }, true],
    ['a|cidr: [10.0.0.0/8, "::1/128"]', { a: '::1' }, true],
    ['a|cidr: 0.0.0.0/0', { a: '::1' }, false],
    ['a|cidr: "::/0"', { a: '10.0.0.1' }, false],
    ['a|cidr: 10.0.0.0/8', { a: '::ffff:10.0.0.1' }, true],
    ["a|re: 'b.d'", { a: 'abcde' }, true],
    ["a|re: 'B.D'", { a: 'abcde' }, false],
    ["a|re|i: 'B.D'", { a: 'abcde' }, true],
    ["a|re|ignorecase: 'B.D'", { a: 'abcde' }, true],
    ["a|re: '(?i)B.D'", { a: 'abcde' }, true],
    ["a|re: '^b$'", { a: 'a\nb\nc' }, false],
    ["a|re|m: '^b$'", { a: 'a\nb\nc' }, true],
    ["a|re: 'a.b'", { a: 'a\nb' }, false],
    ["a|re|s: 'a.b'", { a: 'a\nb' }, true],
    ["a|re|startswith: '^x|b'", { a: 'ab' }, false],
    ["a|re|startswith: 'b|x'", { a: 'xa' }, true],
    ["a|re|endswith: 'a\\$'", { a: 'a$b' }, false],
    ["a|re|endswith: 'a\\$'", { a: 'ba$' }, true],
    ["a|re|endswith: 'a|b$'", { a: 'ac' }, false],
    ["a|re: ['x', 'y']", { a: 'zy' }, true],
    ['a|hour: 22', { a: '2026-01-02T22:10:00Z' }, true],
    ['a|hour: 22', { a: '2026-01-02T21:10:00-01:00' }, false],
    ['a|hour|gte: 22', { a: '2026-01-02 23:10:00' }, true],
    ['a|minute: 10', { a: '2026-01-02 23:10:00' }, true],
    ['a|day: 2', { a: '2026-01-02' }, true],
    ['a|hour: 0', { a: '2026-01-02' }, false],
    ['a|month: 1', { a: '2026-01-02' }, true],
    ['a|year: 2026', { a: '2026-01-02' }, true],
    ['a|week: 1', { a: '2025-12-29' }, true],
    ['a|week: 53', { a: '2021-01-03' }, true],
    ['a|hour: 22', { a: 'noon' }, false],
  ]);
});

describe('selections', () => {
  it.each<readonly [string, Record<string, unknown>, boolean]>([
    ['{s: {a: x, b: y}, condition: s}', { a: 'x', b: 'y' }, true],
    ['{s: {a: x, b: y}, condition: s}', { a: 'x' }, false],
    ['{s: [{a: x}, {b: y}], condition: s}', { b: 'y' }, true],
    ['{s: [{a: x, c: z}, {b: y}], condition: s}', { a: 'x' }, false],
    ['{s: [foo, bar], condition: s}', { a: { b: ['a Bar b'] } }, true],
    ['{s: [foo, bar], condition: s}', { foo: 'x' }, false],
    ["{s: {'|all': [foo, bar]}, condition: s}", { a: 'foo', b: 'bar' }, true],
    ["{s: {'|all': [foo, bar]}, condition: s}", { a: 'foo' }, false],
    ["{s: {'|re': ['f.o']}, condition: s}", { a: ['xfoo'] }, true],
    ['{s: foo, condition: s}', { a: 1, b: 'FOO' }, true],
    ["{s: ['1*2'], condition: s}", { a: 'x1yy2x' }, true],
  ])('%s of %j: %s', (detection, fields, expected) => {
    expect(matches(detection, fields)).toBe(expected);
  });

  it('keywords are looked for in the raw message as well', () => {
    expect(matches('{s: [denied], condition: s}', {}, { raw: 'sshd: Access DENIED' })).toBe(true);
  });
});

describe('conditions', () => {
  const selections = 'sel_a: {a: 1}, sel_b: {b: 1}, filter_main: {f: 1}, filter_opt: {g: 1}, _hidden: {h: 1}';
  const holds = (condition: string, ...fields: readonly string[]): boolean =>
    matches(`{${selections}, condition: '${condition}'}`, Object.fromEntries(fields.map((field) => [field, 1])));

  it.each<readonly [condition: string, fields: readonly string[], expected: boolean]>([
    ['sel_a and sel_b', ['a', 'b'], true],
    ['sel_a and sel_b', ['a'], false],
    ['sel_a or sel_b and filter_main', ['a'], true],
    ['(sel_a or sel_b) and filter_main', ['a'], false],
    ['not sel_a or sel_b', ['a', 'b'], true],
    ['not sel_a and sel_b', ['b'], true],
    ['not not sel_a', ['a'], true],
    ['not (sel_a or sel_b)', ['b'], false],
    ['1 of sel_*', ['b'], true],
    ['any of sel_*', ['b'], true],
    ['all of sel_*', ['b'], false],
    ['all of sel_*', ['a', 'b'], true],
    ['sel_a and not 1 of filter_*', ['a'], true],
    ['sel_a and not 1 of filter_*', ['a', 'g'], false],
    ['1 of *a*', ['f'], true],
    ['1 of them', ['h'], false],
    ['1 of them', ['g'], true],
    ['all of them', ['a', 'b', 'f', 'g'], true],
    ['_hidden', ['h'], true],
    ['sel_a AND NOT sel_b', ['a'], true],
    ['not 1 of filter_* and sel_a', ['a'], true],
  ])('%s with %j: %s', (condition, fields, expected) => {
    expect(holds(condition, ...fields)).toBe(expected);
  });

  it('of a list are searches of their own', () => {
    expect(matches('{s: {a: 1}, t: {b: 1}, condition: [s, t]}', { b: 1 })).toBe(true);
  });
});
