// SPDX-License-Identifier: Apache-2.0
import type { FindingDraft } from '@helios/core/finding';
import type { Metric } from '@helios/core/gate';
import { demandOf, isMet, valueOf } from '@helios/core/report';

/** Figures that miss what is asked of them: a metric alone is shown, and fails nothing. */
export function judgeTargets(metrics: readonly Metric[], path: string): FindingDraft[] {
  return metrics
    .filter((metric) => isMet(metric) === false)
    .map((metric) => ({
      ruleId: 'detect/target-missed',
      path,
      subject: metric.id,
      matched: metric.id,
      message: `${metric.title}: ${valueOf(metric)}, needs ${demandOf(metric)}`,
    }));
}
