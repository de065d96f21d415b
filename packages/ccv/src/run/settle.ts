// SPDX-License-Identifier: Apache-2.0
import { messageOf } from '@helios/core/error';
import { redact } from '@helios/core/finding';
import { canonicalJson, sha256Hex } from '@helios/core/hash';
import type { ControlRun, RollbackTranscript } from '@helios/core/record';
import { expand } from '../control/expand.ts';
import type { Intent } from '../journal/event.ts';
import type { Judged } from '../probe/judge.ts';
import { type Exercised, foremost, judgeAll } from './exercise.ts';
import { rollBack } from './rollback.ts';
import type { Runner } from './runner.ts';
import { comparable, differences, digestsOf, ignoredOf, observeState, type State } from './state.ts';

/**
 * Rolls a run back, looks whether that worked, and closes it in the journal with its record. What it came to before stands
 * only where all is as it was: a failed rollback never ends as success (chaostoolkit-lib #94).
 */
export async function settle(intent: Intent, before: State, exercised: Exercised, runner: Runner): Promise<ControlRun> {
  const { journal, world, say } = runner;
  const { control, run, sha256 } = intent;
  const problems = await rollBack(intent, runner);
  say(control.id, 'steady state after the rollback');
  const after = await lookAgain(intent, before, runner);
  const acted = journal.stepsOf(run).some(({ phase }) => phase === 'action');
  // A run that did nothing is not to blame for a service that is down by itself.
  const failure = acted || exercised.outcome === 'pass' ? failureOf(problems, after) : changeOf(problems, after);
  const transcript: RollbackTranscript = {
    schema: 'helios/rollback-proof/v1',
    run,
    control: sha256,
    previous: journal.lastProof(),
    before: intent.before,
    after: digestsOf(after.state),
    steps: journal.stepsOf(run).map(({ phase, name, status }) => ({ phase, name, status })),
    verification: after.judged.map(({ name, held }) => ({ name, held })),
    ignored: ignoredOf(control),
    residual: after.residual,
  };
  const verified = failure === undefined;
  const record: ControlRun = {
    schema: 'helios/control-run/v1',
    run,
    control: control.id,
    service: control.service,
    tier: control.tier,
    outcome: verified ? exercised.outcome : 'fail',
    reason: oneLine(verified ? exercised.reason : `${failure}; before that: ${exercised.reason}`),
    started: intent.at,
    finished: world.now().toISOString(),
    ...(exercised.detectedAfter !== undefined && verified && { detectedAfter: exercised.detectedAfter }),
    ...(acted && { rollback: { verified, proof: sha256Hex(canonicalJson(transcript)), transcript } }),
  };
  const settled = acted ? verified : problems.length === 0;
  journal.close({ event: 'closed', run, at: record.finished, settled, sha256, record });
  return record;
}

interface After {
  readonly judged: readonly Judged[];
  readonly state: State;
  readonly residual: string[];
  /** Why the state could not be seen. */
  readonly unseen?: string;
}

async function lookAgain({ control, targets, workspace, run }: Intent, before: State, runner: Runner): Promise<After> {
  const { world } = runner;
  const { signal } = new AbortController();
  const places = { workspace, run, root: world.root, node: process.execPath, state: before };
  // First the probes: those that may take their time let the service come back before it is compared.
  const judged = await judgeAll(expand(control.steady, targets, places), world, signal);
  try {
    const ignored = ignoredOf(control);
    const state = comparable(await observeState(expand(control.state, targets, places), world, signal), ignored);
    return { judged, state, residual: differences(comparable(before, ignored), state) };
  } catch (thrown) {
    return { judged, state: {}, residual: [], unseen: messageOf(thrown) };
  }
}

/** "The rollback returned 0" is no proof: steps, steady state and state must all be as they should. */
function failureOf(problems: readonly string[], after: After): string | undefined {
  const unsteady = foremost(after.judged);
  if (problems.length === 0 && unsteady)
    return `the steady state did not hold after the rollback: ${unsteady.name}: ${unsteady.problem}`;
  if (problems.length === 0 && after.unseen !== undefined)
    return `the state after the rollback cannot be seen: ${after.unseen}`;
  return changeOf(problems, after);
}

/** What the rollback did not do, or did too much. */
function changeOf(problems: readonly string[], { residual }: After): string | undefined {
  if (problems.length > 0) return `the rollback failed: ${problems.join('; ')}`;
  return residual.length > 0 ? `the rollback left differences: ${residual.slice(0, 10).join(', ')}` : undefined;
}

/** What services say may hold secrets, and line feeds. */
export function oneLine(text: string): string {
  return redact(text).replaceAll(/\s+/g, ' ').slice(0, 1000).toWellFormed();
}
