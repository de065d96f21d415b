// SPDX-License-Identifier: Apache-2.0
import type { ControlFailure, ControlRun } from '@helios/core/record';
import type { Control } from '../control/control.ts';
import type { Services } from '../control/services.ts';
import { DAY_MS, type Failure, failuresOf, finishOf, hasPassed, inOrder, type Recorded } from './failures.ts';

/** Everything that is known of controls: what should be run, what was, and what became of it. */
export interface Known {
  readonly controls: readonly ControlFile[];
  readonly services: Services['services'];
  readonly runs: readonly Recorded<ControlRun>[];
  readonly records: readonly Recorded<ControlFailure>[];
  readonly falseAlarms: readonly FalseAlarm[];
}

/** A run that failed though the control worked, and the entry of a file that says so. */
export interface FalseAlarm {
  /** sha256 of its record. */
  readonly run: string;
  readonly path: string;
  readonly index: number;
}

export interface ControlFile {
  readonly control: Control;
  readonly path: string;
}

/** How a control stands. */
export interface Standing {
  readonly file: ControlFile;
  readonly last?: Recorded<ControlRun>;
  readonly lastPass?: Recorded<ControlRun>;
  /** The failure that lasts. */
  readonly failure?: Failure;
  /** It passed within the time that a pass counts, and has not failed since. */
  readonly proven: boolean;
}

/** What is known as of a moment. */
export interface History {
  readonly asOf: Date;
  /** In the order of time, none of them later than the moment. */
  readonly runs: readonly Recorded<ControlRun>[];
  readonly failures: readonly Failure[];
  readonly standings: readonly Standing[];
}

/** What was known at a moment: of what was recorded later, nobody knew. `within`: days for which a pass counts. */
export function historyOf(known: Known, within: number, asOf: Date): History {
  const runs = inOrder(known.runs).filter((run) => finishOf(run) <= asOf.getTime());
  const records = known.records.filter(({ recorded }) => Date.parse(recorded) <= asOf.getTime());
  const failures = failuresOf(runs, records);
  const lasting = new Map(failures.filter(({ closed }) => !closed).map((failure) => [failure.control, failure]));
  const last = new Map(runs.map((run) => [run.control, run]));
  const lastPass = new Map(runs.filter(hasPassed).map((run) => [run.control, run]));
  const standings = known.controls.map((file): Standing => {
    const { id } = file.control;
    const [run, pass, failure] = [last.get(id), lastPass.get(id), lasting.get(id)];
    const fresh = pass !== undefined && asOf.getTime() - finishOf(pass) <= within * DAY_MS;
    return {
      file,
      ...(run && { last: run }),
      ...(pass && { lastPass: pass }),
      ...(failure && { failure }),
      proven: fresh && failure === undefined,
    };
  });
  return { asOf, runs, failures, standings };
}

/** The runs that were finished within so many days. */
export function runsWithin({ runs, asOf }: History, days: number): Recorded<ControlRun>[] {
  return runs.filter((run) => asOf.getTime() - finishOf(run) <= days * DAY_MS);
}
