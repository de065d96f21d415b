// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { stringify as stringifyToml } from 'smol-toml';
import { describe, expect, it } from 'vitest';
import { stringify as stringifyYaml } from 'yaml';
import type { Pointer } from '../../src/finding/index.ts';
import { parseDocuments } from '../../src/input/index.ts';
import { locatorOf } from '../../src/input/locate.ts';
import { positionAt } from '../../src/input/position.ts';
import { sourceOf } from './tree.ts';

/** Every scalar of a document with its pointer. */
function* scalarsOf(value: unknown, pointer: Pointer = []): Generator<readonly [Pointer, unknown]> {
  if (Array.isArray(value)) for (const [index, item] of value.entries()) yield* scalarsOf(item, [...pointer, index]);
  else if (value !== null && typeof value === 'object') {
    for (const [key, inner] of Object.entries(value)) yield* scalarsOf(inner, [...pointer, key]);
  } else yield [pointer, value];
}

const word = fc.oneof(
  fc.string({ minLength: 1, maxLength: 10 }),
  fc.stringMatching(/^[a-z]{1,8}$/),
  fc.constantFrom('T1059.001', 'a b', "it's", '"q"', '12', 'null', '__proto__', '0'),
);
const scalar = fc.oneof(word, fc.integer({ min: -1000, max: 1000 }), fc.boolean());
const tree = fc.letrec<{ map: Record<string, unknown> }>((tie) => ({
  map: fc.dictionary(
    word,
    fc.oneof(
      { depthSize: 'small' },
      scalar,
      fc.array(scalar, { maxLength: 4 }),
      fc.array(tie('map'), { maxLength: 3 }),
      tie('map'),
    ),
    { maxKeys: 5 },
  ),
})).map;

async function expectEveryScalarFound(
  path: string,
  text: string,
  parseBack: (cut: string, quote: string) => unknown,
): Promise<void> {
  const source = sourceOf(path, text);
  const locate = locatorOf(source);
  for (const [document, root] of (await parseDocuments(source)).entries()) {
    for (const [pointer, value] of scalarsOf(root)) {
      const range = await locate({ document, pointer });
      if (value === '' && range) continue;
      expect(range, `${JSON.stringify(pointer)} in ${text}`).toBeDefined();
      if (!range) continue;
      const cut = text.slice(range.start, range.end);
      expect(await parseBack(cut, text[range.start - 1] ?? ''), `${JSON.stringify(pointer)} in ${text}`).toEqual(value);
    }
  }
}

const YAML_WRITER = { lineWidth: 0, defaultStringType: 'PLAIN', version: '1.2', aliasDuplicateObjects: false } as const;
const plainYaml = async (cut: string): Promise<unknown> => (await parseDocuments(sourceOf('cut.yml', cut)))[0];

describe('the text that a pointer leads to is the value', () => {
  it('in YAML, quotes left out', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(tree, { minLength: 1, maxLength: 2 }),
        fc.constantFrom('any', 'flow'),
        async (trees, collectionStyle) => {
          const text = trees.map((one) => `---\n${stringifyYaml(one, { ...YAML_WRITER, collectionStyle })}`).join('');
          await expectEveryScalarFound('a.yml', text, (cut, quote) =>
            plainYaml(quote === '"' || quote === "'" ? quote + cut + quote : cut),
          );
        },
      ),
      { numRuns: 1500 },
    );
  });

  it('in JSON, quotes included', async () => {
    await fc.assert(
      fc.asyncProperty(tree, fc.nat(3), async (one, indent) => {
        await expectEveryScalarFound('a.json', JSON.stringify(one, null, indent), (cut) => JSON.parse(cut) as unknown);
      }),
      { numRuns: 1500 },
    );
  });

  it('in TOML, quotes included', async () => {
    await fc.assert(
      fc.asyncProperty(tree, async (one) => {
        await expectEveryScalarFound('a.toml', stringifyToml(one), async (cut) => {
          const [document] = await parseDocuments(sourceOf('cut.toml', `x = ${cut}`));
          return (document as { x: unknown }).x;
        });
      }),
      { numRuns: 1000 },
    );
  });
});

/** `line:column "text"` of what is shown for a pointer. */
async function shown(path: string, text: string, pointer: Pointer, document = 0): Promise<string> {
  const range = await locatorOf(sourceOf(path, text))({ document, pointer });
  if (!range) return 'nowhere';
  const { line, column } = positionAt(text, range.start);
  return `${line}:${column} ${JSON.stringify(text.slice(range.start, range.end))}`;
}

describe('what has no text of its own is shown by what names it', () => {
  const yaml = 'title: x\ntags:\n  - a\n  -\n  - k: v\nempty:\nflow: {a: [1, {b: c}]}\nalias: &x [1]\nuse: *x\n';
  it.each([
    [['tags'], '2:1 "tags"'],
    [['tags', 1], '2:1 "tags"'],
    [['tags', 2], '5:5 ""'],
    [['tags', 9], '2:1 "tags"'],
    [['empty'], '6:1 "empty"'],
    [['flow', 'a', 1, 'b'], '7:19 "c"'],
    [['flow', 'missing'], '7:1 "flow"'],
    [['missing', 'deeper'], '1:1 ""'],
    [['use', 0], '9:7 "x"'],
    [[], '1:1 ""'],
  ] as const)('in YAML: %j', async (pointer, expected) => {
    expect(await shown('a.yml', yaml, pointer)).toBe(expected);
  });

  it('in a document that is not there: nowhere', async () => {
    expect(await shown('a.yml', yaml, ['title'], 1)).toBe('nowhere');
    expect(await shown('a.json', '{"a": 1}', ['a'], 1)).toBe('nowhere');
  });

  const json = '{"tags": ["a", {"k": 1}],\n "o": {}}';
  it.each([
    [['tags'], '1:2 "\\"tags\\""'],
    [['tags', 1], '1:16 ""'],
    [['tags', 1, 'k'], '1:22 "1"'],
    [['o', 'missing'], '2:2 "\\"o\\""'],
    [[], '1:1 ""'],
  ] as const)('in JSON: %j', async (pointer, expected) => {
    expect(await shown('a.json', json, pointer)).toBe(expected);
  });

  const toml = '[[rule]]\nid = "a"\n[[rule]]\nid = "b"\nlist = [\n  "x", {y = 1}]\n';
  it.each([
    [['rule', 1], '3:3 "rule"'],
    [['rule', 1, 'id'], '4:6 "\\"b\\""'],
    [['rule', 1, 'list'], '5:1 "list"'],
    [['rule', 1, 'list', 1, 'y'], '6:13 "1"'],
    [['rule', 1, 'missing'], '3:3 "rule"'],
    [['missing'], '1:1 ""'],
  ] as const)('in TOML: %j', async (pointer, expected) => {
    expect(await shown('a.toml', toml, pointer)).toBe(expected);
  });

  const falco = 'x: [\n]\n---\n- list: "l"\n  items: [\n    a, b,\n  ]\n';
  it.each([
    [[0, 'items', 1], '6:8 "b"'],
    [[0, 'items'], '5:3 "items"'],
    [[0, 'list'], '4:10 "l"'],
    [[0, 'missing'], '4:3 ""'],
    [[0], '4:3 ""'],
  ] as const)('in YAML that only the lenient reader takes: %j', async (pointer, expected) => {
    expect(await shown('a.yml', falco, pointer, 1)).toBe(expected);
  });
});

it('ten thousand look-ups in one long file take no time worth naming', async () => {
  const items = Array.from({ length: 10_000 }, (_, index) => ({ id: `item-${index}`, tags: ['a', 'b'] }));
  const [toml, yaml] = [stringifyToml({ items }), stringifyYaml({ items })];
  for (const [path, text] of [
    ['a.json', JSON.stringify({ items })],
    ['a.yml', yaml],
    ['a.toml', toml],
  ] as const) {
    const locate = locatorOf(sourceOf(path, text));
    const started = performance.now();
    for (const [index, { id }] of items.entries()) {
      const range = await locate({ pointer: ['items', index, 'id'] });
      if (!range || !text.slice(range.start, range.end).includes(id)) expect.fail(`${path}: ${id} is elsewhere`);
    }
    expect(performance.now() - started, path).toBeLessThan(2000);
  }
});
