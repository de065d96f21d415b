// SPDX-License-Identifier: Apache-2.0
import { relative, resolve, sep } from 'node:path';
import type { Io } from '@helios/core/cli';
import { proveRun } from '@helios/core/evidence';
import { writeFileAtomic } from '@helios/core/fs';
import { EXIT, type ExitCode } from '@helios/core/gate';
import { type EvidenceFlags, evidenceSettings } from './settings.ts';

export interface ProveFlags extends EvidenceFlags {
  readonly output?: string;
}

/** `sec evidence prove`: what somebody without the log needs to see that a run is in it. */
export async function prove(file: string, flags: ProveFlags, io: Io): Promise<ExitCode> {
  const { folder, logFolder } = await evidenceSettings(flags, io);
  const inside = relative(folder, resolve(io.cwd, file)).split(sep).join('/');
  const { rollup, index, size, proof } = proveRun(folder, logFolder, inside);
  if (flags.output === undefined) io.stdout.write(proof);
  else await writeFileAtomic(resolve(io.cwd, flags.output), proof);
  io.stderr.write(`${rollup} is entry ${index} of ${size}\n`);
  return EXIT.pass;
}
