// SPDX-License-Identifier: Apache-2.0
import type { ControlRun } from '@helios/core/record';
import { type Share, successBound, trialsNeeded } from '../statistics/proportion.ts';
import type { Recorded } from './failures.ts';

/** How many rollbacks were verified, and what that proves. */
export interface Rollbacks extends Share {
  /** With 95 % confidence the rate is at least this. */
  readonly bound: number;
  /** How many prove the rate that is asked for, with as many failures as there were. */
  readonly needed: number;
}

/** `rate`: what is asked for, below 1. */
export function rollbacksOf(runs: readonly Recorded<ControlRun>[], rate: number): Rollbacks {
  // A rollback that was made up for later does not undo that it failed: a run counts once, by the worst said of it.
  const verified = new Map<string, boolean>();
  for (const { run, sha256, rollback } of runs) {
    if (!rollback) continue;
    const name = run ?? sha256;
    verified.set(name, rollback.verified && verified.get(name) !== false);
  }
  const of = verified.size;
  const hits = [...verified.values()].filter(Boolean).length;
  return { hits, of, bound: successBound(hits, of), needed: trialsNeeded(of - hits, rate) };
}

/**
 * The latest rollback of each control, where it was not verified: what its action did may still be in place. Runs in the
 * order of time.
 */
export function leftBehind(runs: readonly Recorded<ControlRun>[]): Recorded<ControlRun>[] {
  const last = new Map<string, Recorded<ControlRun>>();
  for (const run of runs) if (run.rollback) last.set(run.control, run);
  return [...last.values()].filter(({ rollback }) => rollback?.verified === false);
}
