// SPDX-License-Identifier: Apache-2.0
import { type ChildProcess, spawn } from 'node:child_process';
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

const start = (root: string, ...args: readonly string[]): ChildProcess =>
  spawn(process.execPath, ['--conditions=source', BIN, ...args, '--apply'], {
    cwd: root,
    env: { PATH: process.env['PATH'], HOME: root, PAGER_KEY: 'key' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });

async function endOf(child: ChildProcess): Promise<{ exit: number | null; stdout: string; stderr: string }> {
  const { stdout, stderr } = child;
  if (!stdout || !stderr) throw new Error('it was started without pipes');
  const [said, complained, [exit]] = await Promise.all([text(stdout), text(stderr), once(child, 'close')]);
  return { exit: exit as number | null, stdout: said, stderr: complained };
}

/** Two exceptions are over; the pager takes its time, in which others look at what was sent before. */
async function overdue(hears: (count: number) => void = () => undefined) {
  const { url, network, received } = await serve((_request, response) => {
    hears(received.length);
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
  const told = (): string[] => received.map(({ body }) => (JSON.parse(body) as { dedup_key: string }).dedup_key);
  const remembered = (): number => readdirSync(join(root, '.evidence/exceptions')).length;
  return { root, told, remembered };
}

const RUNNERS = [
  ['warn', ['warn', '--to', 'pager']],
  ['page', ['page', '--routing', 'routing.yaml']],
] as const;

describe('runs at the same moment', () => {
  it.each(RUNNERS)('of %s tell each event once', async (_, args) => {
    const { root, told, remembered } = await overdue();
    const ended = await Promise.all([1, 2].map(() => endOf(start(root, ...args))));
    expect(ended.map(({ exit }) => exit)).toEqual([0, 0]);
    expect(told().length).toBeGreaterThan(1);
    expect(told().sort()).toEqual([...new Set(told())].sort());
    expect(ended.filter(({ stdout }) => /^(nothing to say|nobody to call)\n$/.test(stdout))).toHaveLength(1);
    expect(remembered()).toBe(told().length);
  });
});

describe('Ctrl-C', () => {
  it.each(RUNNERS)('lets %s remember what it has said, and the next run says the rest', async (_, args) => {
    let child: ChildProcess | undefined;
    const { root, told, remembered } = await overdue((count) => count === 1 && child?.kill('SIGINT'));
    child = start(root, ...args);
    const { exit, stderr } = await endOf(child);
    expect([exit, stderr]).toEqual([2, expect.stringContaining('What is left is for the next run.')]);
    expect([told().length, remembered()]).toEqual([1, 1]);
    expect(await endOf(start(root, ...args))).toMatchObject({ exit: 0, stderr: '' });
    expect(told()).toHaveLength(new Set(told()).size);
    expect(remembered()).toBe(told().length);
  });
});
