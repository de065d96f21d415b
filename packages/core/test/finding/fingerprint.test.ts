// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FindingDraft } from '../../src/finding/index.ts';
import { countOccurrences, fingerprintOf } from '../../src/finding/fingerprint.ts';
import { draftOf } from './drafts.ts';

const RUNS = { numRuns: 5000 };
const text = fc.string({ unit: 'binary', maxLength: 20 });
const plain = fc.stringMatching(/^[a-zA-Z0-9 ._/-]{0,12}$/);
const cause = fc.record({
  ruleId: fc.constantFrom('a/x', 'a/y'),
  path: fc.stringMatching(/^[a-z/.]{1,10}$/),
  subject: plain,
  matched: plain,
});
const dress = fc.record({
  message: text,
  remedy: text,
  owner: text,
  line: fc.nat(),
  column: fc.nat(),
  at: fc.record({ document: fc.nat(3), pointer: fc.array(fc.oneof(plain, fc.nat(9)), { maxLength: 3 }) }),
  references: fc.array(text, { maxLength: 2 }),
  level: fc.constantFrom('error', 'warning', 'note'),
});
const fold = (value: string): string => value.normalize('NFC').replace(/\s+/g, ' ').trim();

describe('a fingerprint', () => {
  it('is 64 hex digits, always the same ones', () => {
    expect(fingerprintOf(draftOf(), 1, 0)).toBe('4c5a8e990d5634bc96cd3b3996e38b8ef8ea5e8a7d8d9363cc31cb7ea73152da');
  });

  it('does not see where a finding is, how it is worded, graded or owned', () => {
    fc.assert(
      fc.property(cause, dress, dress, fc.nat(3), (what, one, other, occurrence) => {
        const [a, b] = [
          { ...what, ...one },
          { ...what, ...other },
        ] as FindingDraft[];
        if (!a || !b) return;
        expect(fingerprintOf(a, 1, occurrence)).toBe(fingerprintOf(b, 1, occurrence));
      }),
      RUNS,
    );
  });

  it('differs when rule, its major version, path, subject, offending text or number differ', () => {
    const whole = fc.tuple(cause, fc.integer({ min: 1, max: 2 }), fc.nat(2));
    fc.assert(
      fc.property(whole, whole, ([a, majorA, nA], [b, majorB, nB]) => {
        const key = (one: typeof a, major: number, n: number): string =>
          JSON.stringify([one.ruleId, major, one.path, fold(one.subject), fold(one.matched), n]);
        const same = key(a, majorA, nA) === key(b, majorB, nB);
        const equal = fingerprintOf(draftOf(a), majorA, nA) === fingerprintOf(draftOf(b), majorB, nB);
        expect(equal).toBe(same);
      }),
      RUNS,
    );
  });

  it('cannot be shared by moving text from one part to the next', () => {
    const print = (subject: string, matched: string): string => fingerprintOf(draftOf({ subject, matched }), 1, 0);
    expect(new Set([print('a', 'b'), print('ab', ''), print('', 'ab'), print('a"', '"b'), print('a,b', '')]).size).toBe(
      5,
    );
  });

  it('sees neither Unicode form nor white space in subject and text', () => {
    fc.assert(
      fc.property(
        text,
        fc.array(fc.constantFrom(' ', '\n', '\t', '\r\n', '\u00a0'), { minLength: 1, maxLength: 3 }),
        (word, space) => {
          const print = (subject: string): string => fingerprintOf(draftOf({ subject, matched: subject }), 1, 0);
          expect(print(`${space.join('')}${word.normalize('NFD')} x`)).toBe(
            print(`${word.normalize('NFC')}${space.join('')}x`),
          );
        },
      ),
      RUNS,
    );
  });

  it('can be given to text that is no Unicode', () => {
    expect(fingerprintOf(draftOf({ matched: 'a\ud800' }), 1, 0)).toMatch(/^[0-9a-f]{64}$/);
  });
});

describe('equal findings of a file', () => {
  it('are numbered in their order, each cause apart', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('p', 'q', 'r'), { maxLength: 12 }), (subjects) => {
        const numbers = countOccurrences(subjects.map((subject) => draftOf({ subject })));
        expect(numbers).toEqual(
          subjects.map((subject, at) => subjects.slice(0, at).filter((other) => other === subject).length),
        );
      }),
      RUNS,
    );
  });

  it('are equal also in another Unicode form', () => {
    expect(countOccurrences([draftOf({ subject: 'é' }), draftOf({ subject: 'e\u0301' })])).toEqual([0, 1]);
  });
});
