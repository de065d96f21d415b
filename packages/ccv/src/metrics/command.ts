// SPDX-License-Identifier: Apache-2.0
import type { Io } from '@helios/core/cli';
import { loadInputs, writeOutput } from '@helios/core/cli/actions';
import { EXIT, type ExitCode } from '@helios/core/gate';
import { gate } from '../gate.ts';
import { metricsText } from './metrics.ts';

export interface MetricsFlags {
  readonly config?: string;
  readonly output?: string;
}

/** `sec-ccv metrics`: to stdout, or to a file that node_exporter's textfile collector reads, which never sees half of it. */
export async function writeMetrics({ output, ...flags }: MetricsFlags, io: Io): Promise<ExitCode> {
  const { inputs, options } = await loadInputs(gate, flags, io);
  await writeOutput(metricsText(inputs, options, io.now()), output, 'the metrics', io);
  return EXIT.pass;
}
