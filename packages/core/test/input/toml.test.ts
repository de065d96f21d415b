// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { LIMITS, parseToml } from '../../src/input/index.ts';
import { refusalOf } from './refusal.ts';

const read = (text: string): Promise<unknown> => parseToml('a.toml', text);
const refusal = (text: string): Promise<string> => refusalOf(() => read(text));

describe('TOML', () => {
  it('is tables, arrays of tables, dotted keys and all kinds of strings', async () => {
    const text = [
      'title = "a\\u00e9"',
      "path = 'C:\\x'",
      'text = """\\\n  one\n  two"""',
      'a.b."c d" = [1, 0x10, 1_000, 1.5, true]',
      '[[rule]]',
      'tactic = {id = "TA0001"}',
      '[[rule]]',
      '[rule.threat]',
      'x = []',
    ];
    expect(await read(text.join('\r\n'))).toEqual({
      title: 'aé',
      path: 'C:\\x',
      text: expect.stringMatching(/^one\r?\n {2}two$/),
      a: { b: { 'c d': [1, 16, 1000, 1.5, true] } },
      rule: [{ tactic: { id: 'TA0001' } }, { threat: { x: [] } }],
    });
  });

  it.each(['UTC', 'America/New_York', 'Pacific/Kiritimati'])('reads dates the same in %s', async (zone) => {
    const before = process.env['TZ'];
    process.env['TZ'] = zone;
    try {
      expect(
        await read('a = 2026-03-29T02:30:00\nb = 2026-03-29\nc = 02:30:00\nd = 2026-03-29T02:30:00-07:00'),
      ).toEqual({
        a: '2026-03-29T02:30:00.000',
        b: '2026-03-29',
        c: '02:30:00.000',
        d: '2026-03-29T02:30:00.000-07:00',
      });
    } finally {
      if (before === undefined) delete process.env['TZ'];
      else process.env['TZ'] = before;
    }
  });

  it('keeps __proto__ as a key like any other', async () => {
    const value = await read('[__proto__]\npolluted = true\n[a]\n"__proto__" = 1');
    expect(Object.keys(value as object)).toEqual(['__proto__', 'a']);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  it.each([
    ['a = 1\na = 2', 'a.toml:2:1 not valid TOML: trying to redefine an already defined table or value'],
    ['a = ', 'a.toml:1:5 not valid TOML: invalid value'],
    ['[a', 'a.toml:1:2 not valid TOML: incomplete key-value: cannot find end of key'],
    ['a = 9223372036854775807', 'a.toml:1:5 not valid TOML: integer value cannot be represented losslessly'],
    ['a = "x\0"', 'a.toml:1:7 not valid TOML: control characters are not allowed in strings'],
  ])('%j is refused where the fault is', async (text, expected) => {
    expect(await refusal(text)).toBe(`input ${expected}`);
  });

  it('takes a hundred levels, however they are written', async () => {
    const dotted = (depth: number): string => `${Array(depth).fill('a').join('.')} = 1`;
    expect(await read(dotted(99))).toHaveProperty('a.a.a');
    const tooDeep = [
      dotted(101),
      dotted(1000),
      dotted(100_000),
      `[${Array(1000).fill('a').join('.')}]`,
      `[[${Array(1000).fill('a').join('.')}]]`,
      `a = ${'['.repeat(1000)}${']'.repeat(1000)}`,
      `a = ${'{b='.repeat(1000)}1${'}'.repeat(1000)}`,
      `a = ${'['.repeat(100_000)}`,
    ];
    for (const text of tooDeep)
      expect(await refusal(text)).toMatch(/^input a\.toml nesting is over the limit of 100 levels$/);
  });

  it('refuses a line over the limit by its number', async () => {
    expect(await refusal(`a = 1\nb = "${'x'.repeat(LIMITS.lineLength)}"`)).toBe(
      'input a.toml line 2 is over the limit of 1,048,576 characters',
    );
  });
});
