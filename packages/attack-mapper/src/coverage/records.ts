// SPDX-License-Identifier: Apache-2.0
import type { LoadContext } from '@helios/core/gate';
import { parseConfigFile } from '@helios/core/config';

/**
 * Ids of the detections whose tests passed, by the records that sec-detect leaves. A record counts only while the
 * rule's file is what was tested: any change to it asks for a new run.
 */
export async function loadPassing(
  context: LoadContext,
  records: readonly string[],
  digests: ReadonlyMap<string, string>,
): Promise<ReadonlySet<string>> {
  const passing = new Set<string>();
  const paths = records.length === 0 ? [] : context.files({ include: records });
  if (paths.length === 0) return passing;
  const { detectionTestRecordSchema } = await import('@helios/core/record');
  for (const path of paths) {
    const record = await parseConfigFile(context.read(path), detectionTestRecordSchema);
    for (const { rule, file, sha256, passed, failed } of record.results) {
      if (passed > 0 && failed === 0 && digests.get(file) === sha256) passing.add(rule);
    }
  }
  return passing;
}
