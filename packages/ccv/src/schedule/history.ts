// SPDX-License-Identifier: Apache-2.0
import { existsSync, realpathSync } from 'node:fs';
import { readRecord } from '@helios/core/evidence';
import { listFiles, readSource } from '@helios/core/input';
import { CONTROL_RUN_TYPE, type ControlRun, controlRunSchema } from '@helios/core/record';

/** The records of runs that an evidence folder holds. Throws HeliosError `input` for one that was changed. */
export function readHistory(evidence: string): ControlRun[] {
  if (!existsSync(evidence)) return [];
  const root = realpathSync.native(evidence);
  const { files } = listFiles(root, { include: ['ccv/*.intoto.json'], ignored: true });
  return files.flatMap((path) => readRecord(readSource(root, path), CONTROL_RUN_TYPE, controlRunSchema) ?? []);
}
