// SPDX-License-Identifier: Apache-2.0
import { join, relative } from 'node:path';
import type { Io } from '@helios/core/cli';
import { loadInputs } from '@helios/core/cli/actions';
import { belowRoot } from '@helios/core/config';
import { writeFileAtomic } from '@helios/core/fs';
import { EXIT, type ExitCode } from '@helios/core/gate';
import { gate } from '../gate.ts';
import { measureHeat } from './heat.ts';
import { navigatorLayer } from './navigator.ts';
import { heatmapPicture } from './picture.ts';

export interface HeatmapFlags {
  readonly config?: string;
  readonly output: string;
}

/** `sec-attack-mapper heatmap`: a Navigator layer and a picture for each framework. */
export async function drawHeatmaps(flags: HeatmapFlags, io: Io): Promise<ExitCode> {
  const { project, inputs } = await loadInputs(gate, flags, io);
  const folder = belowRoot(project, flags.output);
  for (const [name, catalog] of Object.entries(inputs.catalogs)) {
    const heat = measureHeat(catalog, inputs);
    const base = join(folder, name);
    await writeFileAtomic(`${base}.json`, navigatorLayer(catalog, heat));
    await writeFileAtomic(`${base}.svg`, heatmapPicture(catalog, heat));
    io.stdout.write(`${relative(io.cwd, base)}.json, ${relative(io.cwd, base)}.svg\n`);
  }
  return EXIT.pass;
}
