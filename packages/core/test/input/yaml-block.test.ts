// SPDX-License-Identifier: Apache-2.0
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { loadAll, parseEvents } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import type { Pointer } from '../../src/finding/draft.ts';
import { locateInBlockYaml, locateInEntry } from '../../src/input/locate-block.ts';
import type { Locator } from '../../src/input/locate.ts';
import { locateInEvents } from '../../src/input/locate-yaml.ts';
import { readBlockYaml } from '../../src/input/yaml-block.ts';
import { yamlOptions } from '../../src/input/yaml.ts';

const ROOT = dirname(dirname(dirname(dirname(import.meta.dirname))));
const RULES = join(dirname(ROOT), 'shared/data/sigma/rules');
const NO_RULES = existsSync(RULES) ? '' : ' (skipped: ../shared/data is not here)';

const own = globSync('{alerting,PURPLE,controls}/**/*.{yml,yaml}', { cwd: ROOT })
  .sort()
  .map((path) => readFileSync(join(ROOT, path), 'utf8'));
const rules =
  NO_RULES === ''
    ? globSync('**/*.yml', { cwd: RULES })
        .sort()
        .map((path) => readFileSync(join(RULES, path), 'utf8'))
    : [];

/** Every pointer into a value. */
function pointersOf(value: unknown, at: Pointer = []): Pointer[] {
  if (value === null || typeof value !== 'object') return [at];
  const steps = Array.isArray(value) ? [...value.keys()] : Object.keys(value);
  return [at, ...steps.flatMap((step) => pointersOf((value as Record<string | number, unknown>)[step], [...at, step]))];
}

/** Of a rule's keys: a list, a mapping with lists in it, and texts. */
const UNREAD = new Set(['tags', 'detection', 'description', 'falsepositives', 'references', 'level', 'a', 'c']);

/** Reading without looking takes and refuses the same texts, and differs in nothing but what is not looked at. */
function agreesUnread(text: string, documents: unknown[] | undefined): void {
  const skimmed = readBlockYaml(text, { unread: UNREAD });
  expect(skimmed?.map(withoutUnread)).toStrictEqual(documents?.map(withoutUnread));
  for (const [index, document] of (skimmed ?? []).entries()) {
    expect(shapesOf(document)).toStrictEqual(shapesOf(documents?.[index]));
  }
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

function withoutUnread(document: unknown): unknown {
  if (!isMapping(document)) return document;
  return Object.fromEntries(Object.entries(document).filter(([key]) => !UNREAD.has(key)));
}

/** What stands under each key that is not looked at: a list, a mapping, nothing; not told of a text. */
function shapesOf(document: unknown): unknown {
  if (!isMapping(document)) return undefined;
  return Object.entries(document).flatMap(([key, value]) =>
    UNREAD.has(key) && typeof value === 'object'
      ? [[key, Array.isArray(value) ? 'list' : value === null ? 'nothing' : 'mapping']]
      : [],
  );
}

/** What is rare in rules. */
const SEEDS = [
  'a: word\n  goes on\n   and on\nb:\n  - plain\n    goes on\n  - -W\n# tab\there\nc: 007\n',
  `a: [x, 'y z', "w" , v] # c\nb: []\nc:\n  - [x]\n  - k: [a/**/*.yml]\n    l: m\n`,
];

/** What the block reader says, where it says something, held against the whole parser. */
function agrees(text: string): boolean {
  const documents = readBlockYaml(text);
  agreesUnread(text, documents);
  if (!documents) return false;
  expect(documents).toStrictEqual(loadAll(text, yamlOptions));
  return true;
}

/** How many places were found without the whole parser; each is held against it. */
function agreesOnPlaces(text: string): number {
  const inBlocks = locateInBlockYaml(text);
  const whole = locateInEvents(text, parseEvents(text, yamlOptions));
  const entries = new Map<string, ReturnType<typeof locateInEntry>>();
  const inEntry: Locator = (document, pointer, part) => {
    const key = String(pointer[0] ?? '');
    if (!entries.has(key)) entries.set(key, locateInEntry(text, key));
    return entries.get(key)?.(document, pointer, part);
  };
  let found = 0;
  for (const [document, value] of loadAll(text, yamlOptions).entries()) {
    for (const pointer of [...pointersOf(value), ['nowhere'], ['tags', 99], ['tags', 'x']]) {
      for (const part of ['value', 'key'] as const) {
        for (const place of [inBlocks?.(document, pointer, part), inEntry(document, pointer, part)]) {
          if (place === undefined) continue;
          expect(place, `${JSON.stringify(pointer)} ${part}`).toEqual(whole(document, pointer, part));
          found++;
        }
      }
    }
  }
  return found;
}

describe('the block reader', () => {
  it.each([
    ['a mapping', 'a: b\nc:\n  d: 1\n', [{ a: 'b', c: { d: 1 } }]],
    ['lists, at the key and below it', 'a:\n- x\n- y\nb:\n  - z\n', [{ a: ['x', 'y'], b: ['z'] }]],
    ['mappings in lists', 'a:\n  - b: 1\n    c: 2\n  - d: 3\n', [{ a: [{ b: 1, c: 2 }, { d: 3 }] }]],
    ['quotes', `a: 'it''s: #1'\nb: "x # y" # z\n`, [{ a: "it's: #1", b: 'x # y' }]],
    ['escapes that JSON has too', 'a: "\\"C:\\\\\\u0410\\"" # x\n', [{ a: '"C:\\\u0410"' }]],
    [
      'addresses, paths and pictures',
      "a: 127.0.0.1\nb: :\\Temp\nc: '🤷🏼‍♂️'\n",
      [{ a: '127.0.0.1', b: ':\\Temp', c: '🤷🏼‍♂️' }],
    ],
    ['literal and folded text', 'a: |\n  x\n\n  y\nb: >-\n  x\n  y\nc: 1\n', [{ a: 'x\n\ny\n', b: 'x y', c: 1 }]],
    ['plain text that goes on', 'a: b\n  c d\n   e # f\nb:\n- c\n d\ng: 1\n', [{ a: 'b c d e', b: ['c d'], g: 1 }]],
    ['brackets', `a: [b, 'c, d' ,"e"] # f\nb: []\nc:\n  - [x-1]\n`, [{ a: ['b', 'c, d', 'e'], b: [], c: [['x-1']] }]],
    ['options and leading zeros', 'a: -W\nb: --all\nc: 00429\n', [{ a: '-W', b: '--all', c: 429 }]],
    ['a tab in a comment', 'a: b # \tc\n#\td\n', [{ a: 'b' }]],
    ['several documents', '---\na: 1\n---\na: 2\n', [{ a: 1 }, { a: 2 }]],
    ['comments and nothing', '# x\na: # y\n\nb: c # z\n', [{ a: null, b: 'c' }]],
    [
      'words of the core schema',
      'a: True\nb: ~\nc: yes\nd: 2026-11-21\n',
      [{ a: true, b: null, c: 'yes', d: '2026-11-21' }],
    ],
  ])('reads %s as the whole parser does', (_what, text, documents) => {
    expect(readBlockYaml(text)).toStrictEqual(documents);
    expect(agrees(text)).toBe(true);
  });

  it.each([
    ['a mapping in braces', 'a: {b: c}\n'],
    ['brackets within brackets', 'a: [[b], c]\n'],
    ['brackets over several lines', 'a: [b,\n  c]\n'],
    ['a pair in brackets', 'a: [b: c]\n'],
    ['words of the core schema in brackets', 'a: [b, true]\n'],
    ['anchors and aliases', 'a: &x b\nc: *x\n'],
    ['tags', 'a: !x b\n'],
    ['escapes of YAML alone', 'a: "\\x41"\n'],
    ['half a character', 'a: "\\ud83d"\n'],
    ['numbers of other kinds', 'a: 1.5\n'],
    ['octal', 'a: 0o7\n'],
    ['a scalar that goes on after a blank line', 'a: b\n\n  c\n'],
    ['a scalar that goes on after a comment', 'a: b # c\n  d\n'],
    ['a quoted scalar that goes on', "a: 'b\n  c'\n"],
    ['a negative fraction', 'a: -.5\n'],
    ['tabs', 'a:\tb\n'],
    ['carriage returns', 'a: b\r\n'],
    ['the same key twice', 'a: 1\na: 2\n'],
    ['a prototype', '__proto__: 1\n'],
    ['a bad indent', 'a:\n    b: 1\n  c: 2\n'],
    ['a colon in a plain scalar', 'a: b: c\n'],
    ['a directive', '%YAML 1.2\n---\na: b\n'],
    ['an empty text', ''],
    ['a lone scalar', 'abc\n'],
    ['fifty levels and more', Array.from({ length: 60 }, (_, depth) => `${' '.repeat(depth)}a:\n`).join('')],
  ])('leaves %s to the whole parser', (_what, text) => {
    expect(readBlockYaml(text)).toBeUndefined();
  });

  it('reads this repository’s own content as the whole parser does, places too', () => {
    const taken = own.filter(agrees);
    expect(taken.length).toBeGreaterThan(10);
    for (const text of taken) expect(agreesOnPlaces(text)).toBeGreaterThan(0);
  });

  it.skipIf(NO_RULES !== '')(
    `reads nearly all of 3,141 Sigma rules as the whole parser does, places too${NO_RULES}`,
    () => {
      const taken = rules.filter(agrees);
      expect(taken.length).toBeGreaterThan(3000);
      for (const text of taken) agreesOnPlaces(text);
    },
    120_000,
  );

  it('never says of a mutated file what the whole parser would not say', () => {
    const seeds = [...own, ...rules.filter((_, index) => index % 40 === 0), ...SEEDS];
    const edit = fc.record({
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      kind: fc.constantFrom('drop', 'insert', 'replace', 'indent', 'swap', 'cut'),
      text: fc.constantFrom(...' \n:-#\'"|>[]{}&*!%@`,?~aT01.\t', ': ', ' #', '- ', '---\n', '\n\n', '0x', '1e5'),
      size: fc.nat({ max: 6 }),
    });
    let accepted = 0;
    let placed = 0;
    fc.assert(
      fc.property(fc.nat({ max: seeds.length - 1 }), fc.array(edit, { minLength: 1, maxLength: 3 }), (seed, edits) => {
        const text = edits.reduce(mutate, seeds[seed] ?? '');
        if (agrees(text)) accepted++;
        if (isYaml(text)) placed += Math.sign(agreesOnPlaces(text));
      }),
      { numRuns: 20_000, seed: 20261121 },
    );
    expect(accepted).toBeGreaterThan(1_000);
    expect(placed).toBeGreaterThan(accepted);
  }, 120_000);
});

function isYaml(text: string): boolean {
  try {
    return loadAll(text, yamlOptions).length > 0;
  } catch {
    return false;
  }
}

interface Edit {
  readonly at: number;
  readonly kind: string;
  readonly text: string;
  readonly size: number;
}

function mutate(text: string, { at, kind, text: piece, size }: Edit): string {
  const place = Math.floor(at * text.length);
  const lines = text.split('\n');
  const line = Math.min(Math.floor(at * lines.length), lines.length - 1);
  switch (kind) {
    case 'drop':
      return text.slice(0, place) + text.slice(place + 1);
    case 'insert':
      return text.slice(0, place) + piece + text.slice(place);
    case 'replace':
      return text.slice(0, place) + piece + text.slice(place + 1);
    case 'indent':
      return lines.with(line, ' '.repeat(size) + (lines[line] ?? '').trimStart()).join('\n');
    case 'swap':
      return lines
        .toSpliced(line, 1)
        .toSpliced(line + size, 0, lines[line] ?? '')
        .join('\n');
    default:
      return text.slice(0, place);
  }
}
