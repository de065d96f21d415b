// SPDX-License-Identifier: Apache-2.0
import { resolve } from 'node:path';
import type { Io } from '@helios/core/cli';
import { describeError } from '@helios/core/cli/actions';
import { HeliosError } from '@helios/core/error';
import { Locked } from '@helios/core/fs';
import { EXIT, type ExitCode } from '@helios/core/gate';
import type { ControlRun } from '@helios/core/record';
import { millisecondsOf } from '../control/duration.ts';
import { type LoadedControl, loadControls } from '../control/load.ts';
import { pause } from '../probe/deadline.ts';
import { drawRecord, parseConcurrency } from '../run/command.ts';
import { untilInterrupted } from '../run/interrupt.ts';
import { type Pace, runAll } from '../run/run-all.ts';
import { openPlace, type Place, type Session, type SessionFlags, withSession } from '../run/session.ts';
import { dueControls, nextDue } from './due.ts';
import { recentFigures } from '../metrics/recent.ts';
import { readHistory } from './history.ts';
import { serveStatus } from './serve.ts';
import type { Status } from './status.ts';

export interface ScheduleFlags extends SessionFlags {
  readonly concurrency: string;
  readonly listen: string;
}

/** Clocks are set, files change: it is never slept longer than this. */
const LONGEST_SLEEP_MS = 60_000;
/** A rollback that failed is worth another try, but not another record a minute. */
const RETRY_MS = 60 * 60 * 1000;
/** How long a standby waits before it tries to become the leader again. */
const STANDBY_MS = 5_000;

/** `sec-ccv schedule`: until Ctrl-C or SIGTERM, after which what was begun is rolled back and it ends with 0. */
export async function keepSchedule(flags: ScheduleFlags, io: Io): Promise<ExitCode> {
  const pace: Pace = {
    concurrency: parseConcurrency(flags.concurrency),
    jitterMs: ({ control: { schedule } }) => (schedule?.jitter === undefined ? 0 : millisecondsOf(schedule.jitter)),
  };
  const place = await openPlace(flags, io);
  const evidence = flags.evidenceDir === undefined ? place.world.evidence : resolve(io.cwd, flags.evidenceDir);
  const status: Status = {
    role: 'standby',
    problem: '',
    looked: io.now().getTime(),
    pendingRollbacks: 0,
    runs: readHistory(evidence),
  };
  const close = await serveStatus(flags.listen, status, recentFigures(flags, io), () => io.now());
  io.stderr.write(`listening on http://${flags.listen}/metrics and /healthz\n`);
  try {
    await untilInterrupted(io, async (stop) => {
      while (!stop.aborted) await lead(place, status, pace, flags, io, stop);
    });
  } finally {
    await close();
  }
  return EXIT.pass;
}

/** Becomes the leader where nobody is, and stays it until the end; else waits for a while. */
async function lead(
  place: Place,
  status: Status,
  pace: Pace,
  flags: ScheduleFlags,
  io: Io,
  stop: AbortSignal,
): Promise<void> {
  status.looked = io.now().getTime();
  try {
    const task = (session: Session): Promise<void> => {
      status.role = 'leader';
      return follow(place, session, status, pace, io, stop);
    };
    await withSession(place, flags, io, task, 0);
  } catch (thrown) {
    if (!(thrown instanceof Locked)) throw thrown;
    await pause(STANDBY_MS, stop).catch(() => undefined);
  }
}

async function follow(
  place: Place,
  session: Session,
  status: Status,
  pace: Pace,
  io: Io,
  stop: AbortSignal,
): Promise<void> {
  status.retried = io.now().getTime();
  session.recovered.forEach((record) => tell(record, session, status, io));
  // Files that are wrong are told of at once, not when the first control is due; but pending rollbacks came before.
  let { controls } = await loadControls(place.world.root, place.options);
  while (!stop.aborted) {
    controls = await reload(place, controls, status, io);
    await lookOnce(controls, session, status, pace, io, stop);
    const wait = status.next ? status.next.getTime() - io.now().getTime() : LONGEST_SLEEP_MS;
    await pause(Math.min(Math.max(wait, 1), LONGEST_SLEEP_MS), stop).catch(() => undefined);
  }
}

/** One look at what is pending and what is due, and all that follows from it. */
export async function lookOnce(
  controls: readonly LoadedControl[],
  session: Session,
  status: Status,
  pace: Pace,
  io: Io,
  stop: AbortSignal,
): Promise<void> {
  const { runner, leave, makeUp } = session;
  const { journal } = runner;
  const now = io.now();
  status.looked = now.getTime();
  if (journal.unsettled().length > 0 && now.getTime() - (status.retried ?? now.getTime()) >= RETRY_MS) {
    status.retried = now.getTime();
    for (const record of await makeUp()) tell(record, session, status, io);
  }
  const at = now.toISOString();
  // A control that is new is not late: its first time is the next one.
  for (const { control } of controls)
    if (!journal.lastFired(control.id)) journal.append({ event: 'fired', control: control.id, at, due: at });
  const due = dueControls(controls, (id) => journal.lastFired(id), now);
  // Before the run: a control that kills its runner must not be run again at every start.
  for (const { loaded, due: time } of due)
    journal.append({ event: 'fired', control: loaded.control.id, at, due: time.toISOString() });
  const chosen = due.map(({ loaded }) => loaded);
  await runAll(chosen, runner, pace, stop, async ({ path, sha256 }, record) => {
    await leave({ run: record.run ?? '', record, path, sha256 });
    tell(record, session, status, io);
  });
  status.pendingRollbacks = journal.unsettled().length;
  const next = nextDue(controls, io.now());
  if (next) status.next = next;
}

function tell(record: ControlRun, { clearProgress }: Session, status: Status, io: Io): void {
  status.runs.push(record);
  status.looked = io.now().getTime();
  clearProgress();
  io.stdout.write(drawRecord(record));
}

/** Controls as their files are now; where those are wrong, as they were, and whoever asks for the health is told. */
export async function reload(
  { world, options }: Place,
  before: readonly LoadedControl[],
  status: Status,
  io: Io,
): Promise<readonly LoadedControl[]> {
  try {
    const { controls } = await loadControls(world.root, options);
    status.problem = '';
    return controls;
  } catch (thrown) {
    if (!(thrown instanceof HeliosError)) throw thrown;
    const problem = describeError(thrown);
    if (problem !== status.problem) io.stderr.write(`${problem}\n`);
    status.problem = problem;
    return before;
  }
}
