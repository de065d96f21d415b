// SPDX-License-Identifier: Apache-2.0
import type { FindingDraft } from '@helios/core/finding';
import { DAY_MS, finishOf } from '../history/failures.ts';
import type { Standing } from '../history/history.ts';
import { leftBehind } from '../history/rollbacks.ts';
import { draft } from './judge-controls.ts';
import type { JudgeOptions } from './options.ts';
import type { Survey } from './survey.ts';

/** What is wrong with how controls were run. A control that fails is judged as a failure, not here. */
export function judgeStandings({ history }: Survey, { within, coverage, records }: JudgeOptions): FindingDraft[] {
  const { standings, runs, asOf } = history;
  const nowhere = `No run is on record in ${records.join(', ')}: run the controls, or say where records are (records).`;
  const complete = new Set(coverage.flatMap(({ tier, atLeast }) => (atLeast === 100 ? [tier] : [])));
  return standings.flatMap((standing): FindingDraft[] => {
    const { file, last, lastPass, failure } = standing;
    if (!last) {
      const never = draft(file, 'ccv/never-run', 'id', `there is no record of a run of ${file.control.id}`);
      return [runs.length === 0 ? { ...never, remedy: nowhere } : never];
    }
    if (standing.proven || failure) return [];
    const since = lastPass ? `last passed ${daysSince(finishOf(lastPass), asOf)} ago` : 'has never passed';
    const counts = `a pass counts for ${within} days`;
    if (isInVain(standing)) {
      const { outcome, reason } = last;
      return [draft(file, 'ccv/inconclusive', 'id', `${since}, and was ${outcome} since: ${reason} (${counts})`)];
    }
    // Where some may be missing, it is the share that decides.
    const level = complete.has(file.control.tier) ? 'error' : 'warning';
    return [{ ...draft(file, 'ccv/overdue', 'id', `${since}; ${counts}`), level }];
  });
}

function isInVain({ last }: Standing): boolean {
  return last?.outcome === 'inconclusive' || last?.outcome === 'not-run';
}

export function judgeLeftBehind({ history }: Survey): FindingDraft[] {
  const files = new Map(history.standings.map(({ file }) => [file.control.id, file]));
  return leftBehind(history.runs).map((run) => {
    const file = files.get(run.control);
    const message = `the rollback of ${run.control} at ${run.finished} was not verified: ${run.reason}`;
    // A control that is gone has left behind what it left all the same.
    return file
      ? draft(file, 'ccv/failed-rollback', 'rollback', message)
      : { ruleId: 'ccv/failed-rollback', path: run.path, subject: run.control, message };
  });
}

export function daysSince(time: number, asOf: Date): string {
  return `${((asOf.getTime() - time) / DAY_MS).toFixed(1)} days`;
}
