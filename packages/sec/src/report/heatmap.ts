// SPDX-License-Identifier: Apache-2.0
import type { Io } from '@helios/core/cli';
import { loadInputs } from '@helios/core/cli/actions';
import { HeliosError } from '@helios/core/error';
import type { RecordedRun } from '@helios/core/evidence';
import { markup, type Section } from '@helios/core/report';

/**
 * The heatmaps of a run that judged detections. Evidence says which files the run read, and not what they held: they are
 * drawn where the same files still stand, and else left out with the reason.
 */
export async function heatmap({ results }: RecordedRun, io: Io): Promise<Section[]> {
  const judged = results.get('attack-mapper');
  if (!judged) return [];
  const [{ gate }, { heatSections }] = await Promise.all([
    import('@helios/attack-mapper/gate'),
    import('@helios/attack-mapper/heatmap'),
  ]);
  try {
    const { inputs, read } = await loadInputs(gate, {}, io);
    const then = new Map(judged.inputs.map(({ path, sha256 }) => [path, sha256]));
    const changed = read.find(({ path, sha256 }) => then.get(path) !== sha256);
    return changed ? leftOut(`${changed.path} is not what the run read`) : heatSections(inputs);
  } catch (thrown) {
    if (thrown instanceof HeliosError) return leftOut(thrown.message);
    throw thrown;
  }
}

function leftOut(reason: string): Section[] {
  return [{ id: 'heatmap', title: 'Heatmap', body: markup`<p>Left out: ${reason}.</p>` }];
}
