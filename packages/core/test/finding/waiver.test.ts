// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Exception, Finding } from '../../src/finding/index.ts';
import { waive, type Waivers } from '../../src/finding/waiver.ts';
import { DAY, digest, entryOf, exceptionOf, findingOf } from './drafts.ts';

const waived = (exception: Partial<Exception>, asOf = DAY.before, finding: Finding = findingOf()) =>
  waive([finding], { exceptions: [exceptionOf(exception)] }, asOf)[0]?.suppression;
const baselined = (entry: Parameters<typeof entryOf>[0], asOf = DAY.before, finding: Finding = findingOf()) =>
  waive([finding], { exceptions: [], baseline: { path: 'b.json', entries: [entryOf(entry)] } }, asOf)[0]?.suppression;

describe('an exception', () => {
  it('marks the finding that it names, and hides nothing of it', () => {
    const finding = findingOf();
    expect(waive([finding], { exceptions: [exceptionOf()] }, DAY.before)).toEqual([
      {
        ...finding,
        suppression: {
          kind: 'waived',
          by: 'EXC-2026-001',
          owner: 'team',
          reason: 'vendor',
          expires: '2026-12-31T23:59:59.999Z',
        },
      },
    ]);
  });

  it.each(['draft', 'revoked', 'closed'] as const)('that is %s suppresses nothing', (state) => {
    expect(waived({ state })).toBeUndefined();
  });

  it('that nobody approved suppresses nothing', () => {
    expect(waived({ approver: undefined })).toBeUndefined();
  });

  it.each(['ada', 'Ada', ' ada ', 'ADA\u200a', 'ａｄａ', 'ada\u00a0'])(
    'that %j approved for ada suppresses nothing',
    (approver) => {
      expect(waived({ approver })).toBeUndefined();
    },
  );

  it('suppresses to the last moment of its last day and not one longer', () => {
    expect(waived({}, DAY.lastMoment)).toMatchObject({ kind: 'waived' });
    expect(waived({}, DAY.after)).toBeUndefined();
    expect(waived({ expires: '2026-12-31T08:00:00Z' }, new Date('2026-12-31T08:00:00.001Z'))).toBeUndefined();
  });

  it('suppresses nothing but the finding whose rule, path and fingerprint it names', () => {
    const scope = exceptionOf().scope;
    expect(waived({ scope: { ...scope, fingerprint: digest('two') } })).toBeUndefined();
    expect(waived({ scope: { ...scope, rule: 'words/harmless' } })).toBeUndefined();
    expect(waived({ scope: { ...scope, path: 'other.yml' } })).toBeUndefined();
  });
});

describe('a baseline entry', () => {
  it('marks its finding with who answers for it', () => {
    expect(baselined({})).toEqual({
      kind: 'baselined',
      by: 'b.json',
      owner: 'team',
      reason: 'legacy',
      expires: '2026-12-31T23:59:59.999Z',
    });
  });

  it('suppresses nothing when past its date, or when it is about something else', () => {
    expect(baselined({}, DAY.after)).toBeUndefined();
    expect(baselined({ rule: 'words/harmless' })).toBeUndefined();
    expect(baselined({ path: 'other.yml' })).toBeUndefined();
  });

  it('gives way to an exception for the same finding, and takes its place when that expires', () => {
    const both = (asOf: Date) =>
      waive(
        [findingOf()],
        { exceptions: [exceptionOf({ expires: '2026-06-30' })], baseline: { path: 'b.json', entries: [entryOf()] } },
        asOf,
      )[0]?.suppression?.kind;
    expect(both(new Date('2026-06-30'))).toBe('waived');
    expect(both(new Date('2026-07-01'))).toBe('baselined');
  });
});

it('that something could not be checked is never suppressed', () => {
  const finding = findingOf({ ruleId: 'core/unreadable-input' });
  expect(waived({ scope: { ...exceptionOf().scope, rule: finding.ruleId } }, DAY.before, finding)).toBeUndefined();
  expect(baselined({ rule: finding.ruleId }, DAY.before, finding)).toBeUndefined();
});

it('what is in effect at any moment is what a look at each entry says', () => {
  const day = fc
    .integer({ min: 0, max: 20 })
    .map((offset) => new Date(Date.UTC(2026, 0, 1 + offset)).toISOString().slice(0, 10));
  const exception = fc.record({
    name: fc.nat(5),
    state: fc.constantFrom('draft', 'approved', 'revoked', 'closed'),
    approver: fc.constantFrom('ada', 'bob', undefined),
    expires: day,
  });
  const exceptions = fc.uniqueArray(exception, { maxLength: 6, selector: ({ name }) => name });
  const entries = fc.uniqueArray(fc.record({ name: fc.nat(5), expires: day }), {
    maxLength: 6,
    selector: ({ name }) => name,
  });
  fc.assert(
    fc.property(
      exceptions,
      entries,
      day,
      fc.integer({ min: 0, max: 86_399_999 }),
      (held, known, today, millisecond) => {
        const asOf = new Date(Date.parse(today) + millisecond);
        const waivers: Waivers = {
          exceptions: held.map(({ name, ...one }) =>
            exceptionOf({
              ...one,
              approved: '2025-12-31',
              scope: { ...exceptionOf().scope, fingerprint: digest(String(name)) },
            }),
          ),
          baseline: {
            path: 'b.json',
            entries: known.map(({ name, expires }) => entryOf({ expires, fingerprint: digest(String(name)) })),
          },
        };
        const findings = [0, 1, 2, 3, 4, 5].map((name) => findingOf({ fingerprint: digest(String(name)) }));
        const kinds = waive(findings, waivers, asOf).map(({ suppression }) => suppression?.kind);
        const naive = findings.map((_, name) => {
          if (
            held.some(
              (one) => one.name === name && one.state === 'approved' && one.approver === 'bob' && today <= one.expires,
            )
          )
            return 'waived';
          return known.some((one) => one.name === name && today <= one.expires) ? 'baselined' : undefined;
        });
        expect(kinds).toEqual(naive);
      },
    ),
    { numRuns: 3000 },
  );
});
