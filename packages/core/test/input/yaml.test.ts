// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { LIMITS, parseDocuments } from '../../src/input/index.ts';
import { refusalOf } from './refusal.ts';
import { sourceOf } from './tree.ts';

const read = (text: string): Promise<readonly unknown[]> => parseDocuments(sourceOf('a.yml', text));
const refusal = (text: string): Promise<string> => refusalOf(() => read(text));

describe('YAML', () => {
  it('holds any number of documents', async () => {
    expect(await read('a: 1\n---\n- b\n...\n---\nc\n')).toEqual([{ a: 1 }, ['b'], 'c']);
    expect(await read('')).toEqual([]);
    expect(await read('# nothing but a comment\n')).toEqual([]);
    expect(await read('---\n---\n')).toEqual([null, null]);
  });

  it('reads CRLF like LF', async () => {
    expect(await read('a: 1\r\nb:\r\n  - |\r\n    x\r\n    y\r\n')).toEqual(
      await read('a: 1\nb:\n  - |\n    x\n    y\n'),
    );
  });

  it('is YAML 1.2: yes and no, dates and octals of 1.1 are what they look like', async () => {
    expect(await read('{a: yes, b: 2026-01-01, c: 0o14, d: 012, e: ~, f: .5, <<: x}')).toEqual([
      { a: 'yes', b: '2026-01-01', c: 12, d: 12, e: null, f: 0.5, '<<': 'x' },
    ]);
  });

  it.each([
    ['a: !Ref Bucket', { a: 'Bucket' }],
    ['a: !Sub ["${x}", {x: 1}]', { a: ['${x}', { x: 1 }] }],
    ['a: !GetAtt\n  - b\n  - c', { a: ['b', 'c'] }],
    ['a: !!timestamp 2026-01-01', { a: '2026-01-01' }],
    ['a: !!binary aGk=', { a: 'aGk=' }],
    ['!Deep {a: !Deeper {b: 1}}', { a: { b: 1 } }],
  ])('keeps the plain value under a tag of another tool: %j', async (text, value) => {
    expect(await read(text)).toEqual([value]);
  });

  it('keeps __proto__ as a key like any other, tagged or not', async () => {
    for (const tag of ['', '!Tag']) {
      const [value] = await read(`${tag}\n__proto__: {polluted: true}\n`);
      expect(Object.keys(value as object)).toEqual(['__proto__']);
    }
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  it.each([
    ['a: 1\na: 2', 'a.yml:2:1 not valid YAML: duplicated mapping key'],
    ['!Tag {a: 1, a: 2}', 'a.yml:1:13 not valid YAML: duplicated mapping key'],
    ['a: b: c', 'a.yml:1:5 not valid YAML: bad indentation of a mapping entry'],
    ['a: "open', 'a.yml:1:9 not valid YAML: unexpected end of the stream within a double quoted scalar'],
    ['\n\n[a', 'a.yml:3:3 not valid YAML: unexpected end of the stream within a flow collection'],
    ['a: *nowhere', 'a.yml:1:5 not valid YAML: unidentified alias "nowhere"'],
    ['? [a]\n: b', 'a.yml:1:1 not valid YAML: object-based map does not support complex keys'],
    ['a: \0', 'a.yml:1:4 not valid YAML: null byte is not allowed in input'],
    ['a: \u0007', 'a.yml:1:4 not valid YAML: the stream contains non-printable characters'],
    ['a: !!int b', 'a.yml:1:4 not valid YAML: cannot resolve a node with !<tag:yaml.org,2002:int> explicit tag'],
  ])('%j is refused where the fault is', async (text, expected) => {
    expect(await refusal(text)).toBe(`input ${expected}`);
  });
});

describe('YAML with a bracket no further in than its key, as Falco writes it', () => {
  const falco = [
    '- list: shells',
    '  items: [',
    '    ash, bash,',
    '  ]',
    '- macro: m',
    '  condition: >',
    '    a and',
    '    b',
    '',
  ];

  it('is read as if the bracket stood where YAML wants it', async () => {
    const strict = falco.map((line) => (line === '  ]' ? '    ]' : line));
    expect(await read(falco.join('\n'))).toEqual(await read(strict.join('\n')));
  });

  it('keeps to the same rules in all else', async () => {
    const loose = 'x: [\n]\n';
    expect(await read(`${loose}a: !Ref b\nc: 2026-01-01\nd: yes\n<<: {e: 1}\n`)).toEqual([
      { x: [], a: 'b', c: '2026-01-01', d: 'yes', '<<': { e: 1 } },
    ]);
    expect(await refusal(`${loose}a: 1\na: 2\n`)).toBe('input a.yml:4:1 not valid YAML: Map keys must be unique');
    expect(await refusal(`${loose}a: &a [*a]\n`)).toBe('input a.yml an alias refers to a node that contains it');
    expect(await refusal(`${loose}a: ${'['.repeat(101)}${']'.repeat(101)}\n`)).toContain(
      'nesting is over the limit of 100',
    );
    expect(await refusal(`${loose}a: ${'['.repeat(100_000)}`)).toContain('nesting is over the limit of 100');
    expect(await refusal(`${loose}${bomb}`)).toContain('the expansion of aliases is over the limit');
  });

  it('is read up to a length, since this reader is slow', async () => {
    expect(await refusal(`x: [\n]\n${'# long\n'.repeat(LIMITS.lenientLength / 7)}`)).toBe(
      'input a.yml YAML with a bracket no further in than its key is over the limit of 1,048,576 characters',
    );
  });
});

/** Nine lines that stand for a billion nodes. */
const bomb = [
  'a0: &a0 [x, x, x, x, x, x, x, x, x, x]',
  ...Array.from({ length: 9 }, (_, i) => `a${i + 1}: &a${i + 1} [${Array(10).fill(`*a${i}`).join(', ')}]`),
].join('\n');

describe('what a YAML file may ask of the reader', () => {
  it('a hundred and fifty harmless aliases', async () => {
    const text = `base: &base {a: 1}\nuses:\n${'  - *base\n'.repeat(150)}`;
    expect(await read(text)).toEqual([{ base: { a: 1 }, uses: Array.from({ length: 150 }, () => ({ a: 1 })) }]);
  });

  it('aliases up to a million nodes when written out, not more', async () => {
    const uses = (count: number): string => `base: &base [${'x, '.repeat(999)}]\nuses:\n${'  - *base\n'.repeat(count)}`;
    expect(await read(uses(998))).toHaveLength(1);
    expect(await refusal(uses(1000))).toBe('input a.yml the expansion of aliases is over the limit of 1,000,000 nodes');
  });

  it('no billion laughs, in no time', async () => {
    const started = performance.now();
    expect(await refusal(bomb)).toBe('input a.yml the expansion of aliases is over the limit of 1,000,000 nodes');
    expect(performance.now() - started).toBeLessThan(1000);
  });

  it('no alias to what contains it', async () => {
    for (const text of ['&a [*a]', '&a {b: [c, *a]}', 'x: &x\n  y: {z: *x}']) {
      expect(await refusal(text)).toBe('input a.yml an alias refers to a node that contains it');
    }
  });

  it('a hundred levels, not a thousand or a hundred thousand, in flow or block, open or closed', async () => {
    expect(await read('['.repeat(99) + ']'.repeat(99))).toHaveLength(1);
    const flow = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
    for (const text of [
      flow(101),
      flow(1000),
      flow(100_000),
      '{a: '.repeat(1000),
      '- '.repeat(100_000),
      `- ${'? '.repeat(1000)}`,
    ]) {
      expect(await refusal(text)).toBe('input a.yml nesting is over the limit of 100 levels');
    }
  });

  it('a hundred levels also where aliases add them up', async () => {
    const deep = `a: &a ${'['.repeat(60)}${']'.repeat(60)}\nb: ${'['.repeat(60)}*a${']'.repeat(60)}\n`;
    expect(await refusal(deep)).toBe('input a.yml nesting is over the limit of 100 levels');
  });

  it('lines up to a length, and says which is longer', async () => {
    expect(await read(`a: ${'x'.repeat(LIMITS.lineLength - 3)}\n`)).toHaveLength(1);
    expect(await refusal(`a: 1\nb: ${'x'.repeat(LIMITS.lineLength)}\n`)).toBe(
      'input a.yml line 2 is over the limit of 1,048,576 characters',
    );
  });
});

it('a file of no known format is refused by name', async () => {
  expect(await refusalOf(() => parseDocuments(sourceOf('a.txt', 'a: 1')))).toBe(
    'input a.txt not a .yaml, .yml, .json or .toml file',
  );
  expect(await parseDocuments(sourceOf('A.YML', 'a: 1'))).toEqual([{ a: 1 }]);
});
