// SPDX-License-Identifier: Apache-2.0
import type { Io } from '@helios/core/cli';
import { nearestOf } from '@helios/core/config';
import { fail } from '@helios/core/error';
import { EXIT, type ExitCode } from '@helios/core/gate';
import type { ControlRun } from '@helios/core/record';
import { visible } from '@helios/core/report';
import { durationSchema, millisecondsOf } from '../control/duration.ts';
import { type LoadedControl, loadControls } from '../control/load.ts';
import { drawPlans } from './dry-run.ts';
import { untilInterrupted } from './interrupt.ts';
import { type Pace, runAll } from './run-all.ts';
import { openPlace, type Session, type SessionFlags, withSession } from './session.ts';

export interface RunFlags extends SessionFlags {
  readonly format: string;
  readonly concurrency: string;
  readonly jitter?: string;
  readonly dryRun?: boolean;
}

/** `sec-ccv run`: 0 where every control that was asked for passed, 1 where one did anything else. */
export async function runControls(ids: readonly string[], flags: RunFlags, io: Io): Promise<ExitCode> {
  if (flags.format !== 'text' && flags.format !== 'json')
    fail('usage', `unknown format "${flags.format}"`, { hint: 'Known formats: text, json.' });
  const jitterMs = parseJitter(flags.jitter);
  const pace = { concurrency: parseConcurrency(flags.concurrency), jitterMs: () => jitterMs };
  const place = await openPlace(flags, io);
  const load = async (): Promise<readonly LoadedControl[]> =>
    choose((await loadControls(place.world.root, place.options)).controls, ids);
  if (flags.dryRun) {
    const controls = await load();
    io.stdout.write(drawPlans(controls));
    return controls.length === 0 ? EXIT.nothingChecked : EXIT.pass;
  }
  // Rollbacks that are pending are made up for before the files are even looked at, which may be wrong.
  return untilInterrupted(io, (interrupt) =>
    withSession(place, flags, io, async (session) => runChosen(load, session, pace, flags, io, interrupt)),
  );
}

async function runChosen(
  load: () => Promise<readonly LoadedControl[]>,
  { recovered, runner, leave, clearProgress }: Session,
  pace: Pace,
  { format }: RunFlags,
  io: Io,
  interrupt: AbortSignal,
): Promise<ExitCode> {
  const tell = (record: ControlRun): void => {
    clearProgress();
    if (format === 'text') io.stdout.write(drawRecord(record));
  };
  recovered.forEach(tell);
  const controls = await load();
  const records: ControlRun[] = [];
  await runAll(controls, runner, pace, interrupt, async ({ path, sha256 }, record) => {
    await leave({ run: record.run ?? '', record, path, sha256 });
    records.push(record);
    tell(record);
  });
  if (format === 'json') io.stdout.write(`${JSON.stringify([...recovered, ...records], null, 2)}\n`);
  // Made up for is enough for an old run; a new one counts only when it passed.
  if (recovered.some(({ rollback }) => rollback?.verified === false)) return EXIT.fail;
  if (controls.length === 0) return EXIT.nothingChecked;
  return records.every(({ outcome }) => outcome === 'pass') ? EXIT.pass : EXIT.fail;
}

function choose(controls: readonly LoadedControl[], ids: readonly string[]): readonly LoadedControl[] {
  if (ids.length === 0) return controls;
  const known = controls.map(({ control }) => control.id);
  const unknown = ids.find((id) => !known.includes(id));
  if (unknown !== undefined) {
    const nearest = nearestOf(unknown, known);
    fail('usage', `no control "${unknown}"`, {
      hint: nearest === undefined ? `Controls: ${known.join(', ')}.` : `Did you mean "${nearest}"?`,
    });
  }
  return controls.filter(({ control }) => ids.includes(control.id));
}

/** Throws HeliosError `usage`. */
function parseJitter(jitter: string | undefined): number {
  if (jitter === undefined) return 0;
  if (durationSchema.safeParse(jitter).success) return millisecondsOf(jitter);
  return fail('usage', `--jitter ${jitter}: no duration`, { hint: 'Write --jitter PT5M.' });
}

/** Throws HeliosError `usage`. */
export function parseConcurrency(text: string): number {
  if (/^[1-9]\d?$/.test(text)) return Number(text);
  return fail('usage', `--concurrency ${text}: not a number from 1 to 99`, { hint: 'Write --concurrency 4.' });
}

const MARKS: Readonly<Record<ControlRun['outcome'], string>> = {
  pass: '✔',
  fail: '✖',
  inconclusive: '?',
  'not-run': '–',
};

/** One line on how it went, and one on the rollback where that was not verified. */
export function drawRecord({ outcome, control, reason, rollback, run }: ControlRun): string {
  const lines = [`${MARKS[outcome]} ${control}  ${outcome}: ${reason}`];
  if (rollback?.verified === false)
    lines.push(`  → its rollback is tried again by the next run; where it was done by hand: sec-ccv dismiss ${run}`);
  return lines.map((line) => `${visible(line)}\n`).join('');
}
