// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import type { Baseline, Exception, Finding, FindingDraft, Rule } from '../../src/finding/index.ts';

export const RULE: Rule = { id: 'words/forbidden', major: 1, level: 'error', title: 't', why: 'w', fix: 'f' };

export function draftOf(more: Partial<FindingDraft> = {}): FindingDraft {
  return { ruleId: RULE.id, path: 'a.yml', subject: 's', message: 'm', ...more };
}

export function findingOf(more: Partial<Finding> = {}): Finding {
  return {
    ruleId: RULE.id,
    level: 'error',
    message: 'm',
    location: { path: 'a.yml', line: 1 },
    subject: 's',
    fingerprint: digest('one'),
    remedy: 'f',
    ...more,
  };
}

export function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

export const TERMS = { owner: 'team', reason: 'legacy', expires: '2026-12-31' };

export function entryOf(more: Partial<Baseline['entries'][number]> = {}): Baseline['entries'][number] {
  return { fingerprint: digest('one'), rule: RULE.id, path: 'a.yml', subject: 's', ...TERMS, ...more };
}

export function exceptionOf(more: Partial<Exception> = {}): Exception {
  return {
    id: 'EXC-2026-001',
    title: 't',
    state: 'approved',
    severity: 'low',
    owner: 'team',
    requester: 'ada',
    approver: 'bob',
    reason: 'vendor',
    compensation: 'watched',
    requested: '2026-01-01',
    approved: '2026-01-02',
    expires: '2026-12-31',
    scope: { rule: RULE.id, path: 'a.yml', fingerprint: digest('one') },
    ...more,
  };
}

export const DAY = {
  before: new Date('2026-12-31T00:00:00.000Z'),
  lastMoment: new Date('2026-12-31T23:59:59.999Z'),
  after: new Date('2027-01-01T00:00:00.000Z'),
} as const;
