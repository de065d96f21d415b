// SPDX-License-Identifier: Apache-2.0
import type { FindingDraft } from '@helios/core/finding';
import type { Scenario } from '../detection/detection.ts';
import type { Catalogs } from './catalogs.ts';
import { reporterOf } from './judge-detection.ts';
import { judgeTechnique } from './judge-technique.ts';

/** Scenario steps must name live techniques, and detections that exist. */
export function judgeScenarios(
  scenarios: ReadonlyMap<string, readonly Scenario[]>,
  catalogs: Catalogs,
  known: ReadonlySet<string>,
): FindingDraft[] {
  const findings: FindingDraft[] = [];
  for (const [path, inFile] of scenarios) {
    for (const { id, document, steps } of inFile) {
      for (const step of steps) {
        const subject = `${id}/${step.id}`;
        const report = reporterOf(findings, path, document, subject, step.pointer);
        for (const claim of step.claims) judgeTechnique(claim, catalogs, report);
        for (const stranger of step.detections.filter((each) => !known.has(each.id))) {
          const message = `${subject} relies on ${stranger.id}, and no such detection was read`;
          report('mapping/unknown-detection', undefined, message, {
            at: { document, pointer: stranger.pointer },
            matched: stranger.id,
          });
        }
      }
    }
  }
  return findings;
}
