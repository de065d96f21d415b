// SPDX-License-Identifier: Apache-2.0
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { call } from '../../core/test/cli/terminal.ts';
import { plant } from '../../core/test/input/tree.ts';
import { run } from '../src/cli.ts';
import { daily, finding, leaveControlRun, leaveRuns, type Past, PATH } from './evidence.ts';
import { digest, entry, type Fields, type Judged, judge, register, REGISTER } from './stage.ts';

const DAYS = daily('2026-05-10T06:00:00Z', 10);

/** The verdict on one entry after some runs. */
async function after(
  runs: readonly Past[],
  more: Fields = {},
  files: Readonly<Record<string, string>> = { [PATH]: 'a: b\n' },
): Promise<Judged> {
  const root = plant({ [REGISTER]: register(entry(more)), ...files });
  await leaveRuns(root, ...runs);
  return judge({ root });
}

const green = (count: number): Past[] => DAYS.slice(0, count).map((at) => ({ at }));

describe('runs of other gates say whether an exception is needed', () => {
  it('one that they use is in order', async () => {
    expect((await after(DAYS.map((at) => ({ at, used: ['EXC-2026-001'] })))).findings).toEqual([]);
  });

  it('one that they do not is unused first, and stale after five green runs', async () => {
    expect(await after(green(4))).toMatchObject({ verdict: 'pass', ids: ['exception/unused'] });
    expect(await after(green(5))).toMatchObject({
      verdict: 'fail',
      ids: ['exception/stale'],
    });
  });

  it('only the last runs in a row count', async () => {
    const runs = green(9).map((one, index) => (index === 6 ? { ...one, used: ['EXC-2026-001'] } : one));
    expect((await after(runs)).findings[0]?.message).toContain('in the last 2 runs');
  });

  it.each<readonly [string, Partial<Past>]>([
    ['did not look at the file', { inputs: ['rules/new.yml'] }],
    ['checked nothing', { more: { verdict: 'nothing-checked', exit: 3, checked: 0 } }],
    ['was asked about other paths only', { paths: ['docs'] }],
    ['looked at a change only', { more: { scope: { base: 'a'.repeat(40), outside: 0 } } }],
  ])('a run that %s says nothing', async (_, more) => {
    expect((await after(DAYS.map((at) => ({ at, ...more })))).findings).toEqual([]);
  });

  it('a rule that no gate has run says nothing of use, and that is said', async () => {
    const runs = DAYS.map((at) => ({ at, rules: ['words/other'] }));
    expect((await after(runs.slice(0, 4))).findings).toEqual([]);
    expect((await after(runs)).findings).toMatchObject([
      {
        ruleId: 'exception/ineffective',
        message: 'EXC-2026-001 is in effect, and no gate of the last runs had the rule words/forbidden',
      },
    ]);
    const skipped = runs.map((one, index) =>
      index === 0 ? { ...one, rules: ['words/forbidden'], used: ['EXC-2026-001'] } : one,
    );
    expect((await after(skipped)).findings).toEqual([]);
  });

  it('a run that could not read the file says nothing', async () => {
    const unreadable = {
      ruleId: 'core/unreadable-input',
      level: 'error',
      message: 'm',
      location: { path: PATH },
      subject: 's',
      fingerprint: '0'.repeat(64),
      remedy: 'r',
    } as const;
    expect(
      (await after(DAYS.map((at) => ({ at, more: { findings: [unreadable], verdict: 'fail', exit: 1 } })))).findings,
    ).toEqual([]);
  });

  it('for an exception without a file, a run that could not read any file says nothing', async () => {
    const scope = { rule: 'words/forbidden', digest: `sha256:${digest('artifact')}` };
    const unreadable = finding({ ruleId: 'core/unreadable-input', location: { path: 'other.yml' } });
    const broken = DAYS.map((at) => ({ at, more: { findings: [unreadable], verdict: 'fail', exit: 1 } as const }));
    expect((await after(broken, { scope })).findings).toEqual([]);
    expect((await after(green(2), { scope })).ids).toEqual(['exception/unused']);
  });

  it('runs before the approval say nothing', async () => {
    expect((await after(green(10), { approved: '2026-05-16' })).findings[0]?.message).toContain('in the last 4 runs');
  });

  it('an exception whose finding counts all the same is ineffective', async () => {
    expect(await after([{ at: DAYS[0] ?? '', counted: true }])).toMatchObject({
      ids: ['exception/ineffective'],
      verdict: 'pass',
    });
  });

  it('an exception for a control in place is unused when the control passes, and then has to be closed', async () => {
    const root = plant({ [REGISTER]: register(entry({ scope: { control: 'mfa', service: 'web' } })) });
    await leaveControlRun(root, '2026-05-10T06:00:00Z', 'fail');
    expect((await judge({ root })).findings).toEqual([]);
    await leaveControlRun(root, '2026-05-11T06:00:00Z', 'pass', false);
    expect((await judge({ root })).findings).toEqual([]);
    await leaveControlRun(root, '2026-05-12T06:00:00Z', 'pass');
    await leaveControlRun(root, '2026-05-13T06:00:00Z', 'inconclusive');
    expect((await judge({ root })).findings.map(({ message }) => message)).toEqual([
      'EXC-2026-001 waits for a control that passed on 2026-05-12T06:00:00.000Z (mfa in web, 2026-05-12T06:00:00Z)',
      'EXC-2026-001 matched nothing in the last 1 run in which its rule ran',
    ]);
  });
});

describe('waivers are traced', () => {
  it('one of an exception that nobody can find is told of, with the run', async () => {
    const { findings } = await after([{ at: DAYS[0] ?? '', used: ['EXC-2026-001', 'EXC-2025-009'] }]);
    expect(findings).toMatchObject([{ ruleId: 'exception/untraced-waiver' }]);
    expect(findings[0]?.message).toMatch(
      /^EXC-2025-009 suppressed a finding in builds\/run-[0-9a-f]{12}\.json, and is not/,
    );
  });

  it('also to registers that are not judged now, where gates suppress by them', async () => {
    const root = plant({
      'helios.yaml': 'version: 1\nexceptions: [registers/*.yaml]\n',
      'registers/a.yaml': register(entry()),
      'registers/b.yaml': register(entry({ id: 'EXC-2', scope: { control: 'mfa', service: 'web' } })),
    });
    await leaveRuns(root, { at: DAYS[0] ?? '', used: ['EXC-2026-001'] });
    expect((await judge({ root }, 'registers/b.yaml')).findings).toEqual([]);
  });

  it.each([
    ['before it was approved', { approved: '2026-05-20' }],
    ['after it had expired', { expires: '2026-05-09', state: 'closed' }],
    ['after it was closed', { state: 'closed', end: { at: '2026-05-09', because: 'withdrawn' } }],
  ])('one that was used %s is told of', async (_, more) => {
    const { ids } = await after([{ at: DAYS[0] ?? '', used: ['EXC-2026-001'] }], more);
    expect(ids).toContain('exception/effective-outside-its-dates');
  });
});

describe('evidence', () => {
  it('that was changed is told of, and proves nothing', async () => {
    const root = plant({ [REGISTER]: register(entry()), [PATH]: 'a: b\n' });
    await leaveRuns(root, ...green(5));
    for (const name of readdirSync(join(root, '.evidence/gates')).filter((each) => /-[0-9a-f]{12}\.json$/.test(each))) {
      const file = join(root, '.evidence/gates', name);
      writeFileSync(file, readFileSync(file, 'utf8').replace('"checked":1', '"checked":2'));
    }
    const { findings } = await judge({ root });
    expect(findings).toMatchObject([
      { ruleId: 'core/unreadable-input', message: 'is not what its name says: it was changed after it was written' },
    ]);
  });

  it('of later runs is left aside, so that a verdict can be had again', async () => {
    const root = plant({ 'helios.yaml': 'version: 1\n', [REGISTER]: register(entry()), [PATH]: 'a: b\n' });
    await leaveRuns(root, ...green(3));
    const again = { args: ['check', '--no-cache', '--as-of', '2026-05-12T12:00:00Z'], root };
    await call(run, again);
    await leaveRuns(root, ...green(9).slice(3));
    await leaveControlRun(root, '2026-05-13T06:00:00Z', 'pass');
    await call(run, again);
    const results = readdirSync(join(root, '.evidence/gates')).filter((name) =>
      /^exception-[0-9a-f]{12}\.json$/.test(name),
    );
    expect(results).toHaveLength(1);
    expect(readFileSync(join(root, '.evidence/gates', results[0] ?? ''), 'utf8')).toContain('in the last 3 runs');
  });

  it('is not looked at where there are no exceptions: nothing rests on it', async () => {
    const root = plant({ [REGISTER]: register() });
    await leaveRuns(root, { at: DAYS[0] ?? '', used: ['EXC-2025-009'] });
    expect((await judge({ root })).verdict).toBe('pass');
  });
});
