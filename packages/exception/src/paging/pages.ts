// SPDX-License-Identifier: Apache-2.0
import { beginOf, endOf } from '@helios/core/finding';
import { sha256Hex } from '@helios/core/hash';
import { isUnsettled, type Surveyed } from '../audit/survey.ts';
import { isInEffect } from '../lifecycle/state.ts';
import { chainOf } from '../lifecycle/limits.ts';
import { byId, type Entry } from '../register/register.ts';
import { isQuiet, type Routing, type Step, stepsFor } from './routing.ts';

/** Something that is overdue, since when. */
export interface Overdue {
  /** The same for the same event of the same exception. */
  readonly key: string;
  readonly entry: Entry;
  readonly since: Date;
  readonly message: string;
}

/** One call to one connector. */
export interface Page {
  readonly key: string;
  readonly overdue: Overdue;
  readonly step: number;
  readonly to: string;
  readonly due: Date;
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/**
 * What is overdue about open exceptions: the end, a step of the plan, and the time by which the cause should be gone.
 * That the risk was accepted does not stop that last clock: an acceptance that outlasts it must not silence it.
 */
export function findOverdue(surveyed: readonly Surveyed[], { sla }: Pick<Routing, 'sla'>, asOf: Date): Overdue[] {
  const register = byId(surveyed.map(({ entry }) => entry));
  return surveyed.flatMap((one) => {
    const { entry } = one;
    const { id, title, expires, severity, plan = [] } = entry.exception;
    if (!isInEffect(one.state) && !isUnsettled(one)) return [];
    const event = (name: string, since: Date, said: string): Overdue => ({
      key: `${id} ${name}`,
      entry,
      since,
      message: `${id} (${title}) ${said}`,
    });
    // An extension does not start this clock anew.
    const { requested } = chainOf(entry.exception, register).at(-1) ?? entry.exception;
    const limit = new Date(beginOf(requested).getTime() + sla[severity] * DAY);
    const events = [
      event(`expired ${expires}`, endOf(expires), `expired on ${expires}, and nobody has decided`),
      event('sla', limit, `is open for more than the ${sla[severity]} days that a ${severity} risk may take`),
      ...plan
        .filter(({ done }) => done === undefined)
        .map(({ title: step, due }) =>
          event(
            `plan ${sha256Hex(`${due} ${step}`).slice(0, 12)}`,
            endOf(due),
            `should have got to "${step}" by ${due}`,
          ),
        ),
    ];
    return events.filter(({ since }) => since.getTime() < asOf.getTime());
  });
}

/** The calls that are due and were not made. In quiet hours only what is critical is; the rest waits for their end. */
export function duePages(
  overdue: readonly Overdue[],
  routing: Routing,
  ownersOf: (path: string) => readonly string[],
  sent: ReadonlySet<string>,
  asOf: Date,
): Page[] {
  const quiet = isQuiet(asOf, routing.quiet);
  return overdue.flatMap((event) => {
    const { owner, severity, scope } = event.entry.exception;
    if (quiet && severity !== 'critical') return [];
    const owners = [owner, ...(scope.path === undefined ? [] : ownersOf(scope.path))];
    return stepsFor(owners, routing).flatMap(({ after, to }: Step, step): Page[] => {
      const due = new Date(event.since.getTime() + after * HOUR);
      const key = `${event.key} step ${step + 1}`;
      return due.getTime() <= asOf.getTime() && !sent.has(key) ? [{ key, overdue: event, step, to, due }] : [];
    });
  });
}
