// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { draw, lognormal, seeded } from '../statistics/durations.ts';
import {
  control,
  controlRun,
  daysBack,
  digestOf,
  type Files,
  judge,
  LEFT_BEHIND,
  runs,
  services,
  VERIFIED,
} from './stage.ts';

const SHOP: Files = { ...services({ shop: 1 }), ...control('alpha') };
const PASSED: Files = { ...SHOP, ...runs({ daysAgo: 0.001 }) };

/** The finding of a rule, as `level message`. */
async function told(files: Files, rule: string, config = ''): Promise<string | undefined> {
  const steering: Files = config === '' ? {} : { 'helios.yaml': `version: 1\ngates:\n  ccv:\n${config}` };
  const { findings } = await judge({ ...files, ...steering });
  const found = findings.find(({ ruleId }) => ruleId === `ccv/${rule}`);
  return found && `${found.level} ${found.message}`;
}

function rollbacks(count: number): Files {
  return runs(...Array.from({ length: count }, (_, i) => ({ daysAgo: 1 + i / 100, rollback: VERIFIED })));
}

describe('the rate of verified rollbacks', () => {
  it('is not yet provable by a few, which is told and no defect', async () => {
    const { exit, metrics, findings } = await judge({ ...SHOP, ...rollbacks(20) });
    expect([exit, findings.map(({ level, message }) => `${level} ${message}`)]).toEqual([
      0,
      [
        'note 20 of 20 rollbacks verified: not yet provable (n = 20, needs 1996); with 95 % confidence at least 86.08 % succeed, needs ≥ 99.85 %',
      ],
    ]);
    const bound = metrics.find(({ id }) => id === 'rollback.bound');
    expect(bound).toMatchObject({
      title: 'rollbacks verified, with 95 % confidence at least (not yet provable: n = 20, needs 1996)',
      sample: { hits: 20, of: 20 },
    });
    expect(bound?.threshold).toBeUndefined();
  });

  it('is proven by 1,996 and not by 1,995', async () => {
    const files = { ...SHOP, ...rollbacks(1995) };
    expect(await told(files, 'rollback-not-provable')).toContain('n = 1995, needs 1996');
    const enough = { ...files, ...runs({ daysAgo: 0.5, rollback: VERIFIED }) };
    const { exit, findings, metrics } = await judge(enough);
    expect([exit, findings]).toEqual([0, []]);
    expect(metrics.find(({ id }) => id === 'rollback.bound')).toMatchObject({ threshold: { atLeast: 99.85 } });
  });

  it('is a breach from the first failure on, until enough others make up for it', async () => {
    const failed = runs({ daysAgo: 2, rollback: LEFT_BEHIND, outcome: 'fail' });
    expect(await told({ ...SHOP, ...rollbacks(20), ...failed }, 'rollback-below-target')).toBe(
      'error 20 of 21 rollbacks verified: with 95 % confidence at least 79.32 % succeed, needs ≥ 99.85 %, which 3161 would show',
    );
    expect(
      await told({ ...SHOP, ...rollbacks(19), ...failed }, 'rollback-below-target', '    rollback: { atLeast: 75 }\n'),
    ).toBe(undefined);
  });

  it('counts a rollback that was made up for later as one that failed', async () => {
    const late = runs(
      { daysAgo: 2, run: 'r1', rollback: LEFT_BEHIND, outcome: 'fail' },
      { daysAgo: 1, run: 'r1', rollback: VERIFIED, outcome: 'fail' },
    );
    const { told: all, metrics } = await judge({ ...SHOP, ...late });
    expect(metrics.find(({ id }) => id === 'rollback.success')?.sample).toEqual({ hits: 0, of: 1 });
    // It is undone now; that it failed still counts.
    expect(all).not.toContain('error ccv/failed-rollback');
  });
});

describe('the time to repair', () => {
  const failed = (daysAgo: number, days?: number): Files =>
    runs({ daysAgo, outcome: 'fail' }, ...(days === undefined ? [] : [{ daysAgo: daysAgo - days }]));

  it('is the mean of those that were mended', async () => {
    const { metrics } = await judge({ ...PASSED, ...failed(30, 1), ...failed(20, 3), ...failed(10, 2) });
    const [mean, median] = ['repair.mean', 'repair.median'].map((id) => metrics.find((metric) => metric.id === id));
    expect(mean).toMatchObject({ value: 2, sample: { hits: 3, of: 3 }, threshold: { atMost: 3 } });
    expect(median?.value).toBe(2);
  });

  it('counts what is open: nobody gets faster by mending nothing', async () => {
    const files = { ...SHOP, ...failed(30, 1), ...failed(20) };
    expect(await told(files, 'slow-repair')).toBe(
      'error 10.5 days to repair on average (2 failures, 1 of them open), needs ≤ 3',
    );
  });

  it('counts what is open however long ago it began', async () => {
    const { metrics } = await judge({
      ...PASSED,
      ...failed(10, 1),
      ...runs({ daysAgo: 300, control: 'gone', outcome: 'fail' }),
    });
    expect(metrics.find(({ id }) => id === 'repair.mean')).toMatchObject({ value: 150.5, sample: { hits: 1, of: 2 } });
  });

  it('is not ended by what is inconclusive or was not run', async () => {
    const vain = runs({ daysAgo: 19, outcome: 'inconclusive' }, { daysAgo: 18, outcome: 'not-run' });
    expect(await told({ ...SHOP, ...failed(20), ...vain }, 'slow-repair')).toContain('20.0 days');
  });

  /** Failures of a control one after the other, which took so many days each. */
  const history = (lengths: readonly number[], firstDaysAgo: number, every: number): Files =>
    Object.assign({}, ...lengths.map((days, i) => failed(firstDaysAgo - i * every, days))) as Files;

  it('is a regression where it is longer than in the months before', async () => {
    const length = lognormal(seeded(5), 0.5);
    const hours = (count: number, factor: number): number[] =>
      draw(count, length).map((each) => Math.min(each.length * factor, 20) / 24);
    const before = history(hours(90, 2), 200, 1.5);
    const slower = { ...PASSED, ...before, ...history(hours(28, 4), 29.5, 1) };
    expect(await told(slower, 'repair-regression')).toMatch(
      /^error the mean time to repair is \d+ % more than before \(28 against 90\)$/,
    );
    const same = { ...PASSED, ...before, ...history(hours(28, 2), 29.5, 1) };
    expect(await told(same, 'repair-regression')).toBeUndefined();
    expect((await judge(slower)).metrics.find(({ id }) => id === 'repair.change')?.sample).toEqual({
      hits: 28,
      of: 118,
    });
  });

  it('is held against a recorded baseline, where there is one', async () => {
    const recent = history(
      Array.from({ length: 12 }, () => 0.9),
      29,
      2,
    );
    const baseline = {
      schema: 'helios/ccv-baseline/v1',
      recorded: daysBack(60),
      repairs: Array.from({ length: 30 }, (_, i) => ({ length: 0.2 + i / 100, ended: true })),
      detections: [],
      alarms: { hits: 0, of: 100 },
    };
    const files = { ...PASSED, ...recent, 'controls/ccv/baseline.json': JSON.stringify(baseline) };
    const config = '    regression: { baseline: controls/ccv/baseline.json }\n';
    expect(await told(files, 'repair-regression', config)).toContain('(12 against 30)');
    expect(await told(files, 'repair-drift', config)).toContain('warning');
    expect(await told(files, 'repair-regression')).toBeUndefined();
    // Drift is looked for in all that came since, not in the last month alone.
    const earlier = history(
      Array.from({ length: 12 }, () => 0.9),
      58,
      2,
    );
    const file = { 'controls/ccv/baseline.json': JSON.stringify(baseline) };
    expect(await told({ ...PASSED, ...earlier, ...file }, 'repair-drift', config)).toContain('warning');
  });
});

describe('the time to detection', () => {
  const seen = (daysAgo: number, detectedAfter: number) => ({ daysAgo, detectedAfter });

  it('is a regression where it is longer than before', async () => {
    const before = Array.from({ length: 40 }, (_, i) => seen(40 + i, 20 + (i % 7)));
    const recent = Array.from({ length: 15 }, (_, i) => seen(1 + i, 40 + (i % 7)));
    const files = { ...SHOP, ...runs(...before, ...recent) };
    expect(await told(files, 'detection-regression')).toMatch(/^error the mean time to detection is \d+ % more/);
    expect((await judge(files)).metrics.find(({ id }) => id === 'detection.median')?.value).toBe(24);
    expect(await told({ ...SHOP, ...runs(...before) }, 'detection-regression')).toBeUndefined();
  });
});

describe('false alarms', () => {
  const fails = (count: number) =>
    Array.from({ length: count }, (_, i) => ({ daysAgo: 2 + i / 10, outcome: 'fail', reason: `try ${i}` }) as const);
  const register = (digests: readonly string[]): Files => ({
    'controls/false-alarms.yaml': `schema: helios/false-alarms/v1\nalarms:\n${digests.map((run) => `  - { run: ${run}, reason: the probe was wrong, reviewer: ann }\n`).join('')}`,
  });
  const config = '    falseAlarms: [controls/false-alarms.yaml]\n';

  it('are too many when even the least rate that fits the sample is', async () => {
    const files = { ...PASSED, ...runs(...fails(3)), ...register(fails(3).map(digestOf)) };
    expect(await told(files, 'false-alarms', config)).toBe(
      'error 3 of 4 runs of working controls failed: with 95 % confidence at least 24.86 %, needs ≤ 0.4 %',
    );
    expect(await told(files, 'false-alarms')).toBeUndefined();
  });

  it('are neither proven few nor too many by a few runs, and proven few by 748', async () => {
    const bound = async (count: number) => {
      const passes = runs(...Array.from({ length: count }, (_, i) => ({ daysAgo: 1 + i / 100 })));
      return (await judge({ ...SHOP, ...passes })).metrics.find(({ id }) => id === 'false-alarms.bound');
    };
    const few = await bound(747);
    expect([few?.title, few?.threshold]).toEqual([
      'false alarms, with 95 % confidence at most (not yet provable: n = 747, needs 748)',
      undefined,
    ]);
    expect(await bound(748)).toMatchObject({ threshold: { atMost: 0.4 }, sample: { hits: 0, of: 748 } });
  });

  it('are a regression when there are more than before', async () => {
    const before = Array.from({ length: 100 }, (_, i) => ({ daysAgo: 40 + i / 10 }));
    const recent = Array.from({ length: 20 }, (_, i) => ({ daysAgo: 5 + i }));
    const files = { ...PASSED, ...runs(...before, ...recent, ...fails(3)), ...register(fails(3).map(digestOf)) };
    expect(await told(files, 'false-alarm-regression', config)).toBe(
      'error the rate of false alarms is and there were none before (24 against 100)',
    );
  });

  it('must name a run that failed', async () => {
    const files = { ...PASSED, ...register([digestOf({ daysAgo: 0.001 })]) };
    const { metrics } = await judge({ ...files, 'helios.yaml': `version: 1\ngates:\n  ccv:\n${config}` });
    expect(metrics.find(({ id }) => id === 'false-alarms')?.sample).toEqual({ hits: 0, of: 1 });
    expect(await told(files, 'unknown-false-alarm', config)).toMatch(
      /^warning no record of a failed run has the digest/,
    );
  });
});

it('a run counts once it is finished', () => {
  expect(controlRun({ daysAgo: 0 }).finished).toBe('2026-06-01T12:00:00.000Z');
});
