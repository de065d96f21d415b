// SPDX-License-Identifier: Apache-2.0
import { endOf, type FindingDraft, subjectOf } from '@helios/core/finding';
import type { Closing } from '../closing/closing.ts';
import type { History } from '../history/history.ts';
import { draftOn, type Entry, type Register } from '../register/register.ts';
import { isInEffect } from '../lifecycle/state.ts';
import { inEffect, isUnsettled, type Surveyed } from './survey.ts';

/** Ends that came or come, and what nothing needs any more. */
export function judgeStates(surveyed: readonly Surveyed[]): FindingDraft[] {
  return surveyed.flatMap((one) => {
    const { entry, state, usage, flaw, successor } = one;
    const { expires, scope } = entry.exception;
    const drafts: FindingDraft[] = [];
    if (isUnsettled(one)) {
      drafts.push(draftOn(entry, 'expired', 'expires', `expired on ${expires}, and nobody has said what follows`));
    }
    if (state === 'warned' && successor === undefined) {
      drafts.push(draftOn(entry, 'expires-soon', 'expires', `expires on ${expires}`));
    }
    const runs = usage.green.length === 1 ? '1 run' : `${usage.green.length} runs`;
    if (flaw === 'stale' || flaw === 'unused') {
      drafts.push(draftOn(entry, flaw, 'scope', `matched nothing in the last ${runs} in which its rule ran`));
    } else if (flaw === 'ineffective') {
      const message =
        usage.last === 'counted'
          ? `is in effect, and ${subjectOf(scope)} counted all the same in the last run`
          : `is in effect, and no gate of the last runs had the rule ${scope.rule}`;
      drafts.push(draftOn(entry, 'ineffective', 'scope', message));
    }
    return drafts;
  });
}

/** What a control has shown to be gone, and nobody has closed in time. Rules that are green have `stale` for that. */
export function judgeClosings(closings: readonly Closing[], withinHours: number, asOf: Date): FindingDraft[] {
  const last = asOf.getTime() - withinHours * 3_600_000;
  return closings.flatMap(({ entry, because, at, proof }) => {
    if (because !== 'control-pass' || at.getTime() > last) return [];
    const message = `waits for a control that passed on ${at.toISOString()} (${proof[0]})`;
    return [draftOn(entry, 'control-passed', entry.exception.close ? 'close' : 'scope', message)];
  });
}

/** Steps towards the end of a debt that are overdue while it still stands. */
export function judgePlan(one: Surveyed, asOf: Date): FindingDraft[] {
  const { entry, state } = one;
  if (!isInEffect(state) && !isUnsettled(one)) return [];
  return (entry.exception.plan ?? []).flatMap(({ title, due, done }, index) =>
    done !== undefined || endOf(due).getTime() >= asOf.getTime()
      ? []
      : [draftOn(entry, 'plan-missed', `plan.${index}.due`, `should have got to "${title}" by ${due}`)],
  );
}

/** Every waiver that a gate used is traced to an entry that was in effect at that instant. */
export function judgeWaivers({ entries, files }: Register, { runs }: History, asOf: Date): FindingDraft[] {
  const register = new Map(entries.map((entry) => [entry.exception.id, entry]));
  const drafts = new Map<string, FindingDraft>();
  for (const run of runs.filter(({ at }) => at.getTime() <= asOf.getTime())) {
    for (const id of new Set(run.gates.flatMap(({ used }) => [...used]))) {
      const entry = register.get(id);
      // One finding for each entry, whichever of its runs is told of: the latest.
      if (!entry) drafts.set(id, untraced(id, run.path, files));
      else if (!coversRun(entry, run.at)) {
        drafts.set(
          id,
          draftOn(
            entry,
            'effective-outside-its-dates',
            'expires',
            `suppressed a finding at ${run.at.toISOString()} (${run.path})`,
          ),
        );
      }
    }
  }
  return [...drafts.values()];
}

function coversRun({ exception }: Entry, at: Date): boolean {
  const range = inEffect(exception);
  return range !== undefined && range.from.getTime() <= at.getTime() && at.getTime() <= range.to.getTime();
}

function untraced(id: string, run: string, files: readonly string[]): FindingDraft {
  return {
    ruleId: 'exception/untraced-waiver',
    path: files[0] ?? 'helios.yaml',
    subject: id,
    matched: id,
    message: `${id} suppressed a finding in ${run}, and is not in the register`,
  };
}
