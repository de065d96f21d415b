// SPDX-License-Identifier: Apache-2.0
import type { Rule } from '@helios/core/finding';

const GOOD = {
  id: 'EXC-2026-001',
  title: 'Mapping of the old cloud trail rule',
  state: 'approved',
  severity: 'low',
  owner: "'@acme/detection'",
  requester: 'ada',
  approver: 'grace',
  reason: 'The rule is replaced with the next release.',
  risk: 'A technique is counted that nothing sees.',
  compensation: 'The vendor alerts on the same event.',
  ticket: 'SEC-1',
  requested: '2026-05-01',
  approved: '2026-05-02',
  expires: '2026-07-31',
  scope: `{rule: mapping/revoked-technique, path: rules/old.yml, fingerprint: ${'a1'.repeat(32)}}`,
} as const;

type Fields = Readonly<Partial<Record<string, string>>>;

/** Entries of a register, each the good one but for some fields; '' takes a field out. */
function register(...changes: readonly Fields[]): string {
  const entries = changes.map((change) => {
    const lines = Object.entries<string | undefined>({ ...GOOD, ...change }).flatMap(([key, value]) =>
      value === undefined || value === '' ? [] : [`${key}: ${value}`],
    );
    return `  - ${lines.join('\n    ')}\n`;
  });
  return `schema: helios/exceptions/v1\nexceptions:\n${entries.join('')}`;
}

const good = register({});
const OTHER = { id: 'EXC-2026-002', scope: GOOD.scope.replace('old', 'other') };
const EXPIRED = { state: 'closed', requested: '2026-03-01', approved: '2026-03-01', expires: '2026-04-30' };
const EXTENSION = { id: 'EXC-2026-002', previous: 'EXC-2026-001' };

export const RULES = [
  {
    id: 'exception/broken-entry',
    major: 1,
    level: 'error',
    title: 'An exception is not written as the schema says',
    why: 'What nobody can read with certainty grants nothing: a date that is malformed or missing is no date in the far future.',
    fix: 'Correct what the message names; controls/opa/policies/exception.schema.json says what there is.',
    example: { bad: register({ expires: 'never' }), good },
  },
  {
    id: 'exception/duplicate-id',
    major: 1,
    level: 'error',
    title: 'Two exceptions have one id',
    why: 'Evidence names the exception that a waiver rests on by its id.',
    fix: 'Give each entry an id of its own, also across files, and never use one again.',
    example: { bad: register({}, { ...OTHER, id: GOOD.id }), good: register({}, OTHER) },
  },
  {
    id: 'exception/duplicate-scope',
    major: 1,
    level: 'error',
    title: 'Two exceptions are about the same',
    why: 'When one expires, the other goes on hiding the finding, and nobody decided that.',
    fix: 'Close one of the two; to prolong an entry, extend it (`sec-exception extend`).',
    example: { bad: register({}, { id: 'EXC-2026-002' }), good: register({}, EXTENSION) },
  },
  {
    id: 'exception/excepts-itself',
    major: 1,
    level: 'error',
    title: 'An exception is from a rule about exceptions',
    why: 'It would allow itself, or others, to last longer or to be approved by whoever asked.',
    fix: 'Change the entry that breaks the rule, or the limits in helios.yaml where everybody can see it.',
    example: {
      bad: register({ scope: GOOD.scope.replace('mapping/revoked-technique', 'exception/over-maximum-duration') }),
      good,
    },
  },
  {
    id: 'exception/self-approval',
    major: 1,
    level: 'error',
    title: 'An exception was approved by whoever asked for it',
    why: 'Accepting a risk takes two: one who needs it and one who answers for it.',
    fix: 'Let somebody else decide.',
    example: { bad: register({ approver: 'Ada' }), good },
  },
  {
    id: 'exception/unapproved',
    major: 1,
    level: 'error',
    title: 'An exception says approved, but not by whom or when',
    why: 'It grants nothing as it is, and whoever reads it believes otherwise.',
    fix: 'Name `approver` and `approved`, or set `state: draft`.',
    example: { bad: register({ approver: '' }), good },
  },
  {
    id: 'exception/dates-out-of-order',
    major: 1,
    level: 'error',
    title: 'The dates of an exception contradict each other',
    why: 'An approval from before the request, or from the future, is none that anybody gave.',
    fix: 'Write the days on which it happened.',
    example: { bad: register({ approved: '2026-04-30' }), good },
  },
  {
    id: 'exception/over-maximum-duration',
    major: 1,
    level: 'error',
    title: 'An exception lasts longer than its severity allows',
    why: 'The more severe a risk is, the sooner somebody must look at it again.',
    fix: 'Let it expire within gates.exception.maxDays of its approval.',
    example: { bad: register({ expires: '2027-05-01' }), good },
  },
  {
    id: 'exception/broken-chain',
    major: 1,
    level: 'error',
    title: 'An extension does not belong to what it says it extends',
    why: 'The chain of entries shows how long one risk has been accepted in all; a broken one hides it.',
    fix: 'Name in `previous` the entry that was about the same.',
    example: { bad: register({ previous: 'EXC-2025-009' }), good },
  },
  {
    id: 'exception/unreviewed-extension',
    major: 1,
    level: 'error',
    title: 'An exception that had expired was extended without a review',
    why: 'Between the two nothing was accepted: that the risk is still worth it is for somebody to say anew.',
    fix: 'Have the risk looked at, and say by whom and when in `review`.',
    example: {
      bad: register(EXPIRED, EXTENSION),
      good: register(EXPIRED, { ...EXTENSION, review: '{at: 2026-05-01, by: grace}' }),
    },
  },
  {
    id: 'exception/endless-extension',
    major: 1,
    level: 'error',
    title: 'Extensions have made an exception permanent',
    why: 'A risk that is accepted time and again is a decision that nobody has taken as such.',
    fix: 'Remove the cause, or change the rule or the limit where everybody can see it.',
    example: {
      bad: register(
        { ...EXPIRED, severity: 'high', expires: '2026-03-31' },
        { ...EXTENSION, severity: 'high', requested: '2026-03-30', approved: '2026-03-31', expires: '2026-06-30' },
      ),
      good: register({ ...EXPIRED, expires: '2026-05-31' }, EXTENSION),
    },
  },
  {
    id: 'exception/expired',
    major: 1,
    level: 'error',
    wide: true,
    title: 'An exception has expired, and nobody has said what follows',
    why: 'Its finding counts again. Dates that pass unnoticed bring hundreds of findings back on one day.',
    fix: 'Mend the cause and set `state: closed`, or have it extended by a fresh decision.',
    example: { bad: register({ expires: '2026-05-31' }), good },
  },
  {
    id: 'exception/expires-soon',
    major: 1,
    level: 'warning',
    wide: true,
    title: 'An exception is about to expire',
    why: 'From its end on the finding fails the gate.',
    fix: 'Mend the cause, or decide about an extension now (`sec-exception extend`).',
    example: { bad: register({ expires: '2026-06-03' }), good },
  },
  {
    id: 'exception/stale',
    major: 1,
    level: 'error',
    wide: true,
    title: 'An exception matches nothing any more, and is still there',
    why: 'It would accept the same defect again, unseen, on the day it comes back.',
    fix: 'Close it: `sec-exception auto-close --apply`, or `state: closed` where its file is gone.',
  },
  {
    id: 'exception/control-passed',
    major: 1,
    level: 'error',
    wide: true,
    title: 'The control that an exception waits for has passed, and it is still there',
    why: 'The cause is gone where it runs; what is still accepted would be accepted again when it comes back.',
    fix: 'Close it: `sec-exception auto-close --apply`.',
  },
  {
    id: 'exception/unused',
    major: 1,
    level: 'note',
    wide: true,
    title: 'An exception matched nothing in the last runs',
    why: 'Its cause may be gone; the next runs will tell.',
    fix: 'Wait for `auto-close`, or close it.',
  },
  {
    id: 'exception/ineffective',
    major: 1,
    level: 'warning',
    wide: true,
    title: 'An exception is in effect to no effect',
    why: 'Its finding counts all the same, since the gate does not read this register or what binds it has changed; or nobody runs its rule, and nobody would see that it is stale.',
    fix: 'Name the register under `exceptions` in helios.yaml, correct the rule, or have what changed approved anew.',
  },
  {
    id: 'exception/effective-outside-its-dates',
    major: 1,
    level: 'error',
    wide: true,
    title: 'An exception suppressed a finding outside of its dates',
    why: 'The evidence shows a waiver that this register does not grant: one of the two was changed.',
    fix: 'Find out who changed the dates, and restore them.',
  },
  {
    id: 'exception/untraced-waiver',
    major: 1,
    level: 'error',
    wide: true,
    title: 'A finding was suppressed by an exception that nobody can find',
    why: 'A register is the memory of what was accepted: entries are closed, never deleted.',
    fix: 'Restore the entry, or name its register in gates.exception.include.',
  },
  {
    id: 'exception/plan-missed',
    major: 1,
    level: 'error',
    wide: true,
    title: 'A step towards the removal of the cause is overdue',
    why: 'The exception was granted on the word that this would be done by then.',
    fix: 'Do it and say so in `done`, or have a new plan approved.',
    example: {
      bad: register({ plan: '[{title: New rule written, due: 2026-05-15}]' }),
      good: register({ plan: '[{title: New rule written, due: 2026-05-15, done: 2026-05-14}]' }),
    },
  },
  {
    id: 'exception/incomplete',
    major: 1,
    level: 'warning',
    title: 'An exception does not say what it risks, or where the cause is worked on',
    why: 'Whoever approves must know what they accept; whoever inherits it must know what is left to do.',
    fix: 'Write `risk` and `ticket`.',
    example: { bad: register({ ticket: '' }), good },
  },
] as const satisfies readonly Rule[];
