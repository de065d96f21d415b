// SPDX-License-Identifier: Apache-2.0
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { withLock } from '../../src/fs/index.ts';
import { newFolder } from './folder.ts';
import { run } from './processes.ts';

const COUNTER = new URL('counter.ts', import.meta.url);

const all = <T>(count: number, make: () => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, make));

describe('withLock, between processes', () => {
  it('8 processes that each read, add and write 50 times keep all 400', async () => {
    const path = newCounter();
    const ended = await all(8, () => run(COUNTER, path, 50));
    expect(ended.map(({ code, stderr }) => ({ code, stderr }))).toEqual(ended.map(() => ({ code: 0, stderr: '' })));
    expect(readFileSync(path, 'utf8')).toBe('400');
    expect(readdirSync(join(path, '..'))).toEqual(['counter']);
  });

  it('8 processes that find the lock of a dead one at the same time keep all as well', async () => {
    const path = newCounter();
    writeFileSync(
      `${path}.lock`,
      JSON.stringify({ pid: deadPid(), host: hostname(), start: null, token: 'a'.repeat(32) }),
    );
    await all(8, () => run(COUNTER, path, 5));
    expect(readFileSync(path, 'utf8')).toBe('40');
    expect(readdirSync(join(path, '..'))).toEqual(['counter']);
  });

  it('processes killed while they hold the lock cost nobody a count', async () => {
    const path = newCounter();
    const [killed] = await Promise.all([
      all(4, () => run(COUNTER, path, 5, 'die')),
      all(4, () => run(COUNTER, path, 10)),
    ]);
    expect(killed.map((ended) => ended.signal)).toEqual(['SIGKILL', 'SIGKILL', 'SIGKILL', 'SIGKILL']);
    expect(readFileSync(path, 'utf8')).toBe('60');
  });
});

describe('withLock', () => {
  it('gives back what the task returns, and the lock also when the task fails', async () => {
    const path = join(newFolder(), 'a/lock');
    expect(await withLock(path, async () => 7, { timeoutMs: 0 })).toBe(7);
    await expect(withLock(path, () => Promise.reject(new Error('task')), { timeoutMs: 0 })).rejects.toThrow('task');
    expect(existsSync(path)).toBe(false);
  });

  it('says who holds the lock when the time is up', async () => {
    const path = join(newFolder(), 'lock');
    await withLock(
      path,
      async () => {
        const second = withLock(path, async () => 'never', { timeoutMs: 30 });
        await expect(second).rejects.toMatchObject({
          code: 'io',
          message: expect.stringContaining(`process ${process.pid} on ${hostname()}`),
        });
      },
      { timeoutMs: 0 },
    );
  });

  it.each([
    ['of a process that has ended', { pid: deadPid(), host: hostname(), start: null, token: 'b'.repeat(32) }, true],
    [
      'whose pid was given to a later process',
      { pid: process.pid, host: hostname(), start: '1', token: 'c'.repeat(32) },
      process.platform === 'linux',
    ],
    ['of another host', { pid: deadPid(), host: 'elsewhere', start: null, token: 'd'.repeat(32) }, false],
    ['that is no lock of ours', { pid: deadPid(), host: hostname(), start: null, token: '../../x' }, false],
  ])('takes over a lock %s: %#', async (_, holder, taken) => {
    const path = join(newFolder(), 'lock');
    writeFileSync(path, JSON.stringify(holder));
    const attempt = withLock(path, async () => 'ran', { timeoutMs: 100 });
    await (taken ? expect(attempt).resolves.toBe('ran') : expect(attempt).rejects.toMatchObject({ code: 'io' }));
  });

  it('does not remove a lock that somebody else holds by now', async () => {
    const path = join(newFolder(), 'lock');
    const other = JSON.stringify({ pid: 1, host: 'elsewhere', start: null, token: 'e'.repeat(32) });
    await withLock(path, async () => writeFileSync(path, other), { timeoutMs: 0 });
    expect(readFileSync(path, 'utf8')).toBe(other);
  });
});

function newCounter(): string {
  const path = join(newFolder(), 'counter');
  writeFileSync(path, '0');
  return path;
}

function deadPid(): number {
  return spawnSync(process.execPath, ['-e', '0']).pid;
}
