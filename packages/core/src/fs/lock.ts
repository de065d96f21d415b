// SPDX-License-Identifier: Apache-2.0
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { link, readFile, rename } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { HeliosError } from '../error.ts';
import { codeOf, reporting } from './failure.ts';
import { makeFolder } from './folder.ts';
import { discard, writeTemporary } from './temporary.ts';

const MAX_PAUSE_MS = 50;

interface Holder {
  readonly pid: number;
  readonly host: string;
  /** When the process began, in ticks since boot, where the system tells: a pid is given away again. */
  readonly start: string | null;
  /** 32 hex digits, unlike any other holder's. */
  readonly token: string;
}

/** Somebody else holds the lock: nothing is wrong, and later it may be free. */
export class Locked extends HeliosError {}

/**
 * Runs a task while holding a lock file, which no two processes hold at once. The lock of a process that died on this
 * host is taken over; one of another host never is, for nobody here can tell. Throws HeliosError `io` after `timeoutMs`.
 */
export async function withLock<T>(
  absPath: string,
  task: () => Promise<T>,
  { timeoutMs }: { readonly timeoutMs: number },
): Promise<T> {
  const token = randomBytes(16).toString('hex');
  await reporting(`lock ${absPath}`, () => acquire(absPath, token, performance.now() + timeoutMs));
  try {
    return await task();
  } finally {
    // Somebody may have deleted the lock by hand, and another process may hold it now. One that cannot be removed hides
    // neither what the task did nor why it failed: it is taken over once this process is gone.
    if ((await readHolder(absPath))?.token === token) await discard(absPath);
  }
}

async function acquire(path: string, token: string, deadline: number): Promise<void> {
  const folder = dirname(path);
  await makeFolder(folder);
  const self: Holder = { pid: process.pid, host: hostname(), start: startOf(process.pid), token };
  // Written first and linked then, so that a lock is never seen half-written.
  const temporary = await writeTemporary(folder, Buffer.from(JSON.stringify(self)));
  try {
    for (let pause = 1; ; pause = Math.min(pause * 2, MAX_PAUSE_MS)) {
      if (await linked(temporary, path)) return;
      const holder = await readHolder(path);
      if (holder && isGone(holder) && (await takeOver(path, holder, temporary, deadline))) return;
      if (performance.now() >= deadline) refuse(path, holder);
      await sleep(pause);
    }
  } finally {
    await discard(temporary);
  }
}

async function linked(temporary: string, path: string): Promise<boolean> {
  try {
    await link(temporary, path);
    return true;
  } catch (cause) {
    if (codeOf(cause) === 'EEXIST') return false;
    throw cause;
  }
}

/**
 * Of all that saw the dead holder, one may replace its lock, under a lock named after it; who comes later finds another
 * token there and waits. Deleting the stale lock instead would let a slow process delete the lock of its successor.
 */
async function takeOver(path: string, dead: Holder, temporary: string, deadline: number): Promise<boolean> {
  const replace = async (): Promise<boolean> => {
    if ((await readHolder(path))?.token !== dead.token) return false;
    await rename(temporary, path);
    return true;
  };
  return withLock(`${path}.${dead.token}`, replace, { timeoutMs: Math.max(0, deadline - performance.now()) });
}

/** Undefined when there is no lock, or when it is none of ours: that one is never taken over. */
async function readHolder(path: string): Promise<Holder | undefined> {
  try {
    const holder = JSON.parse(await readFile(path, 'utf8')) as Partial<Holder> | null;
    const { pid, host, start, token } = holder ?? {};
    const sound = Number.isSafeInteger(pid) && typeof host === 'string' && /^[0-9a-f]{32}$/.test(String(token));
    return sound && pid && host !== undefined && token ? { pid, host, start: start ?? null, token } : undefined;
  } catch {
    return undefined;
  }
}

function isGone(holder: Holder): boolean {
  if (holder.host !== hostname()) return false;
  try {
    process.kill(holder.pid, 0);
  } catch (cause) {
    return codeOf(cause) === 'ESRCH';
  }
  const start = startOf(holder.pid);
  return holder.start !== null && start !== null && start !== holder.start;
}

/**
 * When a process began, in ticks since boot; null where the system does not tell, or there is none. With it a pid means
 * one process. Field 22 of /proc/<pid>/stat (proc(5)); the name before it may hold spaces and brackets.
 */
export function startOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
}

function refuse(path: string, holder: Holder | undefined): never {
  const by = holder ? `process ${holder.pid} on ${holder.host}` : 'another process';
  throw new Locked('io', `${path} is locked by ${by}`, {
    hint: 'Wait until it ends; delete the lock file if no such process runs.',
  });
}
