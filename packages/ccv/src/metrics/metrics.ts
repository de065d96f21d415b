// SPDX-License-Identifier: Apache-2.0
import { DAY_MS, finishOf } from '../history/failures.ts';
import type { Standing } from '../history/history.ts';
import type { Coverage } from '../judge/coverage.ts';
import type { JudgeOptions } from '../judge/options.ts';
import { type Survey, surveyOf } from '../judge/survey.ts';
import type { Inputs } from '../load.ts';
import { medianLength, restrictedMean } from '../statistics/survival.ts';
import { expositionOf, type Family, type Sample } from './exposition.ts';

const DAY_SECONDS = DAY_MS / 1000;

/** All figures of controls as of a moment, in Prometheus' text format: what `/metrics` answers, or a textfile holds. */
export function metricsText({ known, baseline }: Inputs, options: JudgeOptions, asOf: Date): string {
  const survey = surveyOf(known, baseline, options, asOf);
  return expositionOf([
    ...coverageFamilies(survey),
    ...controlFamilies(survey.history.standings),
    ...rollbackFamilies(survey, options),
    ...repairFamilies(survey, options),
    ...failureFamilies(survey),
    ...comparisonFamilies(survey),
    gauge('evaluated_timestamp_seconds', 'When these figures were computed.', asOf.getTime() / 1000),
  ]);
}

function coverageFamilies({ coverage }: Survey): Family[] {
  const byTier = (value: (coverage: Coverage) => number): Sample[] =>
    coverage.map((each) => ({ labels: { tier: String(each.tier) }, value: value(each) }));
  return [
    { name: 'services', help: 'Services in the inventory.', samples: byTier(({ of }) => of) },
    {
      name: 'services_proven',
      help: 'Services of which all controls passed in time.',
      samples: byTier(({ hits }) => hits),
    },
    {
      name: 'coverage_target_ratio',
      help: 'Share of services that must be proven.',
      samples: byTier(({ atLeast }) => atLeast / 100),
    },
  ];
}

function controlFamilies(standings: readonly Standing[]): Family[] {
  const byControl = (value: (standing: Standing) => number | undefined): Sample[] =>
    standings.flatMap((standing) => {
      const { id, service, tier } = standing.file.control;
      const found = value(standing);
      return found === undefined ? [] : [{ labels: { control: id, service, tier: String(tier) }, value: found }];
    });
  return [
    {
      name: 'control_proven',
      help: 'Whether the control passed in time and has not failed since.',
      samples: byControl(({ proven }) => Number(proven)),
    },
    {
      name: 'control_failing',
      help: 'Whether the control has failed since its last pass.',
      samples: byControl(({ failure }) => Number(failure !== undefined)),
    },
    {
      name: 'control_last_run_timestamp_seconds',
      help: 'When the control was last run, with whatever outcome.',
      samples: byControl(({ last }) => last && finishOf(last) / 1000),
    },
    {
      name: 'control_last_pass_timestamp_seconds',
      help: 'When the control last passed.',
      samples: byControl(({ lastPass }) => lastPass && finishOf(lastPass) / 1000),
    },
  ];
}

function rollbackFamilies({ rollbacks }: Survey, { rollback }: JudgeOptions): Family[] {
  const { hits, of, bound, needed } = rollbacks;
  return [
    {
      name: 'rollbacks',
      help: 'Rollbacks by whether the steady state was seen again.',
      samples: [
        { labels: { result: 'verified' }, value: hits },
        { labels: { result: 'failed' }, value: of - hits },
      ],
    },
    ...(of === 0
      ? []
      : [
          gauge('rollback_success_ratio', 'Share of rollbacks that were verified.', hits / of),
          gauge('rollback_success_bound_ratio', 'Rate of success at least, with 95 % confidence.', bound),
        ]),
    gauge('rollback_target_ratio', 'Rate of success that is asked for.', rollback.atLeast / 100),
    gauge('rollbacks_needed', 'Rollbacks that prove the target with as many failures.', needed),
  ];
}

function repairFamilies({ samples }: Survey, { repair, alarms }: JudgeOptions): Family[] {
  const { repairs, detections } = samples;
  const median = medianLength(repairs);
  const seen = medianLength(detections);
  const closed = repairs.filter(({ ended }) => ended).length;
  return [
    {
      name: 'repairs',
      help: 'Failures by whether they were mended.',
      samples: [
        { labels: { state: 'closed' }, value: closed },
        { labels: { state: 'open' }, value: repairs.length - closed },
      ],
    },
    {
      name: 'repair_seconds',
      help: 'Time to repair; open failures count (Kaplan-Meier).',
      samples: [
        ...(repairs.length === 0
          ? []
          : [{ labels: { statistic: 'mean' }, value: restrictedMean(repairs) * DAY_SECONDS }]),
        ...(median === undefined ? [] : [{ labels: { statistic: 'median' }, value: median * DAY_SECONDS }]),
      ],
    },
    gauge('repair_target_seconds', 'Longest mean time to repair.', repair.atMost * DAY_SECONDS),
    {
      name: 'detection_seconds',
      help: 'Time from the action of a control until it was seen.',
      samples: seen === undefined ? [] : [{ labels: { statistic: 'median' }, value: seen }],
    },
    gauge('detections', 'Runs that the time to detection is of.', detections.length),
    gauge('false_alarms', 'Runs that failed though the control worked.', samples.alarms.hits),
    gauge('working_runs', 'Runs in which the control worked.', samples.alarms.of),
    gauge('false_alarm_target_ratio', 'Highest rate of false alarms.', alarms.atMost / 100),
  ];
}

function failureFamilies({ history: { failures, asOf } }: Survey): Family[] {
  const open = failures.filter(({ closed }) => !closed);
  const labelled = open.map((failure) => {
    const { control, service, record } = failure;
    return { failure, labels: { control, service, owner: record?.owner ?? '' } };
  });
  return [
    gauge('failures_open', 'Controls that have failed since their last pass.', open.length),
    gauge('failures_unrecorded', 'Of these, those that belong to nobody.', open.filter(({ record }) => !record).length),
    {
      name: 'failure_age_seconds',
      help: 'For how long a control has failed.',
      samples: labelled.map(({ failure, labels }) => ({
        labels,
        value: (asOf.getTime() - failure.opened.getTime()) / 1000,
      })),
    },
    {
      name: 'failure_expires_timestamp_seconds',
      help: 'By when it is to be mended.',
      samples: labelled.flatMap(({ failure: { record }, labels }) =>
        record ? [{ labels, value: Date.parse(record.expires) / 1000 }] : [],
      ),
    },
  ];
}

function comparisonFamilies({ repairs, detections, alarms, drifting }: Survey): Family[] {
  const all = Object.entries({ repair: repairs, detection: detections, false_alarms: alarms });
  const samples = (value: (comparison: NonNullable<typeof repairs>) => number): Sample[] =>
    all.flatMap(([of, comparison]) => (comparison ? [{ labels: { of }, value: value(comparison) }] : []));
  return [
    {
      name: 'change_ratio',
      help: 'Change since before; 0.5 is half as much again.',
      samples: samples(({ change }) => change / 100).filter(({ value }) => Number.isFinite(value)),
    },
    {
      name: 'regressed',
      help: 'Whether the change is larger than chance explains.',
      samples: samples(({ worse }) => Number(worse)),
    },
    gauge('repair_drifting', 'Whether repairs grow slower little by little.', Number(drifting)),
  ];
}

function gauge(name: string, help: string, value: number): Family {
  return { name, help, samples: [{ value }] };
}
