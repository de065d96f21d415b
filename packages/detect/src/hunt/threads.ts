// SPDX-License-Identifier: Apache-2.0
import { Worker } from 'node:worker_threads';
import { workerFile } from '@helios/core/worker-file';
import type { Logsource } from '../events/index.ts';
import type { JudgedRegion, Region } from './region.ts';

/** What a thread needs to load the same rules. */
export interface ThreadJob {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly config?: string;
  readonly assumeLogsource?: Logsource;
  /** sha256 over all that the rules were read from: a thread with other rules must not judge. */
  readonly digest: string;
}

export interface Threads {
  readonly count: number;
  /** Answers come in any order. */
  judge(region: Region): Promise<JudgedRegion>;
  close(): Promise<void>;
}

/** Starts threads that judge regions, each what comes next. A thread that breaks breaks what waits for it. */
export function startThreads(count: number, job: ThreadJob): Threads {
  const threads = Array.from({ length: count }, () => new Thread(job));
  return {
    count,
    judge: (region) => leastBusy(threads).judge(region),
    close: async () => {
      await Promise.all(threads.map((thread) => thread.close()));
    },
  };
}

function leastBusy(threads: readonly Thread[]): Thread {
  return threads.reduce((a, b) => (b.waiting < a.waiting ? b : a));
}

class Thread {
  readonly #worker: Worker;
  readonly #waiting: PromiseWithResolvers<JudgedRegion>[] = [];
  #broken: unknown;

  constructor(job: ThreadJob) {
    this.#worker = new Worker(workerFile('run-worker', import.meta.url), { workerData: job });
    this.#worker.on('message', (judged: JudgedRegion) => this.#waiting.shift()?.resolve(judged));
    this.#worker.on('error', (cause) => this.#break(cause));
    this.#worker.on('exit', (code) => this.#break(new Error(`a thread ended with ${code} before it had judged`)));
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  async judge(region: Region): Promise<JudgedRegion> {
    if (this.#broken !== undefined) throw this.#broken;
    const answer = Promise.withResolvers<JudgedRegion>();
    this.#waiting.push(answer);
    // It changes hands instead of being copied, but for a small one, which shares its memory with others.
    const { file, bytes } = region;
    const own = bytes.byteLength === bytes.buffer.byteLength ? bytes : new Uint8Array(bytes);
    this.#worker.postMessage({ file, bytes: own } satisfies Region, [own.buffer as ArrayBuffer]);
    return answer.promise;
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }

  #break(cause: unknown): void {
    this.#broken ??= cause;
    for (const { reject } of this.#waiting.splice(0)) reject(cause);
  }
}
