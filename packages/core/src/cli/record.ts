// SPDX-License-Identifier: Apache-2.0
import { join, resolve } from 'node:path';
import type { Project } from '../config/index.ts';
import { type RunnerRecord, storeRecord } from '../evidence/index.ts';
import type { Io } from './io.ts';
import { type SigningFlags, signerOf } from './proof.ts';

export interface RecordFlags extends SigningFlags {
  readonly evidenceDir?: string;
}

/**
 * Leaves the proof of what a runner did: in the folder of --evidence-dir, from the current one, else in that of the
 * configuration. Returns its absolute path. Throws HeliosError.
 */
export async function leaveRecord(record: RunnerRecord, flags: RecordFlags, project: Project, io: Io): Promise<string> {
  const { evidenceDir } = flags;
  const directory =
    evidenceDir === undefined ? join(project.root, project.config.evidence.directory) : resolve(io.cwd, evidenceDir);
  return join(directory, await storeRecord(directory, record, signerOf(flags, project, io)));
}
