// SPDX-License-Identifier: Apache-2.0
import { fail, messageOf } from '@helios/core/error';
import { Cron } from 'croner';
import type { Control } from './control.ts';

type Schedule = NonNullable<Control['schedule']>;

/** Throws HeliosError `config` for a schedule that cannot be read, or that never comes. */
export function checkSchedule({ schedule }: Control, path: string): void {
  if (!schedule) return;
  let next: Date | null;
  try {
    next = parse(schedule).nextRun(new Date(0));
  } catch (cause) {
    fail('config', `the schedule cannot be read: ${messageOf(cause)}`, {
      path,
      cause,
      hint: "Write five fields such as '17 3 * * 1', and a time zone such as Europe/Berlin.",
    });
  }
  if (next === null) fail('config', `the schedule ${schedule.cron} never comes`, { path, hint: 'Correct it.' });
}

/** The first time after a moment. */
export function nextTime(schedule: Schedule, after: Date): Date | undefined {
  return parse(schedule).nextRun(after) ?? undefined;
}

/** The last time before a moment, that moment excluded. */
export function previousTime(schedule: Schedule, before: Date): Date | undefined {
  return parse(schedule).previousRuns(1, before)[0];
}

/** Paused: only asked for times, never left to start anything by itself. */
function parse({ cron, timezone }: Schedule): Cron {
  return new Cron(cron, { timezone, mode: '5-part', paused: true });
}
