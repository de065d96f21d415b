// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';
import type { Io } from '@helios/core/cli';
import { gateSettings, loadProject } from '@helios/core/config';
import { writeFileAtomic } from '@helios/core/fs';
import { EXIT, type ExitCode } from '@helios/core/gate';
import { gate } from '../gate.ts';
import { optionsSchema } from '../options.ts';
import { dashboardModel } from './model.ts';

export interface DashboardFlags {
  readonly config?: string;
  readonly output: string;
}

/** `sec-ccv dashboard`: Grafana's dashboard of the metrics, with the targets of helios.yaml. */
export async function writeDashboard({ output, ...flags }: DashboardFlags, io: Io): Promise<ExitCode> {
  const project = await loadProject({ cwd: io.cwd, ...flags });
  const options = optionsSchema.parse((await gateSettings(project, gate)).options);
  await writeFileAtomic(join(project.root, output), `${JSON.stringify(dashboardModel(options), undefined, 2)}\n`);
  io.stdout.write(`${output}\n`);
  return EXIT.pass;
}
