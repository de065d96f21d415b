// SPDX-License-Identifier: Apache-2.0
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ControlRun } from '@helios/core/record';
import { Halt, type Runner } from '../../src/run/runner.ts';
import { recover } from '../../src/run/recover.ts';
import { drawMetrics } from '../../src/schedule/status.ts';
import { runnerOn, runOf, worldWith } from '../stage.ts';
import { Shop, shopControl } from './shop.ts';

let shop: Shop;
let runner: Runner;

beforeEach(async () => {
  shop = await Shop.open();
  runner = await runnerOn(worldWith([shop.host]));
});
afterEach(() => shop.close());

const run = (more: Readonly<Record<string, unknown>> = {}, signal?: AbortSignal): Promise<ControlRun> =>
  runOf(shopControl(shop, more), runner, signal);
const rollbacks = (): string[] => shop.log.filter((line) => line.startsWith('DELETE'));
const at = (line: string, fault: '404' | '500' | 'no-data' | 'partial' | 'hang', times = 1): void => {
  let left = times;
  shop.fault = (request) => (shop.log[request - 1] === line && left-- > 0 ? fault : undefined);
};

describe('what failed in tools like this one', () => {
  it('chaostoolkit #258, #195, lib #189: a control that deviates is rolled back without being asked to', async () => {
    shop.alarm = false;
    expect(await run()).toMatchObject({ outcome: 'fail', rollback: { verified: true } });
    expect([shop.untouched, rollbacks()]).toEqual([true, ['DELETE /switch/b', 'DELETE /switch/a']]);
  });

  it('chaostoolkit #195, lib #189: a step of the action that fails is rolled back with those before it', async () => {
    at('PUT /switch/b', '500');
    expect(await run()).toMatchObject({ outcome: 'inconclusive', rollback: { verified: true } });
    expect(shop.untouched).toBe(true);
  });

  it('chaostoolkit #195: an interrupt rolls back, too', async () => {
    const interrupt = new AbortController();
    at('GET /alarm', 'hang');
    const ended = run({}, interrupt.signal);
    while (!shop.log.includes('GET /alarm')) await new Promise((tick) => void setTimeout(tick, 5));
    interrupt.abort(new Halt('interrupted'));
    expect(await ended).toMatchObject({ outcome: 'inconclusive', reason: 'interrupted', rollback: { verified: true } });
    expect(shop.untouched).toBe(true);
  });

  it('chaostoolkit-lib #190: the rollback also runs where the first steady state failed', async () => {
    shop.switches.add('a');
    // It has changed something, although the action was never begun: that is told of, too.
    expect(await run()).toMatchObject({
      outcome: 'fail',
      reason: expect.stringContaining('the rollback left differences'),
    });
    expect(rollbacks()).toHaveLength(2);
    expect(shop.log.some((line) => line.startsWith('PUT'))).toBe(false);
  });

  it('chaostoolkit-lib #190: and is not to blame for a service that was down before', async () => {
    shop.serving = false;
    const record = await run();
    expect(record).toMatchObject({
      outcome: 'inconclusive',
      reason: expect.stringContaining('the steady state did not hold before the action'),
    });
    expect([record.rollback, runner.journal.unsettled()]).toEqual([undefined, []]);
  });

  it('chaostoolkit-lib #94: a run whose rollback fails is no success, although the control worked', async () => {
    at('DELETE /switch/a', '500', 3);
    const record = await run();
    expect(record).toMatchObject({ outcome: 'fail', rollback: { verified: false } });
    expect(record.reason).toContain('the rollback failed: "DELETE a"');
    expect(runner.journal.unsettled()).toHaveLength(1);
  });

  it('chaostoolkit-lib #94: nor is one after which the service is down, although every step of the rollback worked', async () => {
    // The answer to the last look: 500 once the rollback is over.
    shop.fault = (request) => (shop.log[request - 1] === 'GET /steady' && rollbacks().length === 2 ? '500' : undefined);
    expect(await run()).toMatchObject({ outcome: 'fail', rollback: { verified: false } });
  });

  it('Stratus #567: an action that was done by half is taken back to where it began, and that is looked at', async () => {
    at('PUT /switch/b', 'partial');
    const record = await run();
    expect(record).toMatchObject({ outcome: 'inconclusive', rollback: { verified: true } });
    expect(record.rollback?.transcript?.before).toEqual(record.rollback?.transcript?.after);
    expect(shop.untouched).toBe(true);
  });

  it('Stratus #567: a rollback that only cleans up, and leaves something changed, is told by where it differs', async () => {
    const [first] = shopControl(shop).rollback ?? [];
    const record = await run({ rollback: [first], steady: [{ ...shopControl(shop).health?.probes[0], name: 'up' }] });
    expect(record).toMatchObject({
      outcome: 'fail',
      reason: expect.stringContaining('the rollback left differences: /switches/body/switches'),
      rollback: { verified: false, transcript: { residual: ['/switches/body/switches'] } },
    });
  });

  it('Stratus #167, #298: a rollback is not stuck where what it would undo is gone already', async () => {
    shop.fault = (request) => {
      if (shop.log[request - 1] === 'DELETE /switch/b') shop.switches.delete('b');
      return undefined;
    };
    expect(await run()).toMatchObject({ outcome: 'pass', rollback: { verified: true } });
  });

  it('Stratus #167: "it is gone" is believed of a step, and still looked at', async () => {
    at('DELETE /switch/b', '404');
    expect(await run()).toMatchObject({ outcome: 'fail', rollback: { verified: false } });
  });

  it('atomic-red-team #828, #1841: a rollback is repeated until it works, and the next runner repeats it again', async () => {
    at('DELETE /switch/a', '500', 2);
    expect(await run()).toMatchObject({ outcome: 'pass', rollback: { verified: true } });
    at('DELETE /switch/a', '500', 3);
    expect(await run()).toMatchObject({ outcome: 'fail', rollback: { verified: false } });
    expect(await recover(runner)).toMatchObject([{ outcome: 'inconclusive', rollback: { verified: true } }]);
    expect([shop.untouched, runner.journal.unsettled()]).toEqual([true, []]);
  });

  it('Argo Rollouts #3850, PR #3873: what is inconclusive never becomes a pass, however well it ends', async () => {
    at('PUT /switch/b', '500');
    expect((await run()).outcome).toBe('inconclusive');
  });

  it.each([
    ['before the action', 'GET /steady'],
    ['in the verification', 'GET /alarm'],
  ])('Argo Rollouts #1905: no data %s is a failure', async (_when, line) => {
    at(line, 'no-data');
    expect(await run()).toMatchObject({ outcome: 'fail', reason: expect.stringContaining('is not there') });
    expect(shop.untouched).toBe(true);
  });

  it('Argo Rollouts #1411, flagger #1754: a breach of health during the action ends it, and what follows is not done', async () => {
    const sick = { name: 'wait', kind: 'exec', command: ['sleep', '30'], timeout: 'PT1M' };
    const control = { ...shopControl(shop) };
    const health = { ...control.health, every: 'PT1S' };
    const ended = run({ health, action: [control.action[0], sick, control.action[1]] });
    while (!shop.log.includes('PUT /switch/a')) await new Promise((tick) => void setTimeout(tick, 5));
    shop.healthy = false;
    const record = await ended;
    expect(record).toMatchObject({ outcome: 'inconclusive', reason: expect.stringContaining('it was not healthy') });
    expect([shop.untouched, shop.log.includes('PUT /switch/b')]).toEqual([true, false]);
  });

  it('Argo Rollouts #1411: an action that is over before its health is looked at is still held against it', async () => {
    shop.fault = (request) => {
      if (shop.log[request - 1] === 'PUT /switch/b') shop.healthy = false;
      return undefined;
    };
    expect((await run()).outcome).toBe('inconclusive');
  });

  it('Argo Rollouts #2087: runs that were broken off are counted by themselves', async () => {
    at('PUT /switch/b', '500');
    const runs = [await run()];
    const text = drawMetrics({ role: 'leader', problem: '', looked: 0, pendingRollbacks: 0, runs });
    expect(text).toContain('helios_ccv_runs_total{control="alarm",outcome="inconclusive"} 1\n');
  });
});
