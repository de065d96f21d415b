// SPDX-License-Identifier: Apache-2.0
import { setTimeout as sleep } from 'node:timers/promises';
import { NoData } from './world.ts';

/**
 * A task that ends in time: at the deadline, or when `outer` is aborted, its signal is aborted and the promise rejects,
 * whether the task listens or not. Throws NoData at the deadline, the reason of `outer` when that was aborted.
 */
export async function within<T>(ms: number, outer: AbortSignal, task: (signal: AbortSignal) => Promise<T>): Promise<T> {
  outer.throwIfAborted();
  const { promise: ended, reject } = Promise.withResolvers<never>();
  const inner = new AbortController();
  const stop = (reason: unknown): void => {
    inner.abort(reason);
    reject(reason);
  };
  const broken = (): void => stop(outer.reason);
  outer.addEventListener('abort', broken, { once: true });
  const timer = setTimeout(() => stop(new NoData(`took longer than ${ms / 1000} s`)), ms);
  try {
    return await Promise.race([task(inner.signal), ended]);
  } finally {
    clearTimeout(timer);
    outer.removeEventListener('abort', broken);
  }
}

/** Waits; throws the reason of the signal when that is aborted. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => signal.throwIfAborted());
}
