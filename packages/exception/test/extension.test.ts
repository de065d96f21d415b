// SPDX-License-Identifier: Apache-2.0
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type Called, call } from '../../core/test/cli/terminal.ts';
import { plant } from '../../core/test/input/tree.ts';
import { run } from '../src/cli.ts';
import { entry, type Fields, judge, register, REGISTER } from './stage.ts';

const IN_TIME = '2026-07-20T12:00:00Z';
const TOO_LATE = '2026-08-03T12:00:00Z';
const FLAGS = ['--expires', '2026-10-31', '--reason', 'The release is late.', '--requester', 'ada'];

const repository = (...entries: readonly Fields[]): string =>
  plant({
    'helios.yaml': 'version: 1\n',
    [REGISTER]: `# by hand\n${register(...(entries.length === 0 ? [entry()] : entries))}`,
  });
const extend = (root: string, now: string, ...args: readonly string[]): Promise<Called> =>
  call(run, { args: ['extend', 'EXC-2026-001', ...FLAGS, ...args], root, env: { HOME: root }, now: new Date(now) });
const held = (root: string): Fields[] =>
  (parse(readFileSync(join(root, REGISTER), 'utf8')) as { exceptions: Fields[] }).exceptions;

describe('an extension', () => {
  it('is a new entry that is linked to the old one, with an approval of its own', async () => {
    const root = repository();
    expect(await extend(root, IN_TIME, '--approver', 'grace', '--apply')).toMatchObject({
      exit: 0,
      stdout: 'added EXC-2026-002 (approved), which continues EXC-2026-001 until 2026-10-31\n',
    });
    expect(held(root)[0]).toEqual(entry());
    expect(held(root)[1]).toEqual(
      entry({
        id: 'EXC-2026-002',
        reason: 'The release is late.',
        requested: '2026-07-20T12:00:00.000Z',
        approved: '2026-07-20T12:00:00.000Z',
        expires: '2026-10-31',
        previous: 'EXC-2026-001',
      }),
    );
    expect(readdirSync(join(root, '.evidence/exceptions'))).toEqual([
      expect.stringMatching(/^extend-[0-9a-f]{12}\.intoto\.json$/),
    ]);
    expect((await judge({ root, now: new Date(IN_TIME) })).findings).toEqual([]);
    expect((await judge({ root, now: new Date(TOO_LATE) })).findings).toEqual([]);
  });

  it('is a draft as long as nobody has agreed', async () => {
    const root = repository();
    await extend(root, IN_TIME, '--apply');
    expect(held(root)[1]).toMatchObject({ state: 'draft' });
    expect(held(root)[1]).not.toHaveProperty('approved');
  });

  it('without --apply is only said', async () => {
    const root = repository();
    expect((await extend(root, IN_TIME, '--approver', 'grace')).stdout).toContain(
      'nothing was changed; --apply does it',
    );
    expect(held(root)).toEqual([entry()]);
  });

  it('reinstate-drops-requested-date: keeps the date that was asked for, or is refused; it is never another', async () => {
    const root = repository();
    const asked = await extend(root, IN_TIME, '--approver', 'grace', '--apply', '--expires', '2026-09-01T08:30:00Z');
    expect([asked.exit, held(root)[1]?.['expires']]).toEqual([0, '2026-09-01T08:30:00Z']);
    for (const [date, hint] of [
      ['2027-06-01', 'no more than 180 days'],
      ['soon', 'Write 2026-12-31.'],
      ['2026-02-30', 'Write 2026-12-31.'],
    ]) {
      const refused = await extend(repository(), IN_TIME, '--approver', 'grace', '--apply', '--expires', date ?? '');
      expect([refused.exit, refused.stderr]).toEqual([2, expect.stringContaining(hint ?? '')]);
    }
  });

  it('reinstate-loses-verified: keeps all that was known of the cause', async () => {
    const known = {
      risk: 'r',
      ticket: 'SEC-9',
      compensation: ['one', 'two'],
      close: { when: 'rule-green', runs: 7 },
      plan: [{ title: 'New rule', due: '2026-09-01', done: '2026-06-01' }],
    };
    const root = repository(entry(known));
    await extend(root, IN_TIME, '--approver', 'grace', '--apply');
    expect(held(root)[1]).toMatchObject(known);
  });

  it('extend-expired-without-review: an expired one needs a fresh look', async () => {
    const root = repository();
    expect(await extend(root, TOO_LATE, '--approver', 'grace', '--apply')).toMatchObject({
      exit: 2,
      stderr: expect.stringContaining('Have the risk looked at anew, and say by whom: --review NAME.'),
    });
    expect(held(root)).toHaveLength(1);
    expect((await extend(root, TOO_LATE, '--approver', 'grace', '--review', 'grace', '--apply')).exit).toBe(0);
    expect(held(root)[1]).toMatchObject({ review: { at: '2026-08-03T12:00:00.000Z', by: 'grace' } });
    expect((await judge({ root, now: new Date('2026-08-04') })).findings).toEqual([]);
  });

  it('extend-expired-without-review: also on the very day of its end', async () => {
    const root = repository(entry({ expires: '2026-07-20T11:00:00Z' }));
    expect((await extend(root, IN_TIME, '--approver', 'grace', '--apply')).exit).toBe(2);
  });

  it('requester-approves: is refused', async () => {
    expect(await extend(repository(), IN_TIME, '--approver', ' Ada')).toMatchObject({
      exit: 2,
      stderr: expect.stringContaining('Let somebody else approve.'),
    });
  });

  it('settles what it extends, also once it is closed itself', async () => {
    const root = repository();
    await extend(root, IN_TIME, '--approver', 'grace', '--apply');
    const [first, second] = held(root);
    const closed = { ...second, state: 'closed', end: { at: '2026-09-01', because: 'mended' } };
    const files = { [REGISTER]: register(first ?? {}, closed) };
    expect((await judge({ files, now: new Date('2026-09-02') })).findings).toEqual([]);
    const self = { ...second, approver: 'Ada' };
    const unsound = await judge({ files: { [REGISTER]: register(first ?? {}, self) }, now: new Date('2026-08-02') });
    expect(unsound.ids).toContain('exception/expired');
  });

  it('is granted once for each entry, and not for ever', async () => {
    const root = repository();
    await extend(root, IN_TIME, '--approver', 'grace', '--apply');
    expect((await extend(root, IN_TIME, '--approver', 'grace')).stderr).toContain(
      'EXC-2026-001 is continued by EXC-2026-002 already',
    );
    const again = ['extend', 'EXC-2026-002', ...FLAGS, '--approver', 'grace', '--expires', '2027-04-15'];
    const { exit, stderr } = await call(run, { args: again, root, env: { HOME: root }, now: new Date('2026-10-20') });
    expect([exit, stderr]).toEqual([2, expect.stringContaining('remove the cause')]);
  });

  it('of nothing is refused, with what may have been meant', async () => {
    const { exit, stderr } = await call(run, { args: ['extend', 'EXC-2026-01', ...FLAGS], root: repository() });
    expect([exit, stderr]).toEqual([2, expect.stringContaining('Did you mean EXC-2026-001?')]);
  });
});
