// SPDX-License-Identifier: Apache-2.0
import type { Io } from '@helios/core/cli';
import { carryOut, loadInputs, namedConnector, type SendFlags } from '@helios/core/cli/actions';
import { belowRoot, type Project } from '@helios/core/config';
import { fail } from '@helios/core/error';
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
  /** Name of a connector. */
  readonly to?: string;
  readonly apply?: boolean;
}

/** `sec-attack-mapper gaps`: brings a file of issues, or a tracker, in line with the gaps there are. */
export async function listGaps(flags: GapsFlags, io: Io): Promise<ExitCode> {
  if (flags.apply && flags.to === undefined)
    fail('usage', '--apply is for a connector, and none is named', {
      hint: 'Name it: --to <connector>. A file is written without it.',
    });
  const { project, options, inputs } = await loadInputs(gate, flags, io);
  const detections = inputs.files.flatMap((file) => file.detections);
  const wanted = gapIssues(measureAll(inputs, options, claimantsOf(detections, inputs.catalogs)), inputs.catalogs);
  if (flags.to !== undefined) return sendGaps(wanted, { ...flags, to: flags.to }, project, io);
  const file = belowRoot(project, flags.output);
  // Another job may bring the same file up to date at this moment.
  const { opened, closed } = await withLock(`${file}.lock`, () => update(file, wanted), { timeoutMs: LOCK_TIMEOUT_MS });
  io.stdout.write(`${flags.output}: ${wanted.length} gaps (${opened} opened, ${closed} closed)\n`);
  return EXIT.pass;
}

async function sendGaps(wanted: readonly Issue[], flags: SendFlags, project: Project, io: Io): Promise<ExitCode> {
  const { planIssues } = namedConnector(project, flags.to, io);
  if (!planIssues)
    fail('usage', `${flags.to} takes no issues`, { hint: 'Name a connector to GitHub, GitLab or a file.' });
  return carryOut(await planIssues(wanted, KEY_PREFIX), flags, io);
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
