// SPDX-License-Identifier: Apache-2.0
import { parseConfigFile } from '@helios/core/config';
import type { LoadContext } from '@helios/core/gate';
import { canonicalJson } from '@helios/core/hash';
import { type DetectionTestRecord, detectionTestRecordSchema } from '@helios/core/record';
import { runsByRule, type TestRun } from './run.ts';

/**
 * A record (helios/detection-test-record/v1, JCS) of what the tests of each rule said about the file as it is now. Rules
 * that no case has seen match are left out: nothing was shown of them.
 */
export function recordOf(runs: readonly TestRun[], digests: ReadonlyMap<string, string>): string {
  const results = [...runsByRule(runs)]
    .flatMap(([rule, all]) => {
      const file = all[0]?.file ?? '';
      const sha256 = digests.get(file);
      const cases = all.flatMap((run) => run.results);
      if (sha256 === undefined || !cases.some(({ passed, matches }) => passed && matches > 0)) return [];
      const passed = cases.filter((each) => each.passed).length;
      const times = cases.flatMap(({ name, detectionMs }) => (detectionMs === undefined ? [] : [[name, detectionMs]]));
      const detectionMs = times.length === 0 ? {} : { detectionMs: Object.fromEntries(times) };
      return [{ rule, file, sha256, passed, failed: cases.length - passed, ...detectionMs }];
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
