// SPDX-License-Identifier: Apache-2.0
import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { check } from 'recheck';
import { parseAst } from 'rolldown/parseAst';
import { describe, expect, it } from 'vitest';

const ROOT = dirname(dirname(dirname(import.meta.dirname)));

interface Pattern {
  readonly source: string;
  readonly flags: string;
  /** File, and how the pattern looks there. */
  readonly where: string;
}

/** Every regular expression in the sources that ship, and in the JSON Schemas that are published. */
function shippedPatterns(): Pattern[] {
  const sources = globSync('packages/*/src/**/*.ts', { cwd: ROOT }).sort().flatMap(literalsIn);
  const schemas = globSync(['packages/*/schema/*.json', 'controls/opa/policies/*.schema.json'], { cwd: ROOT })
    .sort()
    .flatMap((path) =>
      patternsIn(JSON.parse(readFileSync(join(ROOT, path), 'utf8'))).map((source) => ({
        source,
        flags: 'u',
        where: `${path}: ${source}`,
      })),
    );
  return [...sources, ...schemas];
}

function literalsIn(path: string): Pattern[] {
  const found: Pattern[] = [];
  const visit = (node: unknown): void => {
    if (node === null || typeof node !== 'object') return;
    const { regex } = node as { regex?: { pattern: string; flags: string } };
    if (regex)
      found.push({ source: regex.pattern, flags: regex.flags, where: `${path}: /${regex.pattern}/${regex.flags}` });
    for (const child of Object.values(node)) visit(child);
  };
  visit(parseAst(readFileSync(join(ROOT, path), 'utf8'), { lang: 'ts' }));
  return found;
}

function patternsIn(schema: unknown): string[] {
  if (schema === null || typeof schema !== 'object') return [];
  const { pattern } = schema as { pattern?: unknown };
  return [...(typeof pattern === 'string' ? [pattern] : []), ...Object.values(schema).flatMap(patternsIn)];
}

/** What the checker cannot read: sets of sets (flag v). They match one character each, and so nothing twice. */
const isSetOfOneCharacter = ({ source, flags }: Pattern): boolean => flags.includes('v') && /^\[.*\]$/s.test(source);

function timeOf(pattern: RegExp, text: string): number {
  const started = performance.now();
  pattern.lastIndex = 0;
  pattern.test(text);
  return performance.now() - started;
}

/** What patterns repeat, and what ends a repetition. */
const PIECES = [...' \t\na0Z-_./\\"\'`*[({<@:=%#,|é'];
const ATTACK_LENGTH = 100_000;

describe('every regular expression that ships', () => {
  const patterns = [...new Map(shippedPatterns().map((each) => [`${each.source}/${each.flags}`, each])).values()];

  it('is found', () => {
    expect(patterns.length).toBeGreaterThan(100);
  });

  // The checker runs what it suspects, by the clock: on a machine that is busy once may be an accident.
  it.each(patterns.filter((each) => !isSetOfOneCharacter(each)))(
    '$where takes no time that explodes',
    { retry: 2, timeout: 30_000 },
    async ({ source, flags }) => {
      const found = await check(source, flags, { timeout: 20_000, checker: 'auto' });
      // Of one that is not: the text that takes it long.
      expect(found.status === 'vulnerable' ? found.attack.pattern : found.status).toBe('safe');
    },
  );

  it('takes less than 100 ms for each of more than 500 texts that would drive a bad one mad', () => {
    const attacks = PIECES.flatMap((a) =>
      PIECES.map((b) => `${a.repeat(4)}${(a + b).repeat(ATTACK_LENGTH / 2)}\u0001`),
    );
    expect(attacks.length).toBeGreaterThan(500);
    const slow = patterns.flatMap(({ source, flags, where }) => {
      const pattern = new RegExp(source, flags);
      // What is slow once may have been the machine; a bad pattern is slow every time.
      const slowest = (attack: string): boolean => [1, 2, 3].every(() => timeOf(pattern, attack) >= 100);
      return attacks.filter(slowest).map((attack) => `${where}: ${JSON.stringify(attack.slice(0, 12))}…`);
    });
    expect(slow).toEqual([]);
  }, 120_000);
});
