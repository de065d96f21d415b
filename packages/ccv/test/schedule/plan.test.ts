// SPDX-License-Identifier: Apache-2.0
import fc from 'fast-check';
import type { ControlRun } from '@helios/core/record';
import { describe, expect, it } from 'vitest';
import { call } from '../../../core/test/cli/terminal.ts';
import { run } from '../../src/cli.ts';
import type { LoadedControl } from '../../src/control/load.ts';
import { COVERED_MS, planRuns } from '../../src/schedule/plan.ts';
import { lookingControl } from '../stage.ts';

const DAY = 24 * 60 * 60 * 1000;
const NOW = Date.parse('2026-11-20T12:00:00Z');
const services = {
  schema: 'helios/services/v1' as const,
  services: [{ id: 'shop', title: 'Shop', tier: 1, owner: '@team' }],
};

const loaded = (id: string, more: object = {}): LoadedControl => ({
  control: lookingControl({ id, ...more }),
  path: `${id}.yaml`,
  sha256: '',
});
const ran = (control: string, daysAgo: number, outcome: ControlRun['outcome'] = 'pass'): ControlRun => {
  const finished = new Date(NOW - daysAgo * DAY).toISOString();
  const rest = { service: 'shop', tier: 1, reason: '', started: finished, finished };
  return { schema: 'helios/control-run/v1', control, outcome, ...rest };
};
const due = (runs: readonly ControlRun[], everyDays: number, more: object = {}): boolean | undefined =>
  planRuns([loaded('a', more)], services, runs, new Date(NOW), everyDays * DAY).controls[0]?.due;

describe('a plan for a cron', () => {
  it('has what never passed, whatever else it did', () => {
    expect(due([], 1)).toBe(true);
    expect(due([ran('a', 1, 'fail'), ran('a', 1, 'inconclusive'), ran('a', 1, 'not-run'), ran('b', 1)], 1)).toBe(true);
  });

  it('has what would not stay covered until the cron comes again', () => {
    expect([due([ran('a', 5.9)], 1), due([ran('a', 6.1)], 1), due([ran('a', 0.1)], 7)]).toEqual([false, true, true]);
  });

  it('has no expired control, and says so', () => {
    const [planned] = planRuns([loaded('a', { expires: '2026-11-19' })], services, [], new Date(NOW), DAY).controls;
    expect(planned).toMatchObject({ due: false, reason: 'expired on 2026-11-19' });
  });

  it('takes no pass of tomorrow for one of today', () => {
    expect(due([ran('a', -1)], 1)).toBe(true);
  });

  it('names services of tier 1 and 2 without any control, and puts the most urgent first', () => {
    const all = {
      ...services,
      services: [
        ...services.services,
        { id: 'bare', title: '', tier: 2, owner: '@x' },
        { id: 'toy', title: '', tier: 3, owner: '@x' },
      ],
    };
    const controls = [loaded('third', { tier: 2 }), loaded('second'), loaded('first')];
    const plan = planRuns(controls, all, [ran('second', 3), ran('first', 4)], new Date(NOW), DAY);
    expect(plan.uncovered).toEqual(['bare']);
    expect(plan.controls.map(({ control }) => control)).toEqual(['first', 'second', 'third']);
  });

  it('keeps every control covered at every moment, where what it has passes', () => {
    const everyDays = fc.integer({ min: 1, max: 7 });
    const jitter = fc.array(fc.double({ min: 0, max: 0.2, noNaN: true }), { minLength: 30, maxLength: 30 });
    fc.assert(
      fc.property(everyDays, jitter, (every, late) => {
        const runs: ControlRun[] = [];
        let lastPass = -Infinity;
        for (const [step, delay] of late.entries()) {
          // A cron is late by chance; the plan is told of the longest time until the next one.
          const now = NOW + (step * every + delay) * DAY;
          if (step > 0) expect(now - lastPass).toBeLessThanOrEqual(Math.max(COVERED_MS, (every + 0.2) * DAY));
          const [planned] = planRuns([loaded('a')], services, runs, new Date(now), (every + 0.2) * DAY).controls;
          if (!planned?.due) continue;
          lastPass = now;
          const finished = new Date(now).toISOString();
          runs.push({ ...ran('a', 0), started: finished, finished });
        }
      }),
      { numRuns: 40 },
    );
  });
});

it.each(['xml', 'constructor'])('the format %s is none', async (format) => {
  const { exit, stderr } = await call(run, { args: ['plan', '--every', 'P1D', '--format', format], files: {} });
  expect(exit).toBe(2);
  expect(stderr).toContain(`unknown format "${format}"`);
});
