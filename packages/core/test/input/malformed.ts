// SPDX-License-Identifier: Apache-2.0

export interface Malformed {
  readonly path: string;
  readonly bytes: Uint8Array;
}

const SEEDS: Readonly<Record<string, readonly string[]>> = {
  yml: [
    'title: secret\ntags:\n  - attack.t1059\n  - "teh"\n  - attack.t1059\ndetection:\n  sel: {a|contains: [x, "y"]}\n  condition: sel\n',
    "--- # c\nbase: &b {a: 1, b: |\n    text\n   }\nuse: *b\n---\n- !Tag [a, 'b', >-\n  folded\n  ]\n...\n",
    '- list: l\n  items: [\n    a, teh,\n  ]\n- ? k\n  : v\n- "esc \\u00e9\\x41"\n',
  ],
  json: [
    '{"title": "secret", "tags": ["a", "teh", "a"], "n": -1.5e3, "o": {"x": null, "y": [true, false]}}',
    '[{"k\\u0000": "\\ud83d\\ude00"}, [], {}, "", 0]',
  ],
  toml: [
    'title = "secret"\ntags = ["a", "teh", "a"]\n[rule.x]\nd = 2026-01-01T00:00:00Z\nt = """\nmulti\n"""\n[[rule.threat]]\ni = {a = 1, b = \'c\'}\n',
  ],
  ndjson: ['{"a": "secret"}\n\n{"b": ["teh", "a", "a"]}\n1\n"x"\n'],
};

const TOKENS = [
  '\0',
  '\ufeff',
  '\ufffe',
  '\u2028',
  '\u0085',
  '\u0007',
  '\t',
  '\r',
  '\r\n',
  '\n',
  '"',
  "'",
  '"""',
  '[',
  ']',
  '{',
  '}',
  '[[',
  ']]',
  '{{',
  ':',
  ': ',
  '- ',
  '? ',
  ', ',
  '#',
  '&a ',
  '*a',
  '*b',
  '!',
  '!!',
  '!<',
  '!!int ',
  '%YAML 9.9\n',
  '---\n',
  '...\n',
  '|',
  '>',
  '|9-',
  '<<: ',
  '\\',
  '\\u',
  '\\ud800',
  '\\x',
  '//',
  '/*',
  '=',
  '__proto__',
  'constructor',
  'toString',
  '1e999',
  '-0',
  '0x',
  '99999999999999999999',
  '.inf',
  '.nan',
  'null',
  '~',
  '\ud800',
  '😀',
  'é',
  '𐀀',
];

/** Deterministic (mulberry32): the same inputs on every machine and in every run. */
function randomness(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/** Files made by hand: each is a known way to hurt a parser. */
function handmade(): Malformed[] {
  const files: Malformed[] = [];
  const add = (ending: string, ...contents: readonly (string | Uint8Array)[]): void => {
    for (const content of contents) {
      files.push({ path: `hand/${String(files.length).padStart(3, '0')}.${ending}`, bytes: Buffer.from(content) });
    }
  };
  const bomb = Array.from(
    { length: 12 },
    (_, i) =>
      `a${i}: &a${i} [${
        i === 0
          ? 'x'
          : Array(9)
              .fill(`*a${i - 1}`)
              .join(',')
      }]`,
  );
  const everywhere = [
    '',
    ' ',
    '\n',
    '\0',
    '\ufeff',
    '\ufeff\ufeff',
    Uint8Array.of(0xff, 0xfe),
    Uint8Array.of(0x80),
    Buffer.alloc(4096, 0xff),
  ];
  for (const ending of Object.keys(SEEDS)) {
    add(
      ending,
      ...everywhere,
      '['.repeat(200_000),
      '{'.repeat(200_000),
      '"'.repeat(100_001),
      '\\'.repeat(100_000),
      '\n'.repeat(300_000),
    );
    add(
      ending,
      'a'.repeat(1_100_000),
      '- '.repeat(50_000),
      '{"a":'.repeat(50_000),
      '#'.repeat(300_000),
      '0'.repeat(300_000),
    );
  }
  add(
    'yml',
    bomb.join('\n'),
    '&a [*a]',
    '&a {? *a : b}',
    `a: ${'&x '.repeat(1000)}`,
    `${'? '.repeat(50_000)}a`,
    `x: [\n]\n${bomb.join('\n')}`,
  );
  add(
    'yml',
    `x: [\n]\ny: ${'['.repeat(50_000)}`,
    'x: [\n]\n&a [*a]',
    `x: [\n]\n${'a: b\n'.repeat(50_000)}`,
    `- &a ${'x'.repeat(1000)}\n${'- *a\n'.repeat(100_000)}`,
  );
  add(
    'yml',
    `a: "${'\\x41'.repeat(200_000)}"`,
    `a: '${"''".repeat(200_000)}'`,
    `a: >\n${' x\n'.repeat(200_000)}`,
    '---\n'.repeat(100_000),
    `a: ${'!'.repeat(100_000)}`,
  );
  add(
    'yml',
    `${'%TAG ! tag:a,2000:\n'.repeat(1000)}---\na`,
    `{${'a, '.repeat(100_000)}}`,
    `? ${'a'.repeat(2000)}\n: b`,
    '!<tag:yaml.org,2002:float> a',
    `${' '.repeat(500_000)}a`,
  );
  add(
    'json',
    `[${'1,'.repeat(500_000)}1]`,
    `{${'"a":1,'.repeat(100_000)}"a":1}`,
    `"${'\\u0041'.repeat(200_000)}"`,
    `-${'1'.repeat(100_000)}`,
    `[${'"\\ud800",'.repeat(1000)}1]`,
  );
  add(
    'toml',
    `${'a.'.repeat(50_000)}a = 1`,
    `[${'a.'.repeat(50_000)}a]`,
    `a = ${'['.repeat(50_000)}`,
    `a = ${'{a='.repeat(50_000)}`,
    `a = "${'\\U0010FFFF'.repeat(50_000)}"`,
  );
  add(
    'toml',
    '[[a]]\n'.repeat(50_000),
    '[a]\n'.repeat(100),
    `a = [${'1,'.repeat(200_000)}]`,
    'a = 99999-99-99',
    'a = 1979-05-27T99:99:99Z',
    `a = 1${'_1'.repeat(50_000)}`,
    'a = {b = 1, b = 2}',
    'a = "\\uD800"',
  );
  add(
    'ndjson',
    '{}\n'.repeat(50_000),
    '{}\r'.repeat(1000),
    `{"a":"${'x'.repeat(1_048_570)}"}`,
    '[\n]\n',
    '\u2028{}\u2028',
  );
  return files;
}

/** At least two thousand files that are wrong, or nearly right, in YAML, JSON, TOML and NDJSON. */
export function malformedFiles(): Malformed[] {
  const files = handmade();
  for (const [ending, seeds] of Object.entries(SEEDS)) {
    for (let round = 0; round < 600; round++) {
      const pick = randomness(round * 31 + ending.length * 1_000_003);
      let bytes = Buffer.from(seeds[pick(seeds.length)] ?? '');
      for (let turn = 0; turn <= pick(3); turn++) bytes = mutated(bytes, pick);
      files.push({ path: `${ending}/${String(round).padStart(3, '0')}.${ending}`, bytes });
    }
  }
  return files;
}

function mutated(bytes: Buffer<ArrayBuffer>, pick: (below: number) => number): Buffer<ArrayBuffer> {
  const at = pick(bytes.length + 1);
  const to = Math.min(bytes.length, at + pick(12));
  const insert = (middle: Uint8Array): Buffer<ArrayBuffer> =>
    Buffer.concat([bytes.subarray(0, at), middle, bytes.subarray(at)]);
  switch (pick(8)) {
    case 0:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(to)]);
    case 1:
      return bytes.subarray(0, at);
    case 2:
      return insert(Buffer.of(pick(256)));
    case 3:
      return insert(Buffer.from((TOKENS[pick(TOKENS.length)] ?? '').repeat(1 + pick(3))));
    case 4:
      return insert(Buffer.concat(Array<Buffer>(2 + pick(50)).fill(bytes.subarray(at, to))));
    case 5:
      return Buffer.concat([bytes.subarray(at), bytes.subarray(0, at)]);
    case 6: {
      const flipped = Buffer.from(bytes);
      if (at < flipped.length) flipped[at] = (flipped[at] ?? 0) ^ (1 << pick(8));
      return flipped;
    }
    default:
      return insert(Buffer.from(TOKENS[pick(TOKENS.length)] ?? ''));
  }
}
