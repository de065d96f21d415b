// SPDX-License-Identifier: Apache-2.0
import type { Io } from '@helios/core/cli';
import { loadInputs, writeOutput } from '@helios/core/cli/actions';
import { EXIT, type ExitCode } from '@helios/core/gate';
import { canonicalJson } from '@helios/core/hash';
import { gate } from '../gate.ts';
import { historyOf } from './history.ts';
import { baselineSchema, samplesWithin } from './samples.ts';

export interface BaselineFlags {
  readonly config?: string;
  readonly output?: string;
}

/** `sec-ccv baseline`: what later runs are compared with; all that began within the days that count for repairs. */
export async function recordBaseline({ output, ...flags }: BaselineFlags, io: Io): Promise<ExitCode> {
  const { inputs, options } = await loadInputs(gate, flags, io);
  const asOf = io.now();
  const history = historyOf(inputs.known, options.within, asOf);
  const baseline = baselineSchema.parse({
    schema: 'helios/ccv-baseline/v1',
    recorded: asOf.toISOString(),
    ...samplesWithin(inputs.known, history, options.repair.days),
  });
  await writeOutput(`${canonicalJson(baseline)}\n`, output, 'the baseline', io);
  return EXIT.pass;
}
