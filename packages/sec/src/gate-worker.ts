// SPDX-License-Identifier: Apache-2.0
import { parentPort, workerData } from 'node:worker_threads';
import { HeliosError } from '@helios/core/error';
import { runGate } from '@helios/core/gate';
import { loadGate } from './gates.ts';
import type { GateJob, GateOutcome } from './execute.ts';

// What is sent here comes from execute.ts alone.
const { id, options, settings } = workerData as GateJob;
parentPort?.postMessage(await judge());

async function judge(): Promise<GateOutcome> {
  try {
    return { result: await runGate(await loadGate(id), options, settings) };
  } catch (thrown) {
    if (!(thrown instanceof HeliosError)) throw thrown;
    const { cause: _, ...detail } = thrown.detail;
    return { failure: { code: thrown.code, message: thrown.message, detail } };
  }
}
