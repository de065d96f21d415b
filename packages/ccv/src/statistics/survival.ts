// SPDX-License-Identifier: Apache-2.0

/** How long something took, or has taken so far: what has not ended is censored, and counts all the same. */
export interface Duration {
  /** In any unit, the same for all. */
  readonly length: number;
  readonly ended: boolean;
}

/** A moment at which some of the durations ended. */
interface Step {
  readonly time: number;
  /** Durations at least so long. */
  readonly atRisk: number;
  readonly ended: number;
  /** Share that lasts longer than this, by Kaplan and Meier. */
  readonly lasting: number;
}

/** The Kaplan-Meier estimate (1958): durations that end at a moment do so before others are lost from view. */
export function survivalCurve(durations: readonly Duration[]): readonly Step[] {
  const sorted = [...durations].sort((a, b) => a.length - b.length);
  const steps: Step[] = [];
  let lasting = 1;
  for (let first = 0; first < sorted.length;) {
    const time = sorted[first]?.length ?? 0;
    let next = first;
    let ended = 0;
    for (; sorted[next]?.length === time; next++) ended += Number(sorted[next]?.ended);
    const atRisk = sorted.length - first;
    lasting *= 1 - ended / atRisk;
    if (ended > 0) steps.push({ time, atRisk, ended, lasting });
    first = next;
  }
  return steps;
}

/** The time within which half of them end; undefined where more than half are still open at the end of what is known. */
export function medianLength(durations: readonly Duration[]): number | undefined {
  // 1/2 may be missed by rounding: (1 - 1/3)(1 - 1/4) is a little more.
  return survivalCurve(durations).find(({ lasting }) => lasting <= 0.5 + 1e-12)?.time;
}

/**
 * The mean length up to a horizon: the area under the curve. Without a horizon up to the longest duration; where that
 * one is open, the true mean is larger.
 */
export function restrictedMean(durations: readonly Duration[], horizon = longest(durations)): number {
  let area = 0;
  let last = { time: 0, lasting: 1 };
  for (const step of survivalCurve(durations)) {
    if (step.time >= horizon) break;
    area += last.lasting * (step.time - last.time);
    last = step;
  }
  return area + last.lasting * (horizon - last.time);
}

export function longest(durations: readonly Duration[]): number {
  return durations.reduce((most, { length }) => Math.max(most, length), 0);
}
