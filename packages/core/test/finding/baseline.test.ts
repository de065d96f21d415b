// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { acceptFindings, baselineSchema, EMPTY_BASELINE, pruneBaseline } from '../../src/finding/index.ts';
import { isInEffect } from '../../src/finding/baseline.ts';
import { DAY, digest, entryOf, findingOf, TERMS } from './drafts.ts';

const named = (name: string) => findingOf({ fingerprint: digest(name), subject: name });

describe('accepting findings', () => {
  it('writes down each with its fingerprint, who answers for it and until when', () => {
    expect(acceptFindings(EMPTY_BASELINE, [named('one')], TERMS)).toEqual({
      schema: 'helios/baseline/v1',
      entries: [entryOf({ subject: 'one' })],
    });
  });

  it('leaves entries alone whose findings are not open: they are covered', () => {
    const before = acceptFindings(EMPTY_BASELINE, [named('one')], TERMS);
    const after = acceptFindings(before, [named('two')], { ...TERMS, owner: 'others' });
    expect(after.entries.map(({ subject, owner }) => `${subject} ${owner}`).sort()).toEqual(['one team', 'two others']);
  });

  it('gives an entry new terms when its finding counts again', () => {
    const before = acceptFindings(EMPTY_BASELINE, [named('one')], TERMS);
    const after = acceptFindings(before, [named('one')], { ...TERMS, expires: '2027-06-30' });
    expect(after.entries).toEqual([entryOf({ subject: 'one', expires: '2027-06-30' })]);
  });

  it('never accepts that something could not be checked', () => {
    const unreadable = findingOf({ ruleId: 'core/unreadable-input' });
    expect(acceptFindings(EMPTY_BASELINE, [unreadable], TERMS)).toEqual(EMPTY_BASELINE);
  });

  it('gives one file for one set of findings, sorted, that its own schema takes', () => {
    const findings = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'), { maxLength: 6 });
    fc.assert(
      fc.property(findings, findings, (first, second) => {
        const accept = (before: typeof EMPTY_BASELINE, names: readonly string[]) =>
          acceptFindings(before, names.map(named), TERMS);
        const twice = accept(accept(EMPTY_BASELINE, first), second);
        expect(twice).toEqual(accept(EMPTY_BASELINE, [...new Set([...second, ...first])]));
        expect(baselineSchema.parse(twice)).toEqual(twice);
        expect(accept(twice, first)).toEqual(twice);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('pruning', () => {
  it('keeps exactly the entries whose findings are still there', () => {
    const before = acceptFindings(EMPTY_BASELINE, [named('one'), named('two')], TERMS);
    expect(pruneBaseline(before, [named('two'), named('three')]).entries).toEqual([
      entryOf({ fingerprint: digest('two'), subject: 'two' }),
    ]);
    expect(pruneBaseline(before, [])).toEqual(EMPTY_BASELINE);
  });

  it('removes an entry whose rule or path is not that of its fingerprint', () => {
    const before = { ...EMPTY_BASELINE, entries: [entryOf({ path: 'other.yml' })] };
    expect(pruneBaseline(before, [findingOf()]).entries).toEqual([]);
  });
});

it('an entry is in effect to the last moment of its day, UTC', () => {
  expect(isInEffect(entryOf(), DAY.lastMoment)).toBe(true);
  expect(isInEffect(entryOf(), DAY.after)).toBe(false);
});
