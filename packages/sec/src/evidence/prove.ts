// SPDX-License-Identifier: Apache-2.0
import type { Io } from '@helios/core/cli';
import { writeOutput } from '@helios/core/cli/actions';
import { proveRun } from '@helios/core/evidence';
import { EXIT, type ExitCode } from '@helios/core/gate';
import { type EvidenceFlags, evidencePath, evidenceSettings } from './settings.ts';

export interface ProveFlags extends EvidenceFlags {
  readonly output?: string;
}

/** `sec evidence prove`: what somebody without the log needs to see that a run is in it. */
export async function prove(file: string, flags: ProveFlags, io: Io): Promise<ExitCode> {
  const { folder, logFolder } = await evidenceSettings(flags, io);
  const { rollup, index, size, proof } = proveRun(folder, logFolder, evidencePath(folder, file, io));
  await writeOutput(proof, flags.output, 'the proof', io);
  io.stderr.write(`${rollup} is entry ${index} of ${size}\n`);
  return EXIT.pass;
}
