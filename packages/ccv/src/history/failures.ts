// SPDX-License-Identifier: Apache-2.0
import type { ControlFailure, ControlRun } from '@helios/core/record';
import type { Duration } from '../statistics/survival.ts';

/** What a runner left, and where it stands. */
export type Recorded<T> = Readonly<T> & {
  /** From the root. */
  readonly path: string;
  /** Of the statement. */
  readonly sha256: string;
};

/** The time from the first run that failed to the next that passed. */
export interface Failure {
  readonly control: string;
  readonly service: string;
  /** The run that failed first. */
  readonly run: Recorded<ControlRun>;
  readonly opened: Date;
  /** Absent while it lasts. */
  readonly closed?: { readonly at: Date; readonly run: string };
  /** What was last said of it; absent where nobody was told. */
  readonly record?: Recorded<ControlFailure>;
}

/** A run fails by its outcome, and by leaving something behind whatever its outcome. */
export function hasFailed({ outcome, rollback }: ControlRun): boolean {
  return outcome === 'fail' || rollback?.verified === false;
}

export function hasPassed(run: ControlRun): boolean {
  return run.outcome === 'pass' && !hasFailed(run);
}

/** In the order of time; runs that finished in the same moment by digest, so that the order of files means nothing. */
export function inOrder(runs: readonly Recorded<ControlRun>[]): Recorded<ControlRun>[] {
  return [...runs].sort((a, b) => finishOf(a) - finishOf(b) || (a.sha256 < b.sha256 ? -1 : 1));
}

export function finishOf({ finished }: ControlRun): number {
  return Date.parse(finished);
}

/**
 * The failures in runs that are in order. Only a pass ends one: what is inconclusive or was not run does not, and neither does
 * a control that is gone.
 */
export function failuresOf(
  runs: readonly Recorded<ControlRun>[],
  records: readonly Recorded<ControlFailure>[],
): Failure[] {
  const recordOf = latestRecords(records);
  const open = new Map<string, Failure>();
  const closed: Failure[] = [];
  for (const run of runs) {
    const { control, service } = run;
    const lasting = open.get(control);
    const at = new Date(finishOf(run));
    if (hasFailed(run) && !lasting) {
      const record = recordOf.get(run.sha256);
      open.set(control, { control, service, run, opened: at, ...(record && { record }) });
    }
    if (hasPassed(run) && lasting) {
      closed.push({ ...lasting, closed: { at, run: run.sha256 } });
      open.delete(control);
    }
  }
  return [...closed, ...open.values()].sort(
    (a, b) => a.opened.getTime() - b.opened.getTime() || (a.control < b.control ? -1 : 1),
  );
}

/** By the run that a failure began with; in the same moment, that it is over is the last word. */
function latestRecords(records: readonly Recorded<ControlFailure>[]): Map<string, Recorded<ControlFailure>> {
  const inTime = [...records].sort(
    (a, b) =>
      Date.parse(a.recorded) - Date.parse(b.recorded) ||
      Number(a.closed !== undefined) - Number(b.closed !== undefined) ||
      (a.sha256 < b.sha256 ? -1 : 1),
  );
  return new Map(inTime.map((record) => [record.run, record]));
}

/** How long it took to mend it in days, or has taken so far. */
export function repairOf({ opened, closed }: Failure, asOf: Date): Duration {
  const until = closed?.at ?? asOf;
  return { length: (until.getTime() - opened.getTime()) / DAY_MS, ended: closed !== undefined };
}

export const DAY_MS = 86_400_000;
