// SPDX-License-Identifier: Apache-2.0
import { Worker } from 'node:worker_threads';
import { type ErrorCode, type ErrorDetail, HeliosError } from '@helios/core/error';
import type { AnyGate, GateResult, RunSettings } from '@helios/core/gate';
import { workerFile } from '@helios/core/worker-file';

export interface GateJob {
  readonly id: string;
  readonly options: unknown;
  readonly settings: RunSettings;
}

export type GateOutcome =
  | { readonly result: GateResult }
  | { readonly failure: { readonly code: ErrorCode; readonly message: string; readonly detail: ErrorDetail } };

/** A gate may need this much, in MiB, before it is stopped instead of the machine. */
const HEAP_LIMIT = 2048;

/** Runs a gate in a thread of its own: gates run side by side, and one that crashes takes nobody with it. */
export function executeInThread(gate: AnyGate, options: unknown, settings: RunSettings): Promise<GateResult> {
  const job: GateJob = { id: gate.id, options, settings };
  const { promise, resolve, reject } = Promise.withResolvers<GateResult>();
  const worker = new Worker(workerFile('gate-worker', import.meta.url), {
    workerData: job,
    resourceLimits: { maxOldGenerationSizeMb: HEAP_LIMIT },
  });
  worker.once('message', (outcome: GateOutcome) => {
    if ('result' in outcome) resolve(outcome.result);
    else reject(new HeliosError(outcome.failure.code, outcome.failure.message, outcome.failure.detail));
  });
  worker.once('error', reject);
  worker.once('exit', (code) => reject(new Error(`the gate's thread ended with ${code} before it had judged`)));
  return promise;
}
