// SPDX-License-Identifier: Apache-2.0
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments, stringify } from 'yaml';
import { parseYaml } from '../../src/input/index.ts';
import { LIMITS } from '../../src/input/limits.ts';

const RULES = fileURLToPath(new URL('../../../../../shared/data/sigma/rules', import.meta.url));

/** The other implementation, which reads with positions and at a tenth of the speed. */
function readByOther(text: string): unknown[] {
  const documents = parseAllDocuments(text, { version: '1.2', logLevel: 'silent' });
  if (!Array.isArray(documents)) return [];
  return documents.map((document) => {
    if (document.errors[0]) throw document.errors[0];
    return document.toJS({ maxAliasCount: -1 }) as unknown;
  });
}

const word = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.string({ unit: 'grapheme', maxLength: 8 }),
  fc.constantFrom(
    'yes',
    'null',
    '~',
    '1.0',
    '0x1f',
    '1e3',
    '-',
    '? a',
    ': b',
    '# c',
    '---',
    '...',
    '@x',
    '%d',
    '!t',
    '&a',
    '*b',
    ' lead',
    'trail ',
    'a\nb',
    'a\n\n b\n',
    '\t',
    '2026-01-01',
    'true',
    '.inf',
    "it's",
    '"q"',
  ),
);
const value = fc.letrec<{ node: unknown }>((tie) => ({
  node: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    word,
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('node'), { maxLength: 4 }),
    fc.dictionary(word, tie('node'), { maxKeys: 4 }),
  ),
})).node;

describe('two independent YAML implementations agree', () => {
  it('on random documents in random dress', () => {
    const dress = fc.record({
      indent: fc.integer({ min: 2, max: 6 }),
      lineWidth: fc.constantFrom(0, 20, 80),
      collectionStyle: fc.constantFrom('any', 'block', 'flow'),
      defaultStringType: fc.constantFrom('PLAIN', 'QUOTE_DOUBLE', 'QUOTE_SINGLE', 'BLOCK_LITERAL', 'BLOCK_FOLDED'),
    } as const);
    fc.assert(
      fc.property(
        fc.array(value, { minLength: 1, maxLength: 3 }),
        dress,
        fc.constantFrom('\n', '\r\n'),
        (values, options, newline) => {
          // Below a key: for a bare block scalar with an indentation indicator (`--- |1`) the two read §8.1.1.1 differently.
          const documents = values.map((one) => `---\n${stringify({ root: one }, { ...options, version: '1.2' })}`);
          const text = documents.join('').replaceAll('\n', newline);
          expect(parseYaml('a.yml', text)).toEqual(readByOther(text));
        },
      ),
      { numRuns: 4000 },
    );
  });

  it.skipIf(!existsSync(RULES))('on every Sigma rule (3,141 files; needs ../shared beside the repository)', () => {
    const files = readdirSync(RULES, { recursive: true, encoding: 'utf8' }).filter((name) => /\.ya?ml$/.test(name));
    expect(files).toHaveLength(3141);
    for (const file of files) {
      const text = readFileSync(join(RULES, file), 'utf8');
      expect(text.length).toBeLessThan(LIMITS.textBytes);
      expect(parseYaml(file, text), file).toEqual(readByOther(text));
    }
  });
});
