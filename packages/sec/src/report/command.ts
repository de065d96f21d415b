// SPDX-License-Identifier: Apache-2.0
import type { Io } from '@helios/core/cli';
import { writeOutput } from '@helios/core/cli/actions';
import { describeEvidence, readRun } from '@helios/core/evidence';
import { EXIT, type ExitCode } from '@helios/core/gate';
import { drawPage } from '@helios/core/report';
import { type EvidenceFlags, evidencePath, evidenceSettings } from '../evidence/settings.ts';
import { loadGates } from '../gates.ts';
import { chainSection } from './chain.ts';
import { heatmap } from './heatmap.ts';
import { recordedReport } from './recorded.ts';

export interface ReportFlags extends EvidenceFlags {
  readonly output?: string;
}

/** `sec report`: a recorded run as one page of HTML. Evidence that does not hold is not drawn (HeliosError `evidence`). */
export async function report(file: string | undefined, flags: ReportFlags, io: Io): Promise<ExitCode> {
  const { folder, logFolder } = await evidenceSettings(flags, io);
  const run = readRun(folder, file === undefined ? undefined : evidencePath(folder, file, io));
  const gates = new Map((await loadGates()).map((gate) => [gate.id, gate]));
  const sections = [...(await heatmap(run, io)), chainSection(describeEvidence(folder, logFolder, run.path))];
  const page = drawPage(recordedReport(run, gates), sections);
  await writeOutput(page, flags.output, 'the page', io);
  return EXIT.pass;
}
