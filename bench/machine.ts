// SPDX-License-Identifier: Apache-2.0
import { cpus, loadavg, release, totalmem, type } from 'node:os';

/** What the figures were taken on. */
export interface Machine {
  readonly cpu: string;
  readonly memory: string;
  readonly kernel: string;
  readonly node: string;
}

export function describeMachine(): Machine {
  const cores = cpus();
  return {
    cpu: `${cores[0]?.model.trim() ?? 'unknown'}, ${cores.length} cores`,
    memory: `${(totalmem() / 2 ** 30).toFixed(0)} GiB`,
    kernel: `${type()} ${release()}`,
    node: process.version,
  };
}

/** Over 1, 5 and 15 minutes: above the number of cores, others were at work, and wall times are too long. */
export function loadNow(): string {
  return loadavg()
    .map((value) => value.toFixed(1))
    .join(', ');
}
