// SPDX-License-Identifier: Apache-2.0
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { withTemporaryFolder } from '../../src/fs/index.ts';
import { newFolder } from './folder.ts';
import { type Ended, run } from './processes.ts';

const USER = new URL('folder-user.ts', import.meta.url);

/** Among temporary files of its own: what is left there is what the process left. */
async function use(...args: readonly string[]): Promise<Ended & { readonly left: readonly string[] }> {
  const parent = newFolder();
  vi.stubEnv('TMPDIR', parent);
  const ended = await run(USER, ...args);
  return { ...ended, left: readdirSync(parent) };
}

afterEach(() => void vi.unstubAllEnvs());

describe.skipIf(process.platform === 'win32')('a temporary folder', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'])(
    'is gone when %s has ended the process, as by that signal',
    async (signal) => {
      expect(await use(signal)).toEqual({ code: null, signal, stdout: '', stderr: '', left: [] });
    },
  );

  it('is left to whoever hears the signal and ends in good order', async () => {
    expect(await use('SIGINT', 'heard')).toEqual({
      code: 0,
      signal: null,
      stdout: 'heard ended, 1 hear',
      stderr: '',
      left: [],
    });
  });

  it('is gone when the process ends by itself in the middle of the task', async () => {
    expect(await use('exit')).toMatchObject({ code: 5, left: [] });
  });

  it('is gone after a task, also after one that throws, and then nothing hears signals', async () => {
    const listeners = (): number => process.listenerCount('SIGTERM');
    const before = listeners();
    const seen: string[] = [];
    const task = async (folder: string): Promise<never> => {
      seen.push(folder);
      writeFileSync(join(folder, 'file'), '');
      throw new Error(`broken among ${listeners() - before}`);
    };
    const all = await Promise.allSettled([1, 2].map(() => withTemporaryFolder('helios-test', task)));
    expect(all.map((each) => each.status === 'rejected' && String(each.reason))).toEqual(
      Array(2).fill('Error: broken among 1'),
    );
    expect(seen.map((folder) => existsSync(folder))).toEqual([false, false]);
    expect(listeners()).toBe(before);
  });

  it('is refused with a reason where none can be made', async () => {
    vi.stubEnv('TMPDIR', join(newFolder(), 'absent'));
    await expect(withTemporaryFolder('helios-test', async () => 1)).rejects.toMatchObject({ code: 'io' });
  });
});
