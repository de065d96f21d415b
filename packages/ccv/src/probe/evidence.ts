// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describeEvidence, LOG_FOLDER, verifyEvidence } from '@helios/core/evidence';
import type { Json } from '../control/json.ts';
import type { ObservationOf } from '../control/observation.ts';
import { NoData, type World } from './world.ts';

/**
 * `{files, problems, ageSeconds}`: what the folder holds, what of it does not verify, and the age of the latest run, which
 * is only told where all holds.
 */
export async function observeEvidence({ folder, keys }: ObservationOf<'evidence'>, world: World): Promise<Json> {
  const directory = resolve(world.root, folder ?? world.evidence);
  const publicKeys = keys.map((file) => readFileSync(resolve(world.root, file), 'utf8'));
  const { files, problems } = await verifyEvidence(directory, { publicKeys, requireSigned: keys.length > 0 });
  if (files === 0) throw new NoData('no run has left evidence');
  // The age of what does not hold is nobody's business.
  if (problems.length > 0) return { files, problems: problems.length };
  const { run } = describeEvidence(directory, join(directory, LOG_FOLDER));
  if (!run) throw new NoData('no run has left evidence');
  const age = (world.now().getTime() - Date.parse(run.facts.timeVerified)) / 1000;
  return { files, problems: 0, ageSeconds: Math.max(0, age) };
}
