// SPDX-License-Identifier: Apache-2.0
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import type { Io, Output } from '@helios/core/cli';
import { expect, it } from 'vitest';
import { plant } from '../../../core/test/input/tree.ts';
import { recentFigures } from '../../src/metrics/recent.ts';
import { serveStatus } from '../../src/schedule/serve.ts';
import { control, NOW, runs, services } from '../gate/stage.ts';

const silent: Output = { write: () => undefined, isTTY: false, columns: 80 };

/** A terminal in a folder, with a clock that is set by hand. */
function ioAt(cwd: string): Io & { at: number } {
  return {
    stdout: silent,
    stderr: silent,
    env: {},
    cwd,
    at: Date.parse(NOW),
    now() {
      return new Date(this.at);
    },
  };
}

it('figures are read once a minute, however often they are asked for', async () => {
  const root = plant({ ...services({ shop: 1 }), ...control('alpha'), ...runs({ daysAgo: 1 }) });
  const io = ioAt(root);
  const figures = recentFigures({}, io);
  const first = await figures();
  expect(first).toContain('helios_ccv_services_proven{tier="1"} 1\n');
  writeFileSync(join(root, 'controls/ccv/services.yaml'), 'schema: helios/services/v1\nservices: []\n');
  io.at += 59_000;
  expect(await figures()).toBe(first);
  io.at += 1000;
  expect(await figures()).toContain('helios_ccv_services_proven{tier="1"} 0\n');
});

it('files that are wrong leave no figures, and no old ones', async () => {
  const root = plant({ ...services({ shop: 1 }), ...control('alpha') });
  const io = ioAt(root);
  const figures = recentFigures({}, io);
  expect(await figures()).not.toBe('');
  writeFileSync(join(root, 'controls/ccv/services.yaml'), 'schema: helios/nothing/v1\n');
  io.at += 60_000;
  expect(await figures()).toBe('');
});

it('the scheduler serves them after its own', async () => {
  const status = { role: 'leader', problem: '', looked: 0, pendingRollbacks: 0, runs: [] } as const;
  const port = await freePort();
  const close = await serveStatus(
    `127.0.0.1:${port}`,
    { ...status, retried: 0, runs: [] },
    async () => 'helios_ccv_figures 1\n',
    () => new Date(0),
  );
  try {
    const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    expect(text).toMatch(/^# HELP helios_ccv_[^]*\nhelios_ccv_figures 1\n$/);
  } finally {
    await close();
  }
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  // A server that listens on a port has an address of this kind.
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
