// SPDX-License-Identifier: Apache-2.0
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { drawMetrics } from '../../src/schedule/status.ts';
import { serve } from '../../../core/test/net/server.ts';
import { temporaryFolder, worldWith } from '../stage.ts';
import { look } from './look.ts';

const BIN = process.env['PROMETHEUS'] ?? 'prometheus';
const ABSENT = spawnSync(BIN, ['--version']).error !== undefined;
/** Of Prometheus itself; nothing else here listens there. */
const PORT = 19_190;

let server: ChildProcess | undefined;

afterAll(() => void server?.kill('SIGTERM'));

describe.skipIf(ABSENT)(`a real Prometheus${ABSENT ? ' (skipped: it is not installed)' : ''}`, () => {
  it('scrapes the scheduler’s metrics and answers probes about them', async () => {
    const finished = '2026-11-20T10:00:00.000Z';
    const run = {
      schema: 'helios/control-run/v1',
      control: 'alarm',
      service: 'shop',
      tier: 1,
      outcome: 'pass',
    } as const;
    const runs = [{ ...run, reason: '', started: finished, finished }];
    const text = drawMetrics({ role: 'leader', problem: '', looked: 0, pendingRollbacks: 2, runs });
    const { host } = await serve((_request, response) =>
      response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' }).end(text),
    );
    const folder = temporaryFolder();
    const config = {
      scrape_configs: [{ job_name: 'ccv', scrape_interval: '1s', static_configs: [{ targets: [host] }] }],
    };
    writeFileSync(join(folder, 'prometheus.yml'), JSON.stringify(config));
    const own = `127.0.0.1:${PORT}`;
    const flags = ['--config.file=prometheus.yml', `--web.listen-address=${own}`, '--storage.tsdb.path=data'];
    server = spawn(BIN, flags, { cwd: folder, stdio: 'ignore' });
    const ask = (query: string) => look({ kind: 'prometheus', url: `http://${own}`, query }, worldWith([own]));
    const patiently = (query: string) =>
      expect.poll(() => ask(query).catch((thrown: unknown) => String(thrown)), { timeout: 20_000, interval: 250 });
    await patiently('helios_ccv_pending_rollbacks').toMatchObject({ samples: 1, most: 2 });
    await patiently('helios_ccv_runs_total{outcome="pass"}').toMatchObject({
      values: [{ labels: { control: 'alarm' } }],
    });
    await expect(ask('no_such_series')).rejects.toMatchObject({ name: 'NoData' });
    await expect(ask('0/0')).rejects.toMatchObject({ name: 'NoData' });
    await expect(ask('sum(')).rejects.toMatchObject({ name: 'NoData' });
  }, 60_000);
});
