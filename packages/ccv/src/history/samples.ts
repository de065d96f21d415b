// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import type { Share } from '../statistics/proportion.ts';
import type { Duration } from '../statistics/survival.ts';
import { DAY_MS, finishOf, hasFailed, hasPassed, repairOf } from './failures.ts';
import type { History, Known } from './history.ts';

/** What can be compared with what was before. */
export interface Samples {
  /** Days from failing to passing again, in the order in which they began. */
  readonly repairs: readonly Duration[];
  /** Seconds from the action until it was seen. */
  readonly detections: readonly Duration[];
  /** Of the runs in which the control worked, those that said it did not. */
  readonly alarms: Share;
}

/** What began, or was finished, after one moment and until another one; `until` may not be later than `asOf`. */
export function samplesOf(
  { falseAlarms }: Pick<Known, 'falseAlarms'>,
  { runs, failures, asOf }: History,
  after: number,
  until: number = asOf.getTime(),
): Samples {
  const within = (time: number): boolean => time > after && time <= until;
  const own = runs.filter((run) => within(finishOf(run)));
  const alarms = new Set(falseAlarms.map(({ run }) => run));
  const hits = own.filter((run) => hasFailed(run) && alarms.has(run.sha256)).length;
  return {
    repairs: failures.filter(({ opened }) => within(opened.getTime())).map((failure) => repairOf(failure, asOf)),
    detections: own.flatMap(({ detectedAfter }) =>
      detectedAfter === undefined ? [] : [{ length: detectedAfter, ended: true }],
    ),
    alarms: { hits, of: own.filter(hasPassed).length + hits },
  };
}

/** Of the last days, and of repairs whatever is still open: the oldest failures are the last to be left out. */
export function samplesWithin(known: Pick<Known, 'falseAlarms'>, history: History, days: number): Samples {
  const { failures, asOf } = history;
  const after = daysBefore(asOf, days);
  const counted = failures.filter(({ opened, closed }) => !closed || opened.getTime() > after);
  return { ...samplesOf(known, history, after), repairs: counted.map((failure) => repairOf(failure, asOf)) };
}

const duration = z.strictObject({ length: z.number().nonnegative(), ended: z.boolean() });
const count = z.int().nonnegative();

/** What later runs are compared with, helios/ccv-baseline/v1. */
export const baselineSchema = z.strictObject({
  schema: z.literal('helios/ccv-baseline/v1'),
  recorded: z.iso.datetime({ offset: false }),
  repairs: z.array(duration).describe('In days'),
  detections: z.array(duration).describe('In seconds'),
  alarms: z.strictObject({ hits: count, of: count }),
});
export type Baseline = Readonly<z.infer<typeof baselineSchema>>;

export function daysBefore(asOf: Date, days: number): number {
  return asOf.getTime() - days * DAY_MS;
}
