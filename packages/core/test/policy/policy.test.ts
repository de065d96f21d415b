// SPDX-License-Identifier: Apache-2.0
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadPolicy } from '../../src/policy/index.ts';
import { errorOf, fixtureBundle } from './bundles.ts';

const behaviour = fixtureBundle('behaviour');
const policy = loadPolicy(behaviour);
const about = (document: unknown) => ({ document, path: 'a.yaml', as_of: '2026-11-21T12:00:00.000Z' });

describe('a loaded policy', () => {
  it('lists its entrypoints, sorted', () => {
    expect(policy.entrypoints).toEqual([
      'disordered/decision',
      'echo/decision',
      'hungry/decision',
      'misshapen/decision',
      'silent/decision',
      'torn/decision',
    ]);
  });

  it.each([
    ['null', null, 'null null'],
    ['false', false, 'boolean false'],
    ['zero', 0, 'number 0'],
    ['the empty string', '', 'string ""'],
    ['an empty list', [], 'array []'],
  ])('sees %s as a document, not as the lack of one', (_, document, msg) => {
    expect(policy.decide('echo/decision', about(document)).violations).toMatchObject([{ msg }]);
  });

  it('sees the path and the time that it is given, and nothing else', () => {
    expect(policy.decide('echo/decision', about(1))).toEqual({
      violations: [
        { id: 'seen', severity: 'note', path: [], subject: 'a.yaml', msg: 'number 1', fix: '2026-11-21T12:00:00.000Z' },
      ],
      checked: 1,
    });
  });

  it('does not pass what is undefined', async () => {
    expect(policy.decide('silent/decision', about('please'))).toEqual({ violations: [], checked: 1 });
    const error = await errorOf(() => policy.decide('silent/decision', about('now')));
    expect(error).toMatchObject({ code: 'policy', detail: { path: 'a.yaml' } });
    expect(error.message).toContain('`silent/decision` is undefined');
  });

  const violation = { id: 'a-b', severity: 'error', path: ['a', 0], subject: 's', msg: 'm', fix: 'f' };
  it.each([
    ['a boolean', true],
    ['an empty object', {}],
    ['no count', { violations: [] }],
    ['a negative count', { violations: [], checked: -1 }],
    ['half a thing checked', { violations: [], checked: 0.5 }],
    ['more than was asked', { violations: [], checked: 1, allow: true }],
    ['violations that are words', { violations: ['bad'], checked: 1 }],
    ['an unknown severity', { violations: [{ ...violation, severity: 'fatal' }], checked: 1 }],
    ['an id with spaces', { violations: [{ ...violation, id: 'a b' }], checked: 1 }],
    ['a path that is text', { violations: [{ ...violation, path: 'a.0' }], checked: 1 }],
    ['a negative index', { violations: [{ ...violation, path: [-1] }], checked: 1 }],
    ['an empty message', { violations: [{ ...violation, msg: '' }], checked: 1 }],
    ['an unknown key', { violations: [{ ...violation, url: 'x' }], checked: 1 }],
  ])('does not pass an answer of another shape: %s', async (_, answer) => {
    const error = await errorOf(() => policy.decide('misshapen/decision', about(answer)));
    expect(error.message).toContain('answered in another shape');
  });

  it('takes the shape itself', () => {
    expect(policy.decide('misshapen/decision', about({ violations: [violation], checked: 3 }))).toEqual({
      violations: [violation],
      checked: 3,
    });
  });

  it('turns the strings that the library throws into errors, and answers the next question rightly', async () => {
    const error = await errorOf(() => policy.decide('torn/decision', about('clash')));
    expect(error.message).toMatch(/^`torn\/decision` failed while evaluating: .*conflict/);
    expect(policy.decide('torn/decision', about('calm'))).toEqual({ violations: [], checked: 1 });
    expect(policy.decide('echo/decision', about(7)).violations[0]?.msg).toBe('number 7');
  });

  it('stops at its memory limit, and answers the next question from a fresh instance', async () => {
    const small = loadPolicy(behaviour, 2 * 1024 * 1024);
    expect(small.decide('hungry/decision', about(1000)).checked).toBe(1000);
    const error = await errorOf(() => small.decide('hungry/decision', about(1_000_000)));
    expect(error).toMatchObject({ code: 'policy', detail: { path: 'a.yaml' } });
    expect(small.decide('hungry/decision', about(1000)).checked).toBe(1000);
  });

  it('stops at its memory limit for a document that is larger', async () => {
    const small = loadPolicy(behaviour, 2 * 1024 * 1024);
    const error = await errorOf(() => small.decide('echo/decision', about('x'.repeat(3 * 1024 * 1024))));
    expect(error.code).toBe('policy');
    expect(small.decide('echo/decision', about(1)).checked).toBe(1);
  });

  it('names its entrypoints to whoever asks for another', async () => {
    const error = await errorOf(() => policy.decide('echo', about(1)));
    expect(error).toMatchObject({ code: 'policy', message: 'no entrypoint `echo` in the module' });
    expect(error.detail.hint).toContain('echo/decision');
  });

  it.each([
    ['not a number', Number.NaN],
    ['infinity', Number.POSITIVE_INFINITY],
    ['an integer above 2^53', 2 ** 53],
    ['a bigint', 1n],
    ['undefined', undefined],
  ])('refuses a document that would change on the way: %s', async (_, value) => {
    const error = await errorOf(() => policy.decide('echo/decision', about({ list: [1, value] })));
    expect(error).toMatchObject({ code: 'input', detail: { path: 'a.yaml' } });
  });

  it('sorts violations by id, then by path with numbers as numbers, then by the rest', () => {
    const { violations } = policy.decide('disordered/decision', about(1));
    expect(
      violations.map(({ id, path, subject, severity }) => [id, path.join('/'), subject, severity].join(' ')),
    ).toEqual([
      'a items s error',
      'a items s note',
      'a items t error',
      'a items/2 s error',
      'a items/2/name s error',
      'a items/10 s error',
      'a items/2 s error',
      'b  s error',
    ]);
  });

  it('loses nothing of any document that JSON can say', () => {
    const json = fc
      .jsonValue({ noUnicodeString: false })
      // -0 is written as 0.
      .map((value): unknown => JSON.parse(JSON.stringify(value)))
      .filter((value) => !/[eE]|-0|\d{15}/.test(JSON.stringify(value)));
    fc.assert(
      fc.property(json, (document) => {
        const msg = policy.decide('echo/decision', about(document)).violations[0]?.msg ?? '';
        expect(JSON.parse(msg.slice(msg.indexOf(' ') + 1))).toEqual(document);
      }),
    );
  });
});

describe('a module that leans on its host', () => {
  it.each([
    ['the clock', 'time.now_ns'],
    ['the network', 'http.send'],
    ['hashing', 'crypto.sha256'],
    ['tokens', 'io.jwt.decode'],
    ['versions', 'semver.compare'],
    ['randomness', 'rand.intn'],
    ['the library, which answers otherwise than opa', 'sprintf'],
  ])('is refused before it is asked anything: %s', async (_, name) => {
    const error = await errorOf(() => loadPolicy(fixtureBundle('host')));
    expect(error).toMatchObject({ code: 'policy', detail: { path: 'fixtures/host/policy.wasm' } });
    expect(error.message).toContain(name);
  });
});
