// SPDX-License-Identifier: Apache-2.0
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { call } from '../../../core/test/cli/terminal.ts';
import { plant } from '../../../core/test/input/tree.ts';
import { run } from '../../src/cli.ts';
import { control, digestOf, failureRecord, type Files, NOW, runs, services, VERIFIED } from '../gate/stage.ts';

const ROOT = dirname(dirname(dirname(dirname(import.meta.dirname))));
const RULES = 'alerting/prometheus/ccv.rules.yaml';
const FAILED = { daysAgo: 2, outcome: 'fail', rollback: VERIFIED } as const;

/** Enough for each metric to have a value. */
const months = Array.from({ length: 24 }, (_, i) => [
  { daysAgo: 100 - i * 4, outcome: 'fail', rollback: VERIFIED, detectedAfter: 20 } as const,
  { daysAgo: 99.5 - i * 4 + (i % 3) / 10, rollback: VERIFIED, detectedAfter: 21 },
]).flat();
const FILES: Files = {
  'helios.yaml':
    'version: 1\ngates:\n  ccv:\n    falseAlarms: [controls/false-alarms.yaml]\n    regression: { least: 5 }\n',
  'controls/false-alarms.yaml': `schema: helios/false-alarms/v1\nalarms: [{ run: ${digestOf(months[0] ?? FAILED)}, reason: wrong probe, reviewer: ann }]\n`,
  ...services({ shop: 1, till: 2, blog: 3 }),
  ...control('alpha'),
  ...control('beta', 'till', 2),
  ...runs(...months, FAILED, { daysAgo: 1, control: 'beta', service: 'till', tier: 2 }),
  ...failureRecord(FAILED, { owner: 'shop "team"\nhelios_ccv_services{tier="1"} 99 \\' }),
};

async function metricsOf(files: Files): Promise<string> {
  const { exit, stdout } = await call(run, { args: ['metrics'], files, now: new Date(NOW) });
  expect(exit).toBe(0);
  return stdout;
}

/** The names in an expression. */
function namesIn(text: string): Set<string> {
  return new Set(text.match(/\bhelios_ccv_[a-z_]+\b/g));
}

describe('sec-ccv metrics', () => {
  it('tells what the gate judges', async () => {
    const text = await metricsOf(FILES);
    for (const line of [
      'helios_ccv_services{tier="1"} 1',
      'helios_ccv_services_proven{tier="1"} 0',
      'helios_ccv_services_proven{tier="2"} 1',
      'helios_ccv_coverage_target_ratio{tier="2"} 0.9',
      'helios_ccv_control_proven{control="alpha",service="shop",tier="1"} 0',
      'helios_ccv_control_proven{control="beta",service="till",tier="2"} 1',
      'helios_ccv_control_failing{control="alpha",service="shop",tier="1"} 1',
      'helios_ccv_rollbacks{result="verified"} 49',
      'helios_ccv_rollbacks_needed 1996',
      'helios_ccv_repairs{state="open"} 1',
      'helios_ccv_repair_target_seconds 259200',
      'helios_ccv_detection_seconds{statistic="median"} 20',
      'helios_ccv_failures_open 1',
      'helios_ccv_failures_unrecorded 0',
      'helios_ccv_regressed{of="repair"} 0',
      `helios_ccv_evaluated_timestamp_seconds ${Date.parse(NOW) / 1000}`,
    ])
      expect(text.split('\n')).toContain(line);
  });

  it('lets no text of others begin a sample', async () => {
    const owned = (await metricsOf(FILES))
      .split('\n')
      .find((line) => line.startsWith('helios_ccv_failure_age_seconds{'));
    expect(owned).toBe(
      'helios_ccv_failure_age_seconds{control="alpha",service="shop",owner="shop \\"team\\"\\\\nhelios_ccv_services{tier=\\"1\\"} 99 \\\\"} 172800',
    );
  });

  it('has nothing to say but targets where nothing is known, and no NaN', async () => {
    const text = await metricsOf({});
    expect(text).not.toMatch(/NaN|Infinity|undefined/);
    expect(text).toContain('helios_ccv_failures_open 0\n');
    expect(text).not.toContain('rollback_success_ratio');
  });

  it('replaces a file as a whole, for the textfile collector', async () => {
    const root = plant(FILES);
    await call(run, { args: ['metrics', '-o', 'ccv.prom'], root, now: new Date(NOW) });
    expect(readFileSync(join(root, 'ccv.prom'), 'utf8')).toBe(await metricsOf(FILES));
  });

  it.skipIf(spawnSync('promtool').error)('is what Prometheus takes (skipped where there is no promtool)', async () => {
    const input = await metricsOf(FILES);
    expect(execFileSync('promtool', ['check', 'metrics'], { input, encoding: 'utf8' })).toBe('');
    execFileSync('promtool', ['test', 'rules', join(ROOT, RULES.replace('rules', 'test'))], { stdio: 'pipe' });
  });
});

describe('what is shown', () => {
  it('is in the metrics: each that an alert or a panel asks for', async () => {
    const known = namesIn(await metricsOf(FILES));
    expect(namesIn(readFileSync(join(ROOT, RULES), 'utf8')).difference(known)).toEqual(new Set());
    expect(namesIn(readFileSync(join(ROOT, 'analytics/dashboards/ccv.json'), 'utf8')).difference(known)).toEqual(
      new Set(),
    );
  });

  it('is the dashboard that sec-ccv dashboard writes, with the targets of the configuration', async () => {
    const config = readFileSync(join(ROOT, 'helios.yaml'), 'utf8');
    const root = plant({ 'helios.yaml': config });
    await call(run, { args: ['dashboard'], root });
    const path = 'analytics/dashboards/ccv.json';
    expect(readFileSync(join(root, path), 'utf8')).toBe(readFileSync(join(ROOT, path), 'utf8'));
    const strict = plant({ 'helios.yaml': 'version: 1\ngates: { ccv: { coverage: [{ tier: 3, atLeast: 42 }] } }\n' });
    await call(run, { args: ['dashboard'], root: strict });
    expect(readFileSync(join(strict, path), 'utf8')).toContain('"value": 0.42');
  });

  it('leaves no gap and no overlap between panels', () => {
    const { panels } = JSON.parse(readFileSync(join(ROOT, 'analytics/dashboards/ccv.json'), 'utf8')) as {
      panels: { id: number; gridPos: { x: number; y: number; w: number; h: number } }[];
    };
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, i) => `${x + (i % w)},${y + Math.floor(i / w)}`),
    );
    const height = Math.max(...panels.map(({ gridPos }) => gridPos.y + gridPos.h));
    expect([new Set(cells).size, cells.length]).toEqual([24 * height, 24 * height]);
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  });
});

describe('sec-ccv baseline', () => {
  it('records what the gate compares with, the same bytes each time', async () => {
    const root = plant({ ...FILES, 'helios.yaml': 'version: 1\n' });
    const record = { args: ['baseline', '-o', 'controls/ccv/baseline.json'], root, now: new Date(NOW) };
    expect((await call(run, record)).exit).toBe(0);
    const first = readFileSync(join(root, 'controls/ccv/baseline.json'), 'utf8');
    await call(run, record);
    expect(readFileSync(join(root, 'controls/ccv/baseline.json'), 'utf8')).toBe(first);
    const { repairs, detections } = JSON.parse(first) as Record<string, { length: number; ended: boolean }[]>;
    expect([repairs?.length, detections?.length]).toEqual([22, 42]);
    expect(repairs?.at(-1)).toEqual({ length: 2, ended: false });
  });
});
