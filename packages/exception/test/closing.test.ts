// SPDX-License-Identifier: Apache-2.0
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { verifyEvidence } from '../../core/src/evidence/index.ts';
import { type Called, call } from '../../core/test/cli/terminal.ts';
import { addTo, plant } from '../../core/test/input/tree.ts';
import { run } from '../src/cli.ts';
import { daily, leaveControlRun, leaveRuns, PATH } from './evidence.ts';
import { entry, type Fields, judge, NOW, register, REGISTER } from './stage.ts';

const DAYS = daily('2026-05-20T06:00:00Z', 8);

const autoClose = (root: string, ...args: readonly string[]): Promise<Called> =>
  call(run, { args: ['auto-close', ...args], root, env: { HOME: root }, now: NOW });
const registerOf = (root: string): string => readFileSync(join(root, REGISTER), 'utf8');

async function repository(greenRuns: number, more: Fields = {}): Promise<string> {
  const root = plant({
    'helios.yaml': 'version: 1\n',
    [PATH]: 'a: b\n',
    [REGISTER]: `# by hand\n${register(entry(more))}`,
  });
  await leaveRuns(root, ...DAYS.slice(0, greenRuns).map((at) => ({ at })));
  return root;
}

describe('auto-close', () => {
  it('says first what it would do, and changes nothing', async () => {
    const root = await repository(3);
    const before = registerOf(root);
    const { exit, stdout } = await autoClose(root);
    expect(exit).toBe(0);
    expect(stdout.replaceAll(/[0-9a-f]{12}/g, '<digest>')).toBe(
      'would close EXC-2026-001 (Mapping of the old rule): rule-green, 3 in a row, the last builds/run-<digest>.json\nnothing was changed; --apply does it\n',
    );
    expect(registerOf(root)).toBe(before);
  });

  it('closes after three green runs, keeps comments, and leaves a proof that verifies', async () => {
    const root = await repository(3);
    expect((await autoClose(root, '--apply')).exit).toBe(0);
    expect(registerOf(root)).toMatch(/^# by hand\n/);
    expect(registerOf(root)).toContain(
      '    state: closed\n    end:\n      at: 2026-05-22T06:00:00.000Z\n      because: rule-green\n',
    );
    expect((await judge({ root })).verdict).toBe('pass');
    const [name = ''] = readdirSync(join(root, '.evidence/exceptions'));
    expect(name).toMatch(/^auto-close-[0-9a-f]{12}\.intoto\.json$/);
    expect(JSON.parse(readFileSync(join(root, '.evidence/exceptions', name), 'utf8'))).toMatchObject({
      predicateType: 'urn:helios:record:exception-closing/v1',
      subject: [{ name: REGISTER }],
      predicate: { closed: [{ id: 'EXC-2026-001', because: 'rule-green' }] },
    });
    const { problems } = await verifyEvidence(join(root, '.evidence'), { publicKeys: [], requireSigned: false });
    expect(problems).toEqual([]);
    expect((await autoClose(root, '--apply')).stdout).toBe('nothing to close\n');
  });

  it('waits for as many runs as the exception says', async () => {
    const close = { when: 'rule-green', runs: 5 };
    expect((await autoClose(await repository(4, { close }))).stdout).toBe('nothing to close\n');
    expect((await autoClose(await repository(5, { close }))).stdout).toContain('5 in a row');
  });

  it('is never moved by runs in which the rule did not run', async () => {
    const root = await repository(2);
    await leaveRuns(root, ...daily('2026-05-24T06:00:00Z', 5).map((at) => ({ at, rules: ['words/other'] })));
    await leaveRuns(root, ...daily('2026-05-24T07:00:00Z', 5).map((at) => ({ at, inputs: ['x.yml'] })));
    expect((await autoClose(root)).stdout).toBe('nothing to close\n');
  });

  it('closes what waits for a control once it passes in place, and not on a rollback that was not verified', async () => {
    const root = await repository(0, { close: { when: 'control-pass', control: 'mfa', service: 'web' } });
    await leaveControlRun(root, '2026-05-21T00:00:00Z', 'pass', false);
    await leaveControlRun(root, '2026-04-01T00:00:00Z', 'pass');
    expect((await autoClose(root)).stdout).toBe('nothing to close\n');
    await leaveControlRun(root, '2026-05-22T00:00:00Z', 'pass');
    expect((await autoClose(root, '--apply')).stdout).toBe(
      'closed EXC-2026-001 (Mapping of the old rule): control-pass, 1 in a row, the last mfa in web, 2026-05-22T00:00:00Z\n',
    );
    expect(registerOf(root)).toContain('because: control-pass');
  });

  it('is asked for by the gate, a day after the control passed, until it is done', async () => {
    const root = await repository(0, { close: { when: 'control-pass', control: 'mfa', service: 'web' } });
    const findings = async (day: string): Promise<readonly string[]> =>
      (await judge({ root, now: new Date(`${day}T01:00:00Z`) })).ids;
    expect(await findings('2026-05-22')).not.toContain('exception/control-passed');
    await leaveControlRun(root, '2026-05-22T00:00:00Z', 'pass');
    expect(await findings('2026-05-22')).not.toContain('exception/control-passed');
    const late = await judge({ root, now: new Date('2026-05-23T01:00:00Z') });
    expect(late).toMatchObject({ exit: 1, verdict: 'fail' });
    expect(late.ids).toContain('exception/control-passed');
    expect((await autoClose(root, '--apply')).exit).toBe(0);
    expect(await findings('2026-06-02')).not.toContain('exception/control-passed');
  });

  it('leaves a control that failed again alone', async () => {
    const root = await repository(0, { scope: { control: 'mfa', service: 'web' } });
    await leaveControlRun(root, '2026-05-22T00:00:00Z', 'pass');
    await leaveControlRun(root, '2026-05-23T00:00:00Z', 'fail');
    expect((await autoClose(root)).stdout).toBe('nothing to close\n');
  });

  it('proposes a change where it is told to, and leaves the register alone', async () => {
    const root = await repository(3);
    const git = (...args: string[]) =>
      execFileSync('git', ['-C', root, '-c', 'user.name=a', '-c', 'user.email=a@b', ...args]);
    git('init', '-q', '-b', 'main');
    git('add', REGISTER);
    git('commit', '-qm', 'x');
    const before = registerOf(root);
    const config = 'version: 1\nconnectors:\n  sink: {kind: file, path: sink.ndjson}\n';
    addTo(root, { 'helios.yaml': config });
    const { exit, stdout } = await autoClose(root, '--to', 'sink', '--apply');
    expect([exit, stdout]).toEqual([0, expect.stringContaining('created change: Close EXC-2026-001')]);
    expect(registerOf(root)).toBe(before);
    const record = JSON.parse(readFileSync(join(root, 'sink.ndjson'), 'utf8')) as { files: Record<string, string> };
    expect(Buffer.from(record.files[REGISTER] ?? '', 'base64').toString()).toContain('state: closed');
    await leaveRuns(root, ...DAYS.slice(3, 6).map((at) => ({ at })));
    expect((await autoClose(root, '--to', 'sink', '--apply')).stdout).toBe('sink is as it should be\n');
    git('checkout', '-q', '--detach');
    expect((await autoClose(root, '--to', 'sink')).stderr).toContain('Name the branch that it is for: --base main.');
  });

  it('refuses a clock that stands before what was recorded', async () => {
    const root = await repository(3);
    const { exit, stderr } = await call(run, {
      args: ['auto-close', '--apply'],
      root,
      env: { HOME: root },
      now: new Date('2026-05-21'),
    });
    expect([exit, stderr]).toEqual([2, expect.stringContaining('the clock stands before the last recorded run')]);
  });

  it('acts on no register that is broken', async () => {
    const root = await repository(3, { expires: 'never' });
    expect((await autoClose(root, '--apply')).exit).toBe(2);
  });
});
