// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import canonicalize from 'canonicalize';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../src/hash/index.ts';
import { doubleOf, numberVectors } from './jcs-numbers.ts';
import { SKIP_REASON, VECTORS, VECTORS_ABSENT } from './vectors.ts';

describe.skipIf(VECTORS_ABSENT)(`the published RFC 8785 vectors${SKIP_REASON}`, () => {
  const names = VECTORS_ABSENT ? [] : readdirSync(`${VECTORS}jcs/input`);

  it('are six', () => expect(names).toHaveLength(6));

  it.each(names)('%s has the published bytes', (name) => {
    const text = canonicalJson(JSON.parse(readFileSync(`${VECTORS}jcs/input/${name}`, 'utf8')));
    const hex = readFileSync(`${VECTORS}jcs/outhex/${name.replace('.json', '.txt')}`, 'utf8');
    expect(Buffer.from(text).toString('hex')).toBe(hex.replaceAll(/\s/g, ''));
    expect(text).toBe(readFileSync(`${VECTORS}jcs/output/${name}`, 'utf8').trimEnd());
  });
});

const THOROUGH = process.env['HELIOS_THOROUGH'] === '1';

describe('numbers', () => {
  it.each([
    [1e3, 'be18b62b'],
    [1e4, 'b9f7a8e7'],
    [1e5, '22776e6d'],
  ])('the first %d generated vectors hash to %s…', (count, digest) =>
    expect(digestOfLines(count).slice(0, 8)).toBe(digest),
  );

  it.skipIf(!THOROUGH)('so does the first million (skipped unless HELIOS_THOROUGH=1: it takes seconds)', () => {
    expect(digestOfLines(1e6)).toBe('49415fee2c56c77864931bd3624faad425c3c577d6d74e89a83bc725506dad16');
  });

  it.each([2 ** 53, -(2 ** 53), 2 ** 68, 999999999999999900000])(
    'refuses the integer %d, which other readers may round',
    (value) => {
      expect(() => canonicalJson([value])).toThrow(/beyond 2\^53-1 at "\/0"/);
    },
  );

  it.each([
    [2 ** 53 - 1, '9007199254740991'],
    [-0, '0'],
    [1e21, '1e+21'],
    [1e-7, '1e-7'],
  ])('writes %d as %s', (value, text) => expect(canonicalJson(value)).toBe(text));
});

/** Lines of `<bits in hex>,<number>`; what canonicalJson refuses as an unsafe integer is written by the serialiser alone. */
function digestOfLines(count: number): string {
  const hash = createHash('sha256');
  let left = count;
  for (const bits of numberVectors()) {
    const value = doubleOf(bits);
    const refused = Number.isInteger(value) && !Number.isSafeInteger(value) && Math.abs(value) < 1e21;
    if (refused && left % 64 === 0) expect(() => canonicalJson(value)).toThrow(TypeError);
    hash.update(`${bits.toString(16)},${refused ? canonicalize(value) : canonicalJson(value)}\n`);
    if (--left === 0) break;
  }
  return hash.digest('hex');
}

describe('what JSON cannot say exactly is refused, with its JSON pointer', () => {
  const cycle: { self?: unknown } = {};
  cycle.self = { inner: cycle };
  const sparse = [1, 2];
  sparse[3] = 4;
  const deep = (levels: number): unknown => (levels === 0 ? [] : [deep(levels - 1)]);

  it.each<[string, unknown, string]>([
    ['undefined', { a: [undefined] }, 'undefined at "/a/0"'],
    ['undefined at the top', undefined, 'undefined at ""'],
    ['a function', { f: () => 1 }, 'a function at "/f"'],
    ['a symbol', [Symbol('s')], 'a symbol at "/0"'],
    ['a symbol key', { [Symbol('s')]: 1 }, 'symbol keys'],
    ['a bigint', { n: 1n }, 'a bigint at "/n"'],
    ['NaN', [Number.NaN], 'NaN at "/0"'],
    ['Infinity', [Number.NEGATIVE_INFINITY], '-Infinity at "/0"'],
    ['a Map', { m: new Map() }, 'a Map at "/m"'],
    ['a Set', { s: new Set() }, 'a Set at "/s"'],
    ['a Date', { d: new Date(0) }, 'a Date at "/d"'],
    ['a boxed number', [Object(1)], 'a Number at "/0"'],
    ['bytes', { b: new Uint8Array(2) }, 'a Uint8Array at "/b"'],
    ['an object with toJSON', { toJSON: () => 1 }, 'a function at "/toJSON"'],
    ['a sparse array', { s: sparse }, 'a sparse array, or one with named properties at "/s"'],
    ['an array with a name', Object.assign([1], { name: 2 }), 'named properties at ""'],
    ['a lone surrogate', { s: 'a\ud800' }, 'lone surrogate'],
    ['a lone surrogate in a key', { '\udc00': 1 }, 'a key with a lone surrogate'],
    ['a cycle', cycle, 'a cycle at "/self/inner"'],
    ['a key with special characters', { 'a/b~c': 1n }, 'at "/a~1b~0c"'],
    ['depth', deep(128), 'more than 128 levels'],
  ])('%s', (_, value, message) => {
    expect(() => canonicalJson(value)).toThrow(TypeError);
    expect(() => canonicalJson(value)).toThrow(message);
  });

  it('but 128 levels, an object used twice and an own __proto__ key are fine', () => {
    const shared = { a: 1 };
    expect(canonicalJson(deep(127))).toHaveLength(256);
    expect(canonicalJson([shared, shared])).toBe('[{"a":1},{"a":1}]');
    expect(canonicalJson(JSON.parse('{"b":1,"__proto__":{"a":2}}'))).toBe('{"__proto__":{"a":2},"b":1}');
  });
});

describe('laws', () => {
  const json = fc.jsonValue({ maxDepth: 5, stringUnit: 'binary' }).filter(isExact);

  it('the text equals that of a naive second implementation', { timeout: 600_000 }, () => {
    fc.assert(
      fc.property(json, (value) => canonicalJson(value) === naive(value)),
      { numRuns: THOROUGH ? 1_000_000 : 20_000 },
    );
  });

  it('the text reads back as the same value, and writing that again changes nothing', () => {
    fc.assert(
      fc.property(json, (value) => {
        const text = canonicalJson(value);
        return canonicalJson(JSON.parse(text)) === text && naive(JSON.parse(text)) === naive(value);
      }),
      { numRuns: 10_000 },
    );
  });

  it('the order in which keys were added does not matter', () => {
    const entries = fc.uniqueArray(fc.tuple(fc.string({ unit: 'grapheme' }), fc.integer()), {
      selector: ([key]) => key,
    });
    fc.assert(
      fc.property(
        entries,
        (pairs) => canonicalJson(Object.fromEntries(pairs)) === canonicalJson(Object.fromEntries(pairs.toReversed())),
      ),
      { numRuns: 10_000 },
    );
  });
});

function isExact(value: unknown): boolean {
  if (typeof value === 'number')
    return !Number.isInteger(value) || Number.isSafeInteger(value) || Math.abs(value) >= 1e21;
  if (typeof value === 'string') return value.isWellFormed();
  if (typeof value !== 'object' || value === null) return true;
  return Object.entries(value).every(([key, member]) => key.isWellFormed() && isExact(member));
}

/** RFC 8785 by hand: keys ordered by comparing code units one by one, strings escaped one by one. */
function naive(value: unknown): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'number') return Object.is(value, -0) ? '0' : String(value);
  if (typeof value === 'string') return `"${Array.from(value, escape).join('')}"`;
  if (Array.isArray(value)) return `[${value.map(naive).join(',')}]`;
  const members = Object.entries(value as object).sort(([a], [b]) => compareUnits(a, b));
  return `{${members.map(([key, member]) => `${naive(key)}:${naive(member)}`).join(',')}}`;
}

function escape(character: string): string {
  const short: Record<string, string> = {
    '\b': '\\b',
    '\t': '\\t',
    '\n': '\\n',
    '\f': '\\f',
    '\r': '\\r',
    '"': '\\"',
    '\\': '\\\\',
  };
  const code = character.charCodeAt(0);
  return short[character] ?? (code < 0x20 ? `\\u${code.toString(16).padStart(4, '0')}` : character);
}

function compareUnits(a: string, b: string): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const difference = a.charCodeAt(i) - b.charCodeAt(i);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}
