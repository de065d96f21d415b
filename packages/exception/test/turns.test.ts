// SPDX-License-Identifier: Apache-2.0
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { plant } from '../../core/test/input/tree.ts';
import { serve } from '../../core/test/net/server.ts';
import { entry, register, REGISTER } from './stage.ts';

const BIN = resolve(import.meta.dirname, '../src/bin.ts');

async function run(root: string, ...args: readonly string[]): Promise<{ exit: number | null; stdout: string }> {
  const child = spawn(process.execPath, ['--conditions=source', BIN, ...args], {
    cwd: root,
    env: { PATH: process.env['PATH'], HOME: root, PAGER_KEY: 'key' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const said = text(child.stdout);
  const [exit] = (await once(child, 'close')) as [number | null];
  return { exit, stdout: await said };
}

describe('runs at the same moment', () => {
  it.each([
    ['warn', ['warn', '--to', 'pager']],
    ['page', ['page', '--routing', 'routing.yaml']],
  ])('of %s tell each event once', async (_, args) => {
    // It takes its time, in which others look at what was sent before.
    const { url, network, received } = await serve((_request, response) => {
      setTimeout(() => void response.writeHead(202).end(), 300);
    });
    const connectors = { pager: { kind: 'pagerduty', routingKey: 'env:PAGER_KEY', url } };
    const root = plant({
      'helios.yaml': stringify({ version: 1, network, connectors }),
      'routing.yaml': stringify({
        schema: 'helios/exception-routing/v1',
        routes: [],
        otherwise: [{ after: 0, to: 'pager' }],
      }),
      [REGISTER]: register(
        entry(),
        entry({
          id: 'EXC-2026-002',
          scope: { rule: 'words/other', path: 'rules/other.yml', fingerprint: 'f'.repeat(64) },
        }),
      ),
    });
    const ended = await Promise.all([1, 2, 3].map(() => run(root, ...args, '--apply')));
    expect(ended.map(({ exit }) => exit)).toEqual([0, 0, 0]);
    const told = received.map(({ body }) => (JSON.parse(body) as { dedup_key: string }).dedup_key);
    expect(told.length).toBeGreaterThan(1);
    expect(told.toSorted()).toEqual([...new Set(told)].sort());
    expect(ended.filter(({ stdout }) => /^(nothing to say|nobody to call)\n$/.test(stdout))).toHaveLength(2);
    expect(readdirSync(join(root, '.evidence/exceptions'))).toHaveLength(told.length);
  });
});
