// SPDX-License-Identifier: Apache-2.0
import type { FindingDraft } from '@helios/core/finding';
import { restrictedMean } from '../statistics/survival.ts';
import { alarmRate } from './alarms.ts';
import type { JudgeOptions } from './options.ts';
import type { Comparison } from './regression.ts';
import type { Survey } from './survey.ts';

/** Where findings about controls as a whole are placed. */
export interface Place {
  readonly path: string;
  readonly at?: FindingDraft['at'];
}

/** What is wrong with the figures as a whole. */
export function judgeFigures(survey: Survey, options: JudgeOptions, place: Place): FindingDraft[] {
  const problems = [
    ...judgeCoverage(survey),
    ...judgeRollbacks(survey, options),
    ...judgeRepairs(survey, options),
    ...judgeAlarms(survey, options),
    ...regressed('repair', 'the mean time to repair', survey.repairs),
    ...regressed('detection', 'the mean time to detection', survey.detections),
    ...regressed('false-alarm', 'the rate of false alarms', survey.alarms),
  ];
  return problems.map(([ruleId, subject, message]) => ({ ruleId, ...place, subject, matched: '', message }));
}

type Problem = readonly [ruleId: string, subject: string, message: string];

function judgeCoverage({ coverage }: Survey): Problem[] {
  return coverage.flatMap(({ tier, atLeast, hits, of, missing }): Problem[] => {
    if (hits * 100 >= atLeast * of) return [];
    const share = Math.floor((hits * 1000) / of) / 10;
    return [
      [
        'ccv/coverage-below-target',
        `tier ${tier}`,
        `${share} % of ${of} services of tier ${tier} are proven, needs ≥ ${atLeast} %; missing: ${listed(missing)}`,
      ],
    ];
  });
}

/** One failure is one too many until the bound says otherwise; without any, a small sample is no defect. */
function judgeRollbacks({ rollbacks }: Survey, { rollback: { atLeast } }: JudgeOptions): Problem[] {
  const { hits, of, bound, needed } = rollbacks;
  if (of === 0 || bound >= atLeast / 100) return [];
  const proven = `with 95 % confidence at least ${percent(bound)} succeed, needs ≥ ${atLeast} %`;
  return hits === of
    ? [
        [
          'ccv/rollback-not-provable',
          'rollbacks',
          `${of} of ${of} rollbacks verified: not yet provable (n = ${of}, needs ${needed}); ${proven}`,
        ],
      ]
    : [
        [
          'ccv/rollback-below-target',
          'rollbacks',
          `${hits} of ${of} rollbacks verified: ${proven}, which ${needed} would show`,
        ],
      ];
}

function judgeRepairs({ samples: { repairs }, drifting }: Survey, { repair: { atMost } }: JudgeOptions): Problem[] {
  const problems: Problem[] = [];
  const mean = restrictedMean(repairs);
  const open = repairs.filter(({ ended }) => !ended).length;
  if (mean > atMost) {
    const sample = `${repairs.length} failures, ${open} of them open`;
    problems.push([
      'ccv/slow-repair',
      'time to repair',
      `${mean.toFixed(1)} days to repair on average (${sample}), needs ≤ ${atMost}`,
    ]);
  }
  if (drifting) problems.push(['ccv/repair-drift', 'time to repair', 'repairs have grown slower, each by a little']);
  return problems;
}

/** Too many where even the least rate that fits the sample is: one false alarm in a week proves nothing yet. */
function judgeAlarms({ samples: { alarms } }: Survey, { alarms: { atMost } }: JudgeOptions): Problem[] {
  const { least } = alarmRate(alarms, atMost);
  if (least <= atMost / 100) return [];
  const rate = `${alarms.hits} of ${alarms.of} runs of working controls failed`;
  return [
    [
      'ccv/false-alarms',
      'false alarms',
      `${rate}: with 95 % confidence at least ${percent(least)}, needs ≤ ${atMost} %`,
    ],
  ];
}

function regressed(kind: string, what: string, comparison: Comparison | undefined): Problem[] {
  if (!comparison?.worse) return [];
  const { change, recent, before } = comparison;
  const more = Number.isFinite(change) ? `${change.toFixed(0)} % more than before` : 'and there were none before';
  return [[`ccv/${kind}-regression`, what, `${what} is ${more} (${recent} against ${before})`]];
}

/** Rounded down: 99.849 must not read as 99.85. */
function percent(share: number): string {
  return `${Math.floor(share * 10_000) / 100} %`;
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 20);
  return shown.join(', ') + (names.length > shown.length ? ` and ${names.length - shown.length} more` : '');
}
