// SPDX-License-Identifier: Apache-2.0
import type { Io } from '@helios/core/cli';
import { loadInputs, writeOutput } from '@helios/core/cli/actions';
import { EXIT, type ExitCode } from '@helios/core/gate';
import { visible } from '@helios/core/report';
import { gate } from '../gate.ts';
import { measureNoise, upperBound } from './noise.ts';
import { noiseRecord } from './record.ts';

export interface NoiseFlags {
  readonly config?: string;
  readonly record?: string;
}

/** `sec-detect noise`: how often each rule matches the harmless events of the configuration, the noisiest first. */
export async function tellNoise(flags: NoiseFlags, io: Io): Promise<ExitCode> {
  const { inputs } = await loadInputs(gate, flags, io);
  const noise = measureNoise(inputs.set, inputs.benign.events);
  const titles = new Map(inputs.set.rules.map(({ rule }) => [rule.id, rule.title]));
  const loud = noise.filter(({ matches }) => matches > 0).sort((a, b) => b.matches / b.events - a.matches / a.events);
  for (const { rule, matches, events, example } of loud) {
    const bound = (upperBound(matches, events) * 1000).toFixed(2);
    const where = example ? `  ${example.file}:${example.record}` : '';
    io.stdout.write(
      `${visible(`${matches} of ${events}  at most ${bound} per 1,000  ${titles.get(rule) ?? rule}${where}`)}\n`,
    );
  }
  io.stdout.write(`${loud.length} of ${noise.length} rules match harmless events\n`);
  if (flags.record !== undefined) await writeOutput(noiseRecord(noise), flags.record, 'the record', io);
  return inputs.benign.events.length === 0 ? EXIT.nothingChecked : EXIT.pass;
}
