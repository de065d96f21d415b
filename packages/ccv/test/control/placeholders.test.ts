// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expand } from '../../src/control/expand.ts';
import type { Json } from '../../src/control/json.ts';
import { fill } from '../../src/control/placeholders.ts';

describe('placeholders', () => {
  it('are filled in every text, and a text that is nothing else keeps the type', () => {
    const state = { scale: { spec: { replicas: 3 } } };
    const filled = fill(
      {
        url: 'https://h/${target}/${run}',
        replicas: '${state:/scale/spec/replicas}',
        list: ['n=${state:/scale/spec/replicas}'],
      },
      { target: 'web-1', run: 'r', state },
    );
    expect(filled).toEqual({ url: 'https://h/web-1/r', replicas: 3, list: ['n=3'] });
  });

  it('stay where nothing is known of them yet, so that secrets are filled last', () => {
    const early = fill({ header: 'Bearer ${env:TOKEN}', x: '${target}' }, { target: 't' });
    expect(early).toEqual({ header: 'Bearer ${env:TOKEN}', x: 't' });
    expect(fill(early, { env: { TOKEN: 's' } })).toEqual({ header: 'Bearer s', x: 't' });
  });

  it.each([
    ['${tagret}', 'is no placeholder'],
    ['rm -rf ${}', 'is no placeholder'],
    ['${HOME}', 'is no placeholder'],
  ])('%s is refused rather than left in a command', (text, problem) => {
    expect(() => fill(text, {})).toThrow(problem);
  });

  it('that lead to nothing are refused', () => {
    expect(() => fill('${env:NOT_SET}', { env: {} })).toThrow('NOT_SET is not set');
    expect(() => fill('${state:/a/b}', { state: { a: {} } })).toThrow('leads to nothing');
    expect(() => fill('${state:/__proto__/toString}', { state: {} })).toThrow('leads to nothing');
  });

  it('are not looked for in what was filled in', () => {
    expect(fill('${target}', { target: '${env:SECRET}', env: { SECRET: 's' } })).toBe('${env:SECRET}');
  });

  it('in what the world says stay what they are, so that nobody there is told a secret', () => {
    const early = fill(
      { a: '${target}', b: 'x ${state:/held}', c: '${state:/held}', d: '$${env:T}' },
      { target: '${env:T}', state: { held: '${env:T} ${HOME}' } },
    );
    expect(fill(early, { env: { T: 'secret' } })).toEqual({
      a: '${env:T}',
      b: 'x ${env:T} ${HOME}',
      c: '${env:T} ${HOME}',
      d: '${env:T}',
    });
  });

  it('of the state bring back any value as it was', () => {
    const back = fc.property(fc.jsonValue(), (held) => {
      const undo = fill({ content: '${state:/held}' }, { state: { held: held as Json } });
      expect(fill(undo, { env: {} })).toEqual({ content: held });
    });
    fc.assert(back);
    expect(fill(fill('${state:/held}', { state: { held: ['$${a}', '${b}', '$$${c}'] } }), { env: {} })).toEqual([
      '$${a}',
      '${b}',
      '$$${c}',
    ]);
  });

  it('a value without any is left as it is', () => {
    const plain = fc.jsonValue().filter((value) => !JSON.stringify(value).includes('${'));
    const leaves = fc.property(plain, (value) => {
      expect(fill(value, {})).toEqual(value);
    });
    fc.assert(leaves);
  });

  it('what mentions the target is there for each, all else once', () => {
    const items = [
      { name: 'all', command: 'x' },
      { name: 'each', command: 'kill ${target}' },
    ];
    expect(expand(items, ['a', 'b'], {})).toEqual([
      { name: 'all', command: 'x' },
      { name: 'each (a)', command: 'kill a' },
      { name: 'each (b)', command: 'kill b' },
    ]);
  });
});
