// SPDX-License-Identifier: Apache-2.0
import type { Io } from '@helios/core/cli';
import { fail } from '@helios/core/error';
import { describeEvidence, drawEvidence } from '@helios/core/evidence';
import { EXIT, type ExitCode } from '@helios/core/gate';
import { evidencePath, evidenceSettings } from './settings.ts';

export interface ShowFlags {
  readonly evidenceDir?: string;
  readonly format: string;
}

/** `sec evidence show` */
export async function showEvidence(file: string | undefined, flags: ShowFlags, io: Io): Promise<ExitCode> {
  const { folder, logFolder } = await evidenceSettings(flags, io);
  const view = describeEvidence(folder, logFolder, file === undefined ? undefined : evidencePath(folder, file, io));
  switch (flags.format) {
    case 'text':
      io.stdout.write(drawEvidence(view));
      return EXIT.pass;
    case 'json':
      io.stdout.write(`${JSON.stringify(view, null, 2)}\n`);
      return EXIT.pass;
    default:
      return fail('usage', `unknown format "${flags.format}"`, { hint: 'Known formats: text, json.' });
  }
}
