// SPDX-License-Identifier: Apache-2.0
import type { LoadedControl } from '../control/load.ts';
import { nextTime, previousTime } from '../control/cron.ts';

/** A control whose time has come. */
export interface DueControl {
  readonly loaded: LoadedControl;
  /** The latest time of its schedule that has passed; those missed before it are not made up for one by one. */
  readonly due: Date;
}

/** What must be run now, where `lastFired` says which time of each control was seen to last. */
export function dueControls(
  controls: readonly LoadedControl[],
  lastFired: (control: string) => Date | undefined,
  now: Date,
): DueControl[] {
  return controls.flatMap((loaded) => {
    const { schedule, id } = loaded.control;
    const last = lastFired(id);
    if (!schedule || !last) return [];
    // `before` is exclusive: what is due at this very moment is due.
    const due = previousTime(schedule, new Date(now.getTime() + 1));
    return due && due > last ? [{ loaded, due }] : [];
  });
}

/** When the scheduler must look again; undefined where no control has a schedule. */
export function nextDue(controls: readonly LoadedControl[], now: Date): Date | undefined {
  const times = controls.flatMap(({ control: { schedule } }) => (schedule && nextTime(schedule, now)) ?? []);
  return times.reduce<Date | undefined>((first, time) => (first && first < time ? first : time), undefined);
}
