// SPDX-License-Identifier: Apache-2.0
import { parseConfigFile } from '@helios/core/config';
import type { LoadContext } from '@helios/core/gate';
import { canonicalJson } from '@helios/core/hash';
import { type DetectionTestRecord, detectionTestRecordSchema } from '@helios/core/record';
import type { TestRun } from './run.ts';

/** A record (helios/detection-test-record/v1, JCS) of what the tests of each rule said about the file as it is now. */
export function recordOf(runs: readonly TestRun[], digests: ReadonlyMap<string, string>): string {
  const results = runs
    .flatMap(({ rule, file, results: cases }) => {
      const sha256 = digests.get(file);
      const passed = cases.filter((each) => each.passed).length;
      const times = cases.flatMap(({ name, detectionMs }) => (detectionMs === undefined ? [] : [[name, detectionMs]]));
      const detectionMs = times.length === 0 ? {} : { detectionMs: Object.fromEntries(times) };
      return sha256 === undefined
        ? []
        : [{ rule, file, sha256, passed, failed: cases.length - passed, ...detectionMs }];
    })
    .sort((a, b) => (a.rule < b.rule ? -1 : 1));
  const record = detectionTestRecordSchema.parse({ schema: 'helios/detection-test-record/v1', results });
  return `${canonicalJson(record)}\n`;
}

/** What tests said before; undefined where nothing is to be held against it. Throws HeliosError `config`. */
export async function loadRecord(
  context: LoadContext,
  path: string | undefined,
): Promise<DetectionTestRecord | undefined> {
  return path === undefined ? undefined : parseConfigFile(context.read(path), detectionTestRecordSchema);
}
