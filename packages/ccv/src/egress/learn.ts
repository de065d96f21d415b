// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';
import type { Io } from '@helios/core/cli';
import { loadProject } from '@helios/core/config';
import { fail } from '@helios/core/error';
import { writeFileAtomic } from '@helios/core/fs';
import { EXIT, type ExitCode } from '@helios/core/gate';
import { visible } from '@helios/core/report';
import { type Baseline, createLearner, digestOf } from './baseline.ts';
import { namedLogs } from './named-log.ts';
import { observe } from './observation.ts';
import { readPlan } from './plan.ts';

export interface PlanFlags {
  readonly config?: string;
  readonly settings: string;
}

/** `sec-ccv egress learn`: writes the baseline that the settings name, out of logs, for a person to review. */
export async function learnEgress(logs: readonly string[], flags: PlanFlags, io: Io): Promise<ExitCode> {
  const project = await loadProject({ cwd: io.cwd, ...flags });
  const { settings, internal } = await readPlan(project, flags.settings);
  const learner = createLearner();
  for (const { settings: source, records } of namedLogs(logs, settings, io)) {
    for await (const record of records()) {
      const observation = observe(record, source, internal);
      if (typeof observation !== 'string') learner.learn(observation);
    }
  }
  const baseline = learner.baseline();
  await write(join(project.root, settings.baseline), baseline);
  const pairs = baseline.workloads.reduce((sum, { destinations }) => sum + destinations.length, 0);
  io.stdout.write(
    `${settings.baseline}: ${pairs} destinations of ${baseline.workloads.length} workloads; read them, then sec-ccv egress review\n`,
  );
  return pairs === 0 ? EXIT.nothingChecked : EXIT.pass;
}

export interface ReviewFlags extends PlanFlags {
  readonly by: string;
}

/** `sec-ccv egress review`: says who has read the baseline as it is now, and when. */
export async function reviewEgress(flags: ReviewFlags, io: Io): Promise<ExitCode> {
  const project = await loadProject({ cwd: io.cwd, ...flags });
  const { settings, baseline } = await readPlan(project, flags.settings);
  if (!baseline)
    return fail('usage', `${settings.baseline} is not there`, { hint: 'Make it first: sec-ccv egress learn.' });
  const on = io.now().toISOString().slice(0, 10);
  const reviewed = { by: flags.by, on, sha256: digestOf(baseline.known) };
  await write(join(project.root, settings.baseline), { ...baseline.known, reviewed });
  io.stdout.write(`${settings.baseline}: reviewed by ${visible(flags.by)} on ${on}\n`);
  return EXIT.pass;
}

async function write(file: string, { schema, reviewed, workloads }: Baseline): Promise<void> {
  const ordered = { schema, ...(reviewed && { reviewed }), workloads };
  await writeFileAtomic(file, `${JSON.stringify(ordered, null, 2)}\n`);
}
