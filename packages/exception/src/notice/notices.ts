// SPDX-License-Identifier: Apache-2.0
import { beginOf, endOf } from '@helios/core/finding';
import type { Surveyed } from '../audit/survey.ts';
import { warningOf } from '../lifecycle/state.ts';
import type { Entry } from '../register/register.ts';

/** Something that the owner of an exception is told once. */
export interface Notice {
  /** The same for the same date of the same exception; a date that was moved is news. */
  readonly key: string;
  readonly entry: Entry;
  readonly stage: 'warning' | 'expired';
  readonly due: Date;
  /** Said later than one run after it was due: runs were missed. */
  readonly late: boolean;
  readonly message: string;
}

export interface NoticeSettings {
  readonly warnHours: number;
  /** How far runs are apart. */
  readonly everyHours: number;
}

const HOUR = 3_600_000;

/**
 * What is to be said now: a warning before the end and a word after it, each once. What missed its hour is said all the
 * same, and says that it is late; an end that nobody was warned of says that, too.
 */
export function dueNotices(
  surveyed: readonly Surveyed[],
  sent: ReadonlySet<string>,
  { warnHours, everyHours }: NoticeSettings,
  asOf: Date,
): Notice[] {
  return surveyed.flatMap(({ entry, state, successor }): Notice[] => {
    const { id, title, approved, expires } = entry.exception;
    if ((state !== 'warned' && state !== 'expired') || successor !== undefined || approved === undefined) return [];
    const stage = state === 'warned' ? 'warning' : 'expired';
    const key = keyOf(id, expires, stage);
    if (sent.has(key)) return [];
    const warned = sent.has(keyOf(id, expires, 'warning'));
    // One that was granted for less than the time of warning is warned of from its first moment.
    const begun = Math.max(warningOf(expires, warnHours).getTime(), beginOf(approved).getTime());
    const due = stage === 'warning' ? new Date(begun) : endOf(expires);
    const late = asOf.getTime() - due.getTime() > everyHours * HOUR;
    const unwarned = stage === 'expired' && !warned ? '; nobody was warned of it' : '';
    const said = stage === 'warning' ? `expires on ${expires}` : `expired on ${expires}`;
    return [
      {
        key,
        entry,
        stage,
        due,
        late,
        message: `${id} (${title}) ${said}${unwarned}${late ? '; this comes late' : ''}`,
      },
    ];
  });
}

function keyOf(id: string, expires: string, stage: Notice['stage']): string {
  return `${id} ${expires} ${stage}`;
}
