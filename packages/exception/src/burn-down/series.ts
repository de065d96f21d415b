// SPDX-License-Identifier: Apache-2.0
import { endOf, type Exception } from '@helios/core/finding';
import { isInEffect, type State, stateAt } from '../lifecycle/state.ts';
import { byId, type Entry } from '../register/register.ts';

export const SEVERITIES = ['critical', 'high', 'medium', 'low'] as const satisfies readonly Exception['severity'][];
export type BySeverity = Readonly<Record<(typeof SEVERITIES)[number], number>>;

/** How things stood at the end of a day, UTC; of the last one, at the moment of asking. */
export interface Day {
  readonly day: string;
  readonly open: BySeverity;
  readonly warned: number;
  /** Past their date, and neither closed nor continued by then. */
  readonly expired: number;
  readonly closed: number;
}

const DAY = 86_400_000;

/** How many exceptions stood how, day by day, out of the register alone: each entry holds the dates of its life. */
export function seriesOf(
  entries: readonly Entry[],
  { days, warnHours }: { days: number; warnHours: number },
  asOf: Date,
): Day[] {
  const register = byId(entries);
  const exceptions = entries.map(({ exception }) => exception);
  const today = asOf.toISOString().slice(0, 10);
  return Array.from({ length: days }, (_, index) => {
    const day = new Date(Date.parse(today) - (days - 1 - index) * DAY).toISOString().slice(0, 10);
    const at = day === today ? asOf : endOf(day);
    const states = exceptions.map((exception) => [exception, stateAt(exception, register, at, warnHours)] as const);
    return dayOf(day, states);
  });
}

function dayOf(day: string, states: readonly (readonly [Exception, State])[]): Day {
  const count = (test: (state: State, exception: Exception) => boolean): number =>
    states.filter(([exception, state]) => test(state, exception)).length;
  const open = (severity: Exception['severity']): number =>
    count((state, exception) => isInEffect(state) && exception.severity === severity);
  const continued = new Set(
    states.flatMap(([{ previous }, state]) => (previous !== undefined && state !== 'draft' ? [previous] : [])),
  );
  return {
    day,
    open: { critical: open('critical'), high: open('high'), medium: open('medium'), low: open('low') },
    warned: count((state) => state === 'warned'),
    expired: count((state, { id }) => state === 'expired' && !continued.has(id)),
    closed: count((state) => state === 'closed' || state === 'revoked'),
  };
}

export function totalOf(open: BySeverity): number {
  return SEVERITIES.reduce((sum, severity) => sum + open[severity], 0);
}
