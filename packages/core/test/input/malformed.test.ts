// SPDX-License-Identifier: Apache-2.0
import { Worker } from 'node:worker_threads';
import { expect, it } from 'vitest';
import { runGate } from '../../src/gate/index.ts';
import { gate } from '../gate/words-gate.ts';
import { malformedFiles } from './malformed.ts';
import type { Outcome } from './malformed-worker.ts';
import { plant } from './tree.ts';

const HANG_MS = 5000;
const HEAP_MIB = 384;

/** Reads all files in a thread with a small heap and a watch that stops it. */
function readAll(): Promise<{ outcomes: Outcome[]; slowestMs: number }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ outcomes: Outcome[]; slowestMs: number }>();
  const worker = new Worker(new URL('malformed-worker.ts', import.meta.url), {
    workerData: { from: 0 },
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MIB },
  });
  const outcomes: Outcome[] = [];
  let slowestMs = 0;
  let last: number | undefined;
  const hang = (): void => {
    reject(new Error(`hangs on ${malformedFiles()[outcomes.length]?.path}`));
    void worker.terminate();
  };
  let watch = setTimeout(hang, 4 * HANG_MS);
  worker.on('message', (message: Outcome | 'done') => {
    clearTimeout(watch);
    const now = performance.now();
    slowestMs = Math.max(slowestMs, now - (last ?? now));
    last = now;
    if (message === 'done') return resolve({ outcomes, slowestMs });
    outcomes.push(message);
    watch = setTimeout(hang, HANG_MS);
  });
  worker.on('error', (error) =>
    reject(new Error(`ends on ${malformedFiles()[outcomes.length]?.path}`, { cause: error })),
  );
  return promise;
}

it('two thousand malformed files are each read or refused: no crash, no hang over 5 s, 384 MiB of heap', async () => {
  const { outcomes, slowestMs } = await readAll();
  expect(outcomes.length).toBeGreaterThan(2400);
  expect(outcomes.filter(({ end }) => end === 'crash')).toEqual([]);
  // Both must happen, or the inputs say nothing.
  expect(outcomes.filter(({ end }) => end === 'refused').length).toBeGreaterThan(1000);
  expect(outcomes.filter(({ end }) => end === 'read').length).toBeGreaterThan(300);
  expect(slowestMs).toBeLessThan(HANG_MS);
});

it('a gate that is given all of them at once judges what can be read and names what cannot', async () => {
  const files = malformedFiles();
  const root = plant(Object.fromEntries(files.map(({ path, bytes }) => [path, bytes])));
  const settings = {
    root,
    asOf: new Date(0),
    failOn: 'error',
    levels: {},
    waivers: { exceptions: [] },
    partial: false,
  } as const;
  const result = await runGate(gate, gate.options.parse({}), settings);
  expect(result.checked + result.notChecked).toBe(files.length);
  expect(result.notChecked).toBeGreaterThan(1000);
  const unreadable = result.findings.filter(({ ruleId }) => ruleId === 'core/unreadable-input');
  expect(new Set(unreadable.map(({ location }) => location.path)).size).toBe(result.notChecked);
  expect(result.verdict).toBe('fail');
});
