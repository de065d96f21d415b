// SPDX-License-Identifier: Apache-2.0
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { call } from '../../core/test/cli/terminal.ts';
import { plant } from '../../core/test/input/tree.ts';
import { burnDownChart } from '../src/burn-down/chart.ts';
import { seriesOf } from '../src/burn-down/series.ts';
import { run } from '../src/cli.ts';
import { entry, exception, type Fields, NOW, register, REGISTER } from './stage.ts';

const series = (days: number, ...all: readonly Fields[]) =>
  seriesOf(
    all.map((one, index) => ({ exception: exception(one), path: REGISTER, at: ['exceptions', index] })),
    { days, warnHours: 72 },
    NOW,
  );

describe('the burn-down', () => {
  const closed = {
    id: 'EXC-2',
    state: 'closed',
    severity: 'high',
    approved: '2026-05-20',
    end: { at: '2026-05-30', because: 'mended' },
  };
  const expired = { id: 'EXC-3', severity: 'medium', approved: '2026-05-20', expires: '2026-05-29' };
  const next = {
    id: 'EXC-4',
    severity: 'medium',
    previous: 'EXC-3',
    approved: '2026-05-31',
    expires: '2026-06-20',
    review: { at: '2026-05-31', by: 'grace' },
  };

  it('says of each day what was the case at its end', () => {
    const days = series(6, {}, closed, expired, next).map(({ day, open, warned, expired, closed }) => [
      day,
      open.high,
      open.medium,
      open.low,
      warned,
      expired,
      closed,
    ]);
    expect(days).toEqual([
      ['2026-05-27', 1, 1, 1, 1, 0, 0],
      ['2026-05-28', 1, 1, 1, 1, 0, 0],
      ['2026-05-29', 1, 1, 1, 1, 0, 0],
      ['2026-05-30', 0, 0, 1, 0, 1, 1],
      ['2026-05-31', 0, 1, 1, 0, 0, 1],
      ['2026-06-01', 0, 1, 1, 0, 0, 1],
    ]);
  });

  it('is drawn for people: title, description, light and dark, and no text that is alive', () => {
    const chart = burnDownChart(series(30, {}, closed, expired));
    expect(chart).toContain('<title id="title">1 exception in effect on 2026-06-01</title>');
    expect(chart).toContain('as many as on 2026-05-03; 0 about to expire, 1 expired and undecided, 1 closed');
    expect(chart).toContain('prefers-color-scheme:dark');
    expect(chart).not.toMatch(/NaN|undefined|<script/);
    expect(chart.match(/<polygon/g)).toHaveLength(4);
  });

  it('of an empty register is a chart all the same', () => {
    expect(burnDownChart(series(2))).toContain('0 exceptions in effect');
  });
});

it('sec-exception burn-down writes chart and dashboard, and with --apply a record', async () => {
  const root = plant({ 'helios.yaml': 'version: 1\n', [REGISTER]: register(entry()) });
  const { exit, stdout } = await call(run, { args: ['burn-down', '--days', '30', '--apply'], root });
  expect([exit, stdout]).toEqual([
    0,
    '1 in effect, 0 about to expire, 0 expired and undecided\nanalytics/dashboards/exceptions.svg, analytics/dashboards/exceptions.json\n',
  ]);
  const dashboard = JSON.parse(readFileSync(join(root, 'analytics/dashboards/exceptions.json'), 'utf8')) as {
    panels: {
      id: number;
      targets: { queryType: string; snapshot: { schema: { fields: unknown[] }; data: { values: unknown[][] } }[] }[];
    }[];
  };
  expect(dashboard).toMatchObject({
    uid: 'helios-exceptions',
    schemaVersion: 39,
    time: { from: '2026-05-03T00:00:00.000Z' },
  });
  expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length);
  for (const { targets } of dashboard.panels) {
    for (const { schema, data } of targets.flatMap(({ snapshot }) => snapshot))
      expect(data.values).toHaveLength(schema.fields.length);
  }
  expect(dashboard.panels.at(-1)?.targets[0]?.snapshot[0]?.data.values[0]).toHaveLength(30);
  expect(readdirSync(join(root, '.evidence/exceptions'))).toEqual([expect.stringMatching(/^burn-down-/)]);
  expect((await call(run, { args: ['burn-down', '--days', '1'], root })).exit).toBe(2);
});
