// SPDX-License-Identifier: Apache-2.0
import type { ChildProcess } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type LoadedControl, loadControls } from '../../src/control/load.ts';
import { Journal } from '../../src/journal/journal.ts';
import { openPlace, withSession } from '../../src/run/session.ts';
import { lookOnce, reload } from '../../src/schedule/command.ts';
import type { Status } from '../../src/schedule/status.ts';
import { lookingControl } from '../stage.ts';
import { ended, Project } from '../run/project.ts';
import { Shop, shopControl } from '../run/shop.ts';

/** Each test has two ports of its own: tests of a file run one after the other, files at once. */
const PORT = 19_464;
const children: ChildProcess[] = [];

/** What commands touch; keeps what they say. */
function terminal() {
  const output = () => ({
    text: '',
    write(text: string) {
      this.text += text;
    },
    isTTY: false,
    columns: 80,
  });
  return { stdout: output(), stderr: output(), env: {}, now: () => new Date() };
}

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

let shop: Shop;
beforeEach(async () => {
  shop = await Shop.open();
});
afterEach(() => shop.close());

function start(project: Project, port: number): ChildProcess {
  const child = project.spawn('schedule', '--listen', `127.0.0.1:${port}`);
  children.push(child);
  return child;
}
const get = async (port: number, path: string): Promise<string> => {
  const response = await fetch(`http://127.0.0.1:${port}${path}`);
  return `${response.status} ${await response.text()}`;
};
const eventually = (port: number, path: string) =>
  expect.poll(() => get(port, path).catch(() => ''), { timeout: 20_000, interval: 50 });

/** Makes it look as if this control had been seen to long ago. */
async function missed(project: Project, control: string): Promise<void> {
  const journal = await Journal.open(join(project.state, 'journal.sqlite'));
  const at = '2026-01-01T00:00:00.000Z';
  journal.append({ event: 'fired', control, at, due: at });
  journal.end();
}

describe('sec-ccv schedule', () => {
  it('makes up once for what it missed, tells how it is, and stops gracefully', async () => {
    const project = new Project([shopControl(shop, { schedule: { cron: '0 0 * * *' } })], [shop.host]);
    await missed(project, 'alarm');
    const child = start(project, PORT);
    const end = ended(child);
    await eventually(PORT, '/metrics').toContain('helios_ccv_runs_total{control="alarm",outcome="pass"} 1\n');
    expect(await get(PORT, '/healthz')).toBe('200 leader\n');
    expect(await get(PORT, '/metrics')).toMatch(/^helios_ccv_next_run_timestamp_seconds \d+$/m);
    expect(await get(PORT, '/elsewhere')).toBe('404 /healthz or /metrics\n');
    expect((await fetch(`http://127.0.0.1:${PORT}/metrics`, { method: 'POST' })).status).toBe(405);
    child.kill('SIGTERM');
    expect(await end).toMatchObject({ exit: 0, output: expect.stringContaining('✔ alarm  pass') });
    expect([shop.untouched, project.records().length]).toEqual([true, 1]);
  });

  it('rolls back what it is at when it is stopped', async () => {
    const project = new Project([shopControl(shop, { schedule: { cron: '0 0 * * *' } })], [shop.host]);
    await missed(project, 'alarm');
    const child = start(project, PORT);
    shop.fault = (request) => {
      if (request !== 6) return undefined;
      child.kill('SIGTERM');
      return 'hang';
    };
    const { exit, output } = await ended(child);
    expect([exit, output]).toEqual([0, expect.stringContaining('? alarm  inconclusive: interrupted')]);
    expect(output).toContain('interrupted: rolling back what was begun\n');
    expect(shop.untouched).toBe(true);
  });

  it('has one leader; the next one takes over when that dies, and rolls back what it left', async () => {
    const [probe] = shopControl(shop).verify;
    const patient = { schedule: { cron: '0 0 * * *' }, verify: [{ ...probe, timeout: 'PT30S' }] };
    const project = new Project([shopControl(shop, patient)], [shop.host]);
    await missed(project, 'alarm');
    const hanging = Promise.withResolvers<void>();
    shop.fault = (request) => {
      if (request !== 6) return undefined;
      hanging.resolve();
      return 'hang';
    };
    const [first, second] = [start(project, PORT), start(project, PORT + 1)];
    await hanging.promise;
    for (const port of [PORT, PORT + 1]) await eventually(port, '/healthz').toMatch(/^200/);
    const roles = (await Promise.all([PORT, PORT + 1].map((port) => get(port, '/healthz')))).sort();
    expect(roles).toEqual(['200 leader\n', '200 standby\n']);
    const [leader, standby] = (await get(PORT, '/healthz')) === '200 leader\n' ? [first, PORT + 1] : [second, PORT];
    leader.kill('SIGKILL');
    await eventually(standby, '/healthz').toBe('200 leader\n');
    await eventually(standby, '/metrics').toContain(
      'helios_ccv_runs_total{control="alarm",outcome="inconclusive"} 1\n',
    );
    expect([shop.untouched, project.records()]).toMatchObject([true, [{ rollback: { verified: true } }]]);
  });

  it('goes on with the controls it has where a file is wrong, and is not healthy until that is mended', async () => {
    const project = new Project([lookingControl()]);
    const { stderr, ...io } = terminal();
    const place = await openPlace({}, { ...io, stderr, cwd: project.root });
    const status: Status = { role: 'leader', problem: '', looked: 0, pendingRollbacks: 0, runs: [] };
    const again = (before: readonly LoadedControl[]) =>
      reload(place, before, status, { ...io, stderr, cwd: project.root });
    const good = await again([]);
    project.write('controls/ccv/looks.yaml', { schema: 'helios/control/v1', id: 'looks', titel: '' });
    expect([await again(await again(good)), status.problem]).toEqual([
      good,
      expect.stringContaining('unknown key "titel"'),
    ]);
    // Once, not at every look.
    expect(stderr.text.match(/titel/g)).toHaveLength(1);
    project.write('controls/ccv/looks.yaml', lookingControl({ title: 'mended' }));
    expect([(await again(good))[0]?.control.title, status.problem]).toEqual(['mended', '']);
  });

  it('tries a rollback that failed again every hour, and nothing else with that control meanwhile', async () => {
    const control = shopControl(shop, { schedule: { cron: '*/10 * * * *' } });
    const project = new Project([control], [shop.host]);
    const start = Date.parse('2026-11-20T10:00:00Z');
    let minute = 0;
    const now = () => new Date(start + minute * 60_000);
    const io = { ...terminal(), now, cwd: project.root };
    const place = await openPlace({ state: project.state }, io);
    const status: Status = { role: 'leader', problem: '', looked: 0, pendingRollbacks: 0, retried: start, runs: [] };
    shop.fault = (request) => (shop.log[request - 1] === 'DELETE /switch/a' ? '500' : undefined);
    const told: string[] = [];
    await withSession(place, {}, io, async (session) => {
      const { controls } = await loadControls(project.root, place.options);
      const pace = { concurrency: 1, jitterMs: () => 0 };
      for (minute of [0, 10, 20, 59, 60, 70]) {
        if (minute === 60) shop.fault = () => undefined;
        await lookOnce(controls, session, status, pace, io, new AbortController().signal);
        told.push(
          `${minute}: ${status.runs
            .splice(0)
            .map(({ outcome }) => outcome)
            .join()} ${status.pendingRollbacks}`,
        );
      }
    });
    // Made up for, it may run again: at 60 it was due as well.
    expect(told).toEqual([
      '0:  0',
      '10: fail 1',
      '20: not-run 1',
      '59: not-run 1',
      '60: inconclusive,pass 0',
      '70: pass 0',
    ]);
    expect(shop.untouched).toBe(true);
  });

  it('does not start where its journal cannot be opened, instead of waiting for ever', async () => {
    const project = new Project([lookingControl()]);
    writeFileSync(
      join(project.state, 'journal.sqlite'),
      'no database at all, but as long as the header of one would be',
    );
    const { exit, output } = await ended(start(project, PORT));
    expect([exit, output]).toEqual([2, expect.stringContaining('the journal')]);
  });

  it('does not start on files that are wrong', async () => {
    const project = new Project([{ ...lookingControl(), schedule: { cron: 'at noon' } }]);
    expect(await project.call(['schedule'])).toMatchObject({ exit: 2, stderr: expect.stringContaining('schedule') });
  });

  it.each([
    ['--listen', 'nowhere', 'not host:port'],
    ['--concurrency', '0', 'not a number from 1 to 99'],
  ])('%s %s is refused', async (flag, value, problem) => {
    expect(await new Project([]).call(['schedule', flag, value])).toMatchObject({
      exit: 2,
      stderr: expect.stringContaining(problem),
    });
  });
});
