// SPDX-License-Identifier: Apache-2.0
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TRUE } from '../stage.ts';
import { ended, Project } from './project.ts';
import { Shop, shopControl } from './shop.ts';

const THOROUGH = process.env['HELIOS_THOROUGH'] === '1';
/** From the journalled intent to the last look: request and side of its effect. */
const POINTS = Array.from({ length: 9 }, (_, index) => index + 3).flatMap((request) =>
  (['crash-before', 'crash-after'] as const).map((fault) => ({ request, fault })),
);

let shop: Shop;
beforeEach(async () => {
  shop = await Shop.open();
});
afterEach(() => shop.close());

describe('a runner that is killed', () => {
  // Each costs a process; the others are taken through in faults.test.ts on copies of the journal.
  it.each(POINTS.filter((_, index) => THOROUGH || index % 7 === 3))(
    'by SIGKILL at request $request ($fault) is made up for by the next one',
    async ({ request, fault }) => {
      const project = new Project([shopControl(shop)], [shop.host]);
      const child = project.spawn('run');
      shop.fault = (number) => (number === request ? fault : undefined);
      shop.crash = () => void child.kill('SIGKILL');
      expect(await ended(child)).toMatchObject({ signal: 'SIGKILL' });
      shop.fault = () => undefined;

      const { exit, stdout } = await project.run();
      expect([exit, shop.untouched]).toEqual([0, true]);
      expect(stdout.split('\n')[0]).toContain('inconclusive: the rollback was made up for later');
      const records = project.records();
      expect(records.map(({ outcome }) => outcome).sort()).toEqual(['inconclusive', 'pass']);
      const late = records.find(({ outcome }) => outcome === 'inconclusive');
      // Where the action had not begun there was nothing to verify.
      expect(late?.rollback?.verified).toBe(request > 3 ? true : undefined);
    },
  );

  it('is made up for although the files of the controls are wrong by then', async () => {
    const project = new Project([shopControl(shop)], [shop.host]);
    shop.fault = (request) => (shop.log[request - 1] === 'DELETE /switch/a' ? '500' : undefined);
    expect(await project.run()).toMatchObject({ exit: 1 });
    shop.fault = () => undefined;
    project.write('controls/ccv/alarm.yaml', 'no control at all');
    expect(await project.run()).toMatchObject({ exit: 2, stdout: expect.stringContaining('made up for later') });
    expect(shop.untouched).toBe(true);
  });

  it('leaves the record that it had not left', async () => {
    const project = new Project([shopControl(shop)], [shop.host]);
    // A file where the folder of the evidence should be: the run is over, and its record goes nowhere.
    writeFileSync(join(project.root, '.evidence'), '');
    expect(await project.run()).toMatchObject({ exit: 2, stderr: expect.stringContaining('cannot create') });
    const { exit } = await project.run('--evidence-dir', join(project.root, 'elsewhere'));
    expect([exit, shop.untouched]).toEqual([0, true]);
    expect(readdirSync(join(project.root, 'elsewhere/ccv'))).toHaveLength(2);
  });

  it('leaves no program behind that goes on with the action once it is undone', async () => {
    const project = new Project([
      {
        schema: 'helios/control/v1',
        id: 'slow',
        title: 'Slow',
        service: 'shop',
        tier: 1,
        owner: '@team',
        expires: '2099-01-01',
        health: { probes: [TRUE] },
        state: [{ name: 'true', kind: 'exec', command: ['true'] }],
        steady: [TRUE],
        action: [
          { name: 'begin', kind: 'write', path: 'begun', content: '' },
          { name: 'slow', kind: 'exec', command: ['sh', '-c', 'sleep 2; touch marker'] },
        ],
        verify: [TRUE],
        rollback: [
          { name: 'undo', kind: 'remove', path: 'marker' },
          { name: 'end', kind: 'remove', path: 'begun' },
        ],
      },
    ]);
    const child = project.spawn('run');
    while (!existsSync(join(project.root, 'begun'))) await new Promise((tick) => void setTimeout(tick, 10));
    await new Promise((tick) => void setTimeout(tick, 200));
    child.kill('SIGKILL');
    await ended(child);
    const { stdout } = await project.run();
    expect(stdout).toContain('made up for later');
    await new Promise((tick) => void setTimeout(tick, 2200));
    expect(existsSync(join(project.root, 'marker'))).toBe(false);
  });

  it('by Ctrl-C rolls back by itself and says so', async () => {
    const project = new Project([shopControl(shop)], [shop.host]);
    const child = project.spawn('run');
    shop.fault = (number) => {
      if (number !== 6) return undefined;
      child.kill('SIGINT');
      return 'hang';
    };
    const { exit, output } = await ended(child);
    expect([exit, shop.untouched]).toEqual([1, true]);
    expect(output).toContain('interrupted: rolling back what was begun');
    expect(project.records()).toMatchObject([{ outcome: 'inconclusive', rollback: { verified: true } }]);
  });
});
