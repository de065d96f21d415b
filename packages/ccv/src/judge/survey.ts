// SPDX-License-Identifier: Apache-2.0
import { type History, historyOf, type Known, runsWithin } from '../history/history.ts';
import { type Rollbacks, rollbacksOf } from '../history/rollbacks.ts';
import { type Baseline, daysBefore, type Samples, samplesOf, samplesWithin } from '../history/samples.ts';
import { DRIFT_LIMIT, driftOf } from '../statistics/drift.ts';
import { type Coverage, coverageOf } from './coverage.ts';
import type { JudgeOptions } from './options.ts';
import { compareDurations, compareShares, type Comparison } from './regression.ts';

/** All figures of controls as of a moment: what the gate judges, and what metrics and dashboards show. */
export interface Survey {
  readonly history: History;
  readonly coverage: readonly Coverage[];
  readonly rollbacks: Rollbacks;
  /** Of the days that count for repairs. */
  readonly samples: Samples;
  /** Against what was before; absent where there are too few to tell. */
  readonly repairs?: Comparison;
  readonly detections?: Comparison;
  readonly alarms?: Comparison;
  /** Repairs drift though no comparison shows it. */
  readonly drifting: boolean;
}

export function surveyOf(known: Known, baseline: Baseline | undefined, options: JudgeOptions, asOf: Date): Survey {
  const history = historyOf(known, options.within, asOf);
  const { recent: days, before: daysEarlier } = options.regression;
  const start = daysBefore(asOf, days);
  const recent = samplesOf(known, history, start);
  const before = baseline ?? samplesOf(known, history, daysBefore(asOf, days + daysEarlier), start);
  const since = baseline ? samplesOf(known, history, Date.parse(baseline.recorded)) : recent;
  const repairs = compareDurations(recent.repairs, before.repairs, options.regression);
  const detections = compareDurations(recent.detections, before.detections, options.regression);
  const alarms = compareShares(recent.alarms, before.alarms, options.regression);
  return {
    history,
    coverage: options.coverage.map((target) => coverageOf(known, history, target)),
    rollbacks: rollbacksOf(runsWithin(history, options.rollback.days), options.rollback.atLeast / 100),
    samples: samplesWithin(known, history, options.repair.days),
    ...(repairs && { repairs }),
    ...(detections && { detections }),
    ...(alarms && { alarms }),
    drifting:
      before.repairs.length >= options.regression.least && driftOf(since.repairs, before.repairs) >= DRIFT_LIMIT,
  };
}
