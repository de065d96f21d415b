// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';
import type { Io } from '@helios/core/cli';
import { loadInputs } from '@helios/core/cli/actions';
import { withLock } from '@helios/core/fs';
import { EXIT, type ExitCode } from '@helios/core/gate';
import { type Issue, mergeIssues, readIssues, writeIssues } from '@helios/core/record';
import { claimantsOf } from '../coverage/coverage.ts';
import { measureAll } from '../evaluate.ts';
import { gate } from '../gate.ts';
import { gapIssues, KEY_PREFIX } from './gaps.ts';

const LOCK_TIMEOUT_MS = 10_000;

export interface GapsFlags {
  readonly config?: string;
  readonly output: string;
}

/** `sec-attack-mapper gaps`: brings a file of issues in line with the gaps there are. */
export async function listGaps(flags: GapsFlags, io: Io): Promise<ExitCode> {
  const { project, options, inputs } = await loadInputs(gate, flags, io);
  const detections = inputs.files.flatMap((file) => file.detections);
  const wanted = gapIssues(measureAll(inputs, options, claimantsOf(detections, inputs.catalogs)), inputs.catalogs);
  const file = join(project.root, flags.output);
  // Another job may bring the same file up to date at this moment.
  const { opened, closed } = await withLock(`${file}.lock`, () => update(file, wanted), { timeoutMs: LOCK_TIMEOUT_MS });
  io.stdout.write(`${flags.output}: ${wanted.length} gaps (${opened} opened, ${closed} closed)\n`);
  return EXIT.pass;
}

async function update(file: string, wanted: readonly Issue[]): Promise<{ opened: number; closed: number }> {
  const held = await readIssues(file);
  const merged = mergeIssues(held, wanted, KEY_PREFIX);
  await writeIssues(file, merged);
  const open = new Set(held.filter(({ state }) => state === 'open').map(({ key }) => key));
  return {
    opened: wanted.filter(({ key }) => !open.has(key)).length,
    closed: merged.filter(({ key, state }) => state === 'closed' && open.has(key)).length,
  };
}
