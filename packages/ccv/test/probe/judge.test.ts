// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expectationSchema, type Expectation } from '../../src/control/expectation.ts';
import type { Json } from '../../src/control/json.ts';
import { judgeProbe, judgeValue, same } from '../../src/probe/judge.ts';
import { probeSchema } from '../../src/control/observation.ts';
import { worldWith } from '../stage.ts';

const VALUE: Json = {
  status: 200,
  body: { list: ['a', 1], text: 'all is well', 'a/b': null, deep: { x: [{ y: 2 }] } },
};
const held = (expectation: unknown): boolean => judgeValue('p', expectationSchema.parse(expectation), VALUE).held;

describe('what is expected', () => {
  it.each<[unknown, boolean]>([
    [{ '/status': 200 }, true],
    [{ '/status': '200' }, false],
    [{ '/status': { atLeast: 200, atMost: 299 } }, true],
    [{ '/status': { atMost: 199 } }, false],
    [{ '/status': { oneOf: [200, 204] } }, true],
    [{ '/status': { oneOf: [204] } }, false],
    [{ '/body/list': { contains: 'a' } }, true],
    [{ '/body/list': { contains: 'b' } }, false],
    [{ '/body/list/1': 1 }, true],
    [{ '/body/text': { contains: 'well' } }, true],
    [{ '/body/text': { matches: '^all .* well$' } }, true],
    [{ '/body/text': { matches: '^well' } }, false],
    [{ '/body/a~1b': null }, true],
    [{ '/body/deep': { equals: { x: [{ y: 2 }] } } }, true],
    [{ '/body/none': { absent: true } }, true],
    [{ '/body/text': { absent: true } }, false],
    [{ '': { equals: VALUE } }, true],
    // All that is said must be so.
    [{ '/status': 200, '/body/text': 'x' }, false],
    // A comparison with what is no number never holds.
    [{ '/body/text': { atLeast: 0 } }, false],
    [{ '/body/a~1b': { atMost: 5 } }, false],
  ])('%j: %s', (expectation, holds) => {
    expect(held(expectation)).toBe(holds);
  });

  it('is never held by what is not there, and that is no data', () => {
    for (const tolerance of [
      200,
      { atLeast: 0 },
      { oneOf: [1] },
      { contains: 'a' },
      { matches: '.' },
      { equals: null },
    ]) {
      const expectation: Expectation = expectationSchema.parse({ '/missing': tolerance });
      expect(judgeValue('p', expectation, VALUE)).toMatchObject({ held: false, noData: true });
    }
    for (const empty of ['', null, [], {}, 0] as const)
      expect(judgeValue('p', { '/status': 200 }, empty)).toMatchObject({ held: false, noData: true });
  });

  it('must say something, in a form that can be read', () => {
    for (const expectation of [{}, { '/x': {} }, { x: 1 }, { '/x': { matches: '(' } }, { '/x': { atlest: 1 } }])
      expect(expectationSchema.safeParse(expectation).success).toBe(false);
  });

  it('compares as JSON: any value is the same as itself, whatever the order of its keys', () => {
    const turned = (value: Json): Json =>
      JSON.parse(JSON.stringify(value), (_key, held: Json) => reversed(held)) as Json;
    fc.assert(fc.property(fc.jsonValue(), (value) => same(value as Json, turned(value as Json))));
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
        const [one, other] = [a, b].map((value) => JSON.stringify(turned(sorted(value as Json))));
        expect(same(a as Json, b as Json)).toBe(one === other);
      }),
    );
  });

  it('of a user’s pattern takes time that grows with the text and no faster', () => {
    const expectation = expectationSchema.parse({ '': { matches: '^(a+)+$' } });
    const began = performance.now();
    expect(judgeValue('p', expectation, `${'a'.repeat(50_000)}!`).held).toBe(false);
    expect(performance.now() - began).toBeLessThan(2000);
  });

  it('may take its time to become so', async () => {
    const world = worldWith([]);
    const command = ['sh', '-c', 'n=$(cat n 2>/dev/null || echo 0); echo $((n+1)) > n; echo $n'];
    const probe = (within: object) =>
      probeSchema.parse({ name: 'third time', kind: 'exec', command, expect: { '/json': { atLeast: 2 } }, ...within });
    const { signal } = new AbortController();
    expect(await judgeProbe(probe({}), world, signal)).toMatchObject({ held: false, noData: false });
    expect(await judgeProbe(probe({ within: 'PT5S' }), world, signal)).toMatchObject({ held: true });
  });
});

function reversed(value: Json): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).reverse());
}

function sorted(value: Json): Json {
  return JSON.parse(
    JSON.stringify(value, (_key, held: Json) =>
      typeof held === 'object' && held !== null && !Array.isArray(held)
        ? Object.fromEntries(Object.entries(held).sort(([a], [b]) => (a < b ? -1 : 1)))
        : held,
    ),
  ) as Json;
}
