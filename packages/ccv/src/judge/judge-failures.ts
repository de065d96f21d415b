// SPDX-License-Identifier: Apache-2.0
import type { FindingDraft } from '@helios/core/finding';
import { DAY_MS, type Failure, hasFailed } from '../history/failures.ts';
import type { Known } from '../history/history.ts';
import { daysSince } from './judge-standings.ts';
import type { JudgeOptions } from './options.ts';
import type { Survey } from './survey.ts';

/** Whether what fails belongs to somebody, until when, and whether that was kept. */
export function judgeFailures({ history }: Survey, options: JudgeOptions): FindingDraft[] {
  const files = new Map(history.standings.map(({ file }) => [file.control.id, file]));
  return history.failures.flatMap((failure): FindingDraft[] => {
    const file = files.get(failure.control);
    const owner = failure.record?.owner ?? file?.control.owner;
    return problemsOf(failure, options, history.asOf).map(([ruleId, message]) => ({
      ruleId,
      // Of a control that is gone, the run is all there is.
      path: file?.path ?? failure.run.path,
      ...(file && { at: { pointer: ['id'] } }),
      subject: failure.control,
      // Each failure of a control is another one.
      matched: failure.run.sha256,
      message,
      ...(owner !== undefined && { owner }),
    }));
  });
}

function problemsOf({ control, run, opened, closed, record }: Failure, options: JudgeOptions, asOf: Date): Problem[] {
  if (closed) {
    return record && !record.closed
      ? [['ccv/stale-failure-record', `${control} passed at ${closed.at.toISOString()}; ${record.where} is still open`]]
      : [];
  }
  const what = `${control} has failed for ${daysSince(opened.getTime(), asOf)}: ${run.reason}`;
  if (!record) return [['ccv/failure-without-record', what]];
  const { where, expires } = record;
  const end = Date.parse(expires);
  const allowed = opened.getTime() + options.failures.within * DAY_MS;
  return [
    end < asOf.getTime()
      ? ['ccv/expired-failure', `${what}; it was to be mended by ${expires} (${where})`]
      : ['ccv/open-failure', `${what}; to be mended by ${expires} (${where})`],
    ...(end > allowed
      ? [
          [
            'ccv/overlong-failure',
            `${where} gives until ${expires}; ${options.failures.within} days are allowed`,
          ] as const,
        ]
      : []),
  ];
}

type Problem = readonly [ruleId: string, message: string];

/** Entries that call a run a false alarm which is none, or of which nothing is known. */
export function judgeFalseAlarms({ runs, falseAlarms }: Known): FindingDraft[] {
  const failed = new Set(runs.filter(hasFailed).map(({ sha256 }) => sha256));
  return falseAlarms
    .filter(({ run }) => !failed.has(run))
    .map(({ run, path, index }) => ({
      ruleId: 'ccv/unknown-false-alarm',
      path,
      at: { pointer: ['alarms', index, 'run'] },
      subject: run,
      message: `no record of a failed run has the digest ${run.slice(0, 12)}…`,
    }));
}
