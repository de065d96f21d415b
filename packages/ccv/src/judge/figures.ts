// SPDX-License-Identifier: Apache-2.0
import type { Metric } from '@helios/core/gate';
import { medianLength, restrictedMean } from '../statistics/survival.ts';
import { alarmRate } from './alarms.ts';
import type { JudgeOptions } from './options.ts';
import type { Comparison } from './regression.ts';
import type { Survey } from './survey.ts';

/** The figures of a survey as a gate's metrics, each with its sample. */
export function metricsOf(survey: Survey, options: JudgeOptions): Metric[] {
  const { standings } = survey.history;
  const proven = standings.filter((standing) => standing.proven).length;
  return [
    // Of a tier without services there is no share.
    ...survey.coverage.flatMap(({ tier, atLeast, hits, of }): Metric[] => {
      const title = `services of tier ${tier} proven`;
      return of === 0 ? [] : [share(`coverage.tier-${tier}`, title, hits / of, { hits, of }, { atLeast })];
    }),
    ...(standings.length === 0
      ? []
      : [
          share('controls.proven', 'controls proven', proven / standings.length, {
            hits: proven,
            of: standings.length,
          }),
        ]),
    ...rollbackMetrics(survey, options),
    ...repairMetrics(survey, options),
    ...detectionMetrics(survey),
    ...alarmMetrics(survey, options),
    ...change('repair', survey.repairs),
    ...change('detection', survey.detections),
    ...change('false-alarms', survey.alarms),
  ];
}

function rollbackMetrics({ rollbacks }: Survey, { rollback: { atLeast } }: JudgeOptions): Metric[] {
  const { hits, of, bound, needed } = rollbacks;
  if (of === 0) return [];
  const success = share('rollback.success', 'rollbacks verified', hits / of, { hits, of });
  const title = 'rollbacks verified, with 95 % confidence at least';
  return hits === of && of < needed
    ? [success, share('rollback.bound', `${title} ${notProvable(of, needed)}`, bound, { hits, of })]
    : [success, share('rollback.bound', title, bound, { hits, of }, { atLeast })];
}

function repairMetrics({ samples: { repairs } }: Survey, { repair: { atMost } }: JudgeOptions): Metric[] {
  if (repairs.length === 0) return [];
  const sample = { hits: repairs.filter(({ ended }) => ended).length, of: repairs.length };
  const mean = restrictedMean(repairs);
  const median = medianLength(repairs);
  return [
    { id: 'repair.mean', title: 'mean time to repair', value: mean, unit: 'days', threshold: { atMost }, sample },
    ...(median === undefined
      ? []
      : [{ id: 'repair.median', title: 'median time to repair', value: median, unit: 'days', sample }]),
  ];
}

function detectionMetrics({ samples: { detections } }: Survey): Metric[] {
  const median = medianLength(detections);
  if (median === undefined) return [];
  const sample = { hits: detections.length, of: detections.length };
  return [{ id: 'detection.median', title: 'median time to detection', value: median, unit: 'seconds', sample }];
}

function alarmMetrics({ samples: { alarms } }: Survey, { alarms: { atMost } }: JudgeOptions): Metric[] {
  const { hits, of } = alarms;
  if (of === 0) return [];
  const { least, most, needed } = alarmRate(alarms, atMost);
  const rate = share('false-alarms', 'false alarms', hits / of, alarms);
  const title = 'false alarms, with 95 % confidence at most';
  const open = most * 100 > atMost && least * 100 <= atMost;
  return open
    ? [rate, share('false-alarms.bound', `${title} ${notProvable(of, needed)}`, most, alarms)]
    : [rate, share('false-alarms.bound', title, most, alarms, { atMost })];
}

/** Too few to tell are no breach of what is asked for; the title says how far it is. */
function notProvable(of: number, needed: number): string {
  return `(not yet provable: n = ${of}, needs ${needed})`;
}

function change(id: string, comparison: Comparison | undefined): Metric[] {
  if (!comparison || !Number.isFinite(comparison.change)) return [];
  const { change: value, recent, before } = comparison;
  return [
    {
      id: `${id}.change`,
      title: `${id}, change since before`,
      value,
      unit: '%',
      sample: { hits: recent, of: recent + before },
    },
  ];
}

function share(
  id: string,
  title: string,
  value: number,
  sample: Metric['sample'],
  threshold?: Metric['threshold'],
): Metric {
  return { id, title, value: value * 100, unit: '%', ...(sample && { sample }), ...(threshold && { threshold }) };
}
