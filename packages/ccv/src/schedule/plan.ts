// SPDX-License-Identifier: Apache-2.0
import { endOf } from '@helios/core/finding';
import type { ControlRun } from '@helios/core/record';
import type { LoadedControl } from '../control/load.ts';
import type { Services } from '../control/services.ts';

/** What one control needs from the cron that asks. */
interface PlannedControl {
  readonly control: string;
  readonly service: string;
  readonly tier: number;
  /** Whether it must run now, so that it is covered until the next time that is asked. */
  readonly due: boolean;
  /** RFC 3339; absent where it has never passed. */
  readonly lastPass?: string;
  /** Why it is due or cannot run; '' where neither. */
  readonly reason: string;
}

export interface Plan {
  readonly asOf: string;
  /** The most urgent first: by tier, then by how long ago it passed. */
  readonly controls: readonly PlannedControl[];
  /** Services of tier 1 and 2 that no control is about. */
  readonly uncovered: readonly string[];
}

/** For how long a pass covers its control: in the week, says the gate. */
export const COVERED_MS = 7 * 24 * 60 * 60 * 1000;

/**
 * What a cron that asks every `everyMs` must run now: all whose cover would end before it asks again. A pass of tomorrow
 * covers nothing today.
 */
export function planRuns(
  controls: readonly LoadedControl[],
  { services }: Services,
  runs: readonly ControlRun[],
  asOf: Date,
  everyMs: number,
): Plan {
  const planned = controls.map(({ control: { id, service, tier, expires } }): PlannedControl => {
    const lastPass = lastPassOf(id, runs, asOf);
    const expired = endOf(expires) < asOf;
    const uncovered = lastPass === undefined || lastPass + COVERED_MS < asOf.getTime() + everyMs;
    return {
      control: id,
      service,
      tier,
      due: uncovered && !expired,
      ...(lastPass !== undefined && { lastPass: new Date(lastPass).toISOString() }),
      reason: expired ? `expired on ${expires}` : uncovered ? reasonOf(lastPass) : '',
    };
  });
  const covered = new Set(controls.map(({ control }) => control.service));
  return {
    asOf: asOf.toISOString(),
    controls: planned.sort(byUrgency),
    uncovered: services
      .filter(({ id, tier }) => tier < 3 && !covered.has(id))
      .map(({ id }) => id)
      .sort(),
  };
}

function lastPassOf(id: string, runs: readonly ControlRun[], asOf: Date): number | undefined {
  const passes = runs
    .filter(({ control, outcome }) => control === id && outcome === 'pass')
    .map(({ finished }) => Date.parse(finished))
    .filter((moment) => moment <= asOf.getTime());
  return passes.length === 0 ? undefined : Math.max(...passes);
}

function reasonOf(lastPass: number | undefined): string {
  return lastPass === undefined ? 'never passed' : 'its cover ends before the next time';
}

function byUrgency(a: PlannedControl, b: PlannedControl): number {
  const [one, other] = [a, b].map(({ tier, lastPass = '', control }) => `${tier} ${lastPass} ${control}`);
  return (one ?? '') < (other ?? '') ? -1 : 1;
}
