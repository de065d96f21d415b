// SPDX-License-Identifier: Apache-2.0
import { startOf } from '@helios/core/fs';
import type { ControlRun } from '@helios/core/record';
import type { UnsettledRun } from '../journal/journal.ts';
import { killGroup } from '../probe/exec.ts';
import type { Runner } from './runner.ts';
import { settle } from './settle.ts';

/**
 * Rolls back what an earlier process could not: it was killed, or its rollback failed. The control as it was then says how,
 * whatever has become of its file. Called before anything new is begun, by the one process that holds the journal.
 */
export async function recover(runner: Runner): Promise<ControlRun[]> {
  const records: ControlRun[] = [];
  for (const { intent, steps, spawned, before } of runner.journal.unsettled()) {
    runner.say(intent.control.id, `pending rollback of ${intent.run}`);
    for (const { pid, start } of spawned) if (startOf(pid) === start) killGroup(pid);
    const exercised = {
      outcome: 'inconclusive',
      reason: `the rollback was made up for later (${stage(steps)})`,
    } as const;
    records.push(await settle(intent, before, exercised, runner));
  }
  return records;
}

/** How far the run had come, as the journal has it. */
function stage(steps: UnsettledRun['steps']): string {
  const last = steps.at(-1);
  return last === undefined ? 'nothing had been done' : `last: ${last.phase} "${last.name}" ${last.status}`;
}
