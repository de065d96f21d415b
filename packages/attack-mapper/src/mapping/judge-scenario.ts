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
  return [...scenarios].flatMap(([path, inFile]) =>
    inFile.flatMap((scenario) =>
      scenario.steps.flatMap((step) => {
        const subject = `${scenario.id}/${step.id}`;
        const report = reporterOf(path, scenario.document, subject, step.pointer);
        const strangers = step.detections.filter(({ id }) => !known.has(id));
        return [
          ...step.claims.flatMap((claim) => judgeTechnique(claim, catalogs, report)),
          ...strangers.map(({ id, pointer }) =>
            report(
              'mapping/unknown-detection',
              undefined,
              `${subject} relies on ${id}, and no such detection was read`,
              {
                at: { document: scenario.document, pointer },
                matched: id,
              },
            ),
          ),
        ];
      }),
    ),
  );
}
