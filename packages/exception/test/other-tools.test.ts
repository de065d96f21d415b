// SPDX-License-Identifier: Apache-2.0
// Failures that users of other tools met, each by its name. Those that the filter of all gates answers are in
// packages/core/test/finding/accepted-deviations.test.ts; those of runners stand beside the runners.
import { describe, expect, it } from 'vitest';
import { waive } from '../../core/src/finding/waiver.ts';
import { exceptionRegisterSchema, keysOfScope } from '../../core/src/finding/index.ts';
import { plant } from '../../core/test/input/tree.ts';
import { dueNotices } from '../src/notice/notices.ts';
import { surveyRegister } from '../src/audit/survey.ts';
import { stateAt } from '../src/lifecycle/state.ts';
import { daily, finding, leaveRuns, PATH, resultOf } from './evidence.ts';
import { gateRunOf, outcomeOf } from '../src/history/history.ts';
import { digest, entry, exception, type Fields, judge, NOW, register, REGISTER } from './stage.ts';

const PURL = 'pkg:npm/left-pad@1.3.0';
const BY_ALIAS = { rule: 'vex/affected', purl: PURL, vulnerability: 'CVE-2026-0001' };
const DAYS = daily('2026-05-10T06:00:00Z', 8);

describe('what went wrong elsewhere', () => {
  it('unused-warning-respects-alias: an exception that matches by another name of the vulnerability is in use', () => {
    const accepted = exception({ scope: BY_ALIAS, aliases: ['GHSA-aaaa-bbbb-cccc'] });
    const found = finding({ ruleId: 'vex/affected', subject: PURL, references: ['ghsa-aaaa-bbbb-cccc'] });
    const [waived] = waive([found], { exceptions: [accepted] }, NOW);
    expect(waived?.suppression?.by).toBe(accepted.id);
    const result = resultOf({ at: DAYS[0] ?? '', rules: ['vex/affected'], more: { waived: waived ? [waived] : [] } });
    const run = { at: NOW, path: 'r', gates: [gateRunOf({ ...result, schema: 'helios/gate-result/v1' } as never)] };
    expect(outcomeOf(accepted, keysOfScope(accepted.scope, accepted.aliases), run, new Set())).toBe('matched');
    expect(
      waive([{ ...found, references: ['CVE-2026-0002'] }], { exceptions: [accepted] }, NOW)[0]?.suppression,
    ).toBeUndefined();
  });

  it('duplicate-across-files-keeps-hidden: the same vulnerability by two names is one thing', async () => {
    const one = entry({ id: 'EXC-1', scope: BY_ALIAS, aliases: ['GHSA-aaaa-bbbb-cccc'] });
    const two = entry({ id: 'EXC-2', scope: { ...BY_ALIAS, vulnerability: 'ghsa-aaaa-bbbb-cccc' } });
    const { findings } = await judge({
      files: { [REGISTER]: register(one), 'controls/exceptions/more.yaml': register(two) },
    });
    expect(findings.map(({ ruleId, location }) => [ruleId, location.path])).toEqual([
      ['exception/duplicate-scope', REGISTER],
    ]);
  });

  it('silent-mass-expiry: every single end is announced before and after, and fails the gate', async () => {
    const many = Array.from({ length: 245 }, (_, index) =>
      entry({
        id: `EXC-${index}`,
        scope: { rule: 'words/forbidden', path: 'a.yml', fingerprint: digest(String(index)) },
      }),
    );
    const files = { [REGISTER]: register(...many) };
    const before = await judge({ files, now: new Date('2026-07-30T12:00:00Z') });
    expect([before.verdict, before.ids.filter((id) => id === 'exception/expires-soon').length]).toEqual(['pass', 245]);
    const after = await judge({ files, now: new Date('2026-08-01T00:00:00Z') });
    expect([after.verdict, after.ids.filter((id) => id === 'exception/expired').length]).toEqual(['fail', 245]);
    const entries = many.map((one, index) => ({
      exception: exception(one),
      path: REGISTER,
      at: ['exceptions', index],
    }));
    const told = (now: string, sent: readonly string[]) => {
      const history = { runs: [], controls: [], gone: new Set<string>() };
      const surveyed = surveyRegister(
        { entries, broken: [], files: [] },
        history,
        { warnHours: 72, staleAfter: 5, closeAfter: 3 },
        new Date(now),
      );
      return dueNotices(surveyed, new Set(sent), { warnHours: 72, everyHours: 24 }, new Date(now));
    };
    const warnings = told('2026-07-30T12:00:00Z', []);
    const ends = told(
      '2026-08-01T00:00:00Z',
      warnings.map(({ key }) => key),
    );
    expect([warnings.length, ends.length, new Set(ends.map(({ stage }) => stage))]).toEqual([
      245,
      245,
      new Set(['expired']),
    ]);
  });

  it('exception-shown-though-rule-passes: where its rule passes, an exception is unused and not in order', async () => {
    const root = plant({ [REGISTER]: register(entry()), [PATH]: 'a: b\n' });
    await leaveRuns(root, { at: DAYS[0] ?? '', used: ['EXC-2026-001'] }, { at: DAYS[1] ?? '' });
    expect((await judge({ root })).ids).toEqual(['exception/unused']);
  });

  it('undefined-input-does-not-deny: a register that says nothing that can be judged is refused, never passed', async () => {
    for (const text of [
      '',
      'null\n',
      '[]\n',
      '{}\n',
      'schema: helios/exceptions/v1\n',
      'schema: helios/exceptions/v1\nexceptions: null\n',
    ]) {
      expect((await judge({ files: { [REGISTER]: text } })).verdict).toBe('fail');
    }
  });

  it('audit-unused-expired-ineffective: each run gives all states, as figures', async () => {
    const at = (name: string): Fields => ({ rule: 'words/forbidden', path: PATH, fingerprint: digest(name) });
    const root = plant({
      [PATH]: 'a: b\n',
      [REGISTER]: register(
        entry({ id: 'EXC-1' }),
        entry({ id: 'EXC-2', scope: at('two'), expires: '2026-06-02' }),
        entry({ id: 'EXC-3', scope: at('three'), expires: '2026-05-20' }),
        entry({ id: 'EXC-4', scope: at('four'), approver: undefined }),
        entry({ id: 'EXC-5', scope: at('five'), approved: '2026-05-16' }),
        entry({ id: 'EXC-6', scope: {} }),
      ),
    });
    await leaveRuns(root, ...DAYS.map((day) => ({ at: day, counted: true })));
    const { metrics } = await judge({ root });
    expect(Object.fromEntries(metrics.map(({ id, value }) => [id, value]))).toEqual({
      'state.active': 3,
      'state.warned': 1,
      'state.expired': 1,
      'state.stale': 1,
      'state.ineffective': 1,
      'state.unused': 1,
      'state.invalid': 2,
      'closed.automatically': 0,
    });
  });

  it.each([
    ['as the first version wrote them', { risk: undefined, ticket: undefined }],
    ['closed, without when or why', { state: 'closed' }],
    ['as drafts without approval', { state: 'draft', approver: undefined, approved: undefined }],
  ])('exceptions-ignored-after-upgrade: entries %s are read and mean what they meant', (_, more) => {
    const parsed = exceptionRegisterSchema.parse({ schema: 'helios/exceptions/v1', exceptions: [entry(more)] });
    expect(parsed.exceptions).toEqual([entry(more)]);
    const [one] = parsed.exceptions;
    const [waived] = waive([finding()], { exceptions: parsed.exceptions }, NOW);
    expect(waived?.suppression?.by).toBe(one?.state === 'approved' ? 'EXC-2026-001' : undefined);
  });

  it('exceptions-ignored-after-upgrade: a format from the future is refused, not passed over', async () => {
    const files = { [REGISTER]: register(entry()).replace('/v1', '/v2') };
    expect((await judge({ files })).ids).toEqual(['exception/broken-entry']);
    const config = { 'helios.yaml': 'version: 1\nexceptions: [controls/exceptions/*.yaml]\n' };
    await expect(judge({ files: { ...files, ...config } })).rejects.toThrow('controls/exceptions/register.yaml');
  });

  it('deleted-file-entries-stay: an exception for a file that is gone is stale', async () => {
    const root = plant({ [REGISTER]: register(entry()) });
    await leaveRuns(root, ...DAYS.map((at) => ({ at, inputs: ['rules/new.yml'] })));
    expect((await judge({ root })).ids).toContain('exception/stale');
  });

  it('dismissal-never-expires: there is no state in which an exception is in effect for ever', () => {
    const one = exception({ expires: '2026-07-31' });
    for (const year of [2027, 2036, 2126]) {
      expect(stateAt(one, new Map(), new Date(`${year}-01-01`), 72)).toBe('expired');
    }
  });
});
