// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LIMITS, readNdjson } from '../../src/input/index.ts';
import { refusalOf } from './refusal.ts';

async function* inChunks(text: string | Uint8Array, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text);
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const size = sizes[turn % sizes.length] ?? bytes.length;
    yield bytes.subarray(at, at + size);
    at += size;
  }
}

const readAll = (text: string | Uint8Array, sizes: readonly number[] = [65_536]) =>
  Array.fromAsync(readNdjson('a.ndjson', inChunks(text, sizes)));

describe('NDJSON', () => {
  it('is the same records however the stream is cut, also within a character', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.jsonValue({ maxDepth: 3 }), { maxLength: 6 }),
        fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 5 }),
        fc.constantFrom('\n', '\r\n', '\n\n'),
        async (values, sizes, newline) => {
          const text = values.map((value) => JSON.stringify(value)).join(newline);
          const records = await readAll(text, sizes);
          expect(records.map(({ value }) => value)).toEqual(values.map((value) => JSON.parse(JSON.stringify(value))));
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('counts blank lines and passes them over', async () => {
    expect(await readAll('\n{"a":1}\n\n  \n{"a":2}')).toEqual([
      { line: 2, value: { a: 1 } },
      { line: 5, value: { a: 2 } },
    ]);
  });

  it('takes a byte order mark before the first record', async () => {
    expect(await readAll('\ufeff1\n2\n')).toEqual([
      { line: 1, value: 1 },
      { line: 2, value: 2 },
    ]);
  });

  it('holds nothing: no record', async () => {
    expect(await readAll('')).toEqual([]);
  });

  it.each([
    ['1\n{"a"\n3', "a.ndjson:2:5 not valid JSON: Expected ':' after property name"],
    ['1\n[1,]\n', "a.ndjson:2:4 not valid JSON: Unexpected token ']'"],
    [Uint8Array.of(0x31, 0x0a, 0xff), 'a.ndjson:2:1 not UTF-8 text'],
    [`1\n${'['.repeat(200)}`, 'a.ndjson:2:1 nesting is over the limit of 100 levels'],
    [`${' '.repeat(LIMITS.lineLength + 1)}\n`, 'a.ndjson line 1 is over the limit of 1,048,576 bytes'],
    [`1\n2\n"${'x'.repeat(3 * LIMITS.lineLength)}`, 'a.ndjson line 3 is over the limit of 1,048,576 bytes'],
  ])('a record that is none is refused with its line (%#)', async (text, refusal) => {
    expect(await refusalOf(() => readAll(text))).toBe(`input ${refusal}`);
  });

  it('hands out the records before a bad one', async () => {
    const seen: unknown[] = [];
    const attempt = async (): Promise<void> => {
      for await (const { value } of readNdjson('a.ndjson', inChunks('1\n2\nx', [3]))) seen.push(value);
    };
    expect(await refusalOf(attempt)).toContain('a.ndjson:3');
    expect(seen).toEqual([1, 2]);
  });

  it('gives up on an endless line without gathering it', async () => {
    let pulled = 0;
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (;;) {
        pulled += 65_536;
        yield Buffer.alloc(65_536, 0x20);
      }
    }
    expect(await refusalOf(() => Array.fromAsync(readNdjson('a.ndjson', endless())))).toContain(
      'line 1 is over the limit',
    );
    expect(pulled).toBeLessThan(2 * LIMITS.lineLength);
  });
});
