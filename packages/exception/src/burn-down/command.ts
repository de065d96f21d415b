// SPDX-License-Identifier: Apache-2.0
import { join, relative } from 'node:path';
import type { Io } from '@helios/core/cli';
import { fail } from '@helios/core/error';
import { writeFileAtomic } from '@helios/core/fs';
import { EXIT, type ExitCode } from '@helios/core/gate';
import { leaveProof, openSituation, registerDigests, type RunnerFlags, say } from '../runner.ts';
import { burnDownChart } from './chart.ts';
import { dashboardOf } from './dashboard.ts';
import { seriesOf, totalOf } from './series.ts';

export interface BurnDownFlags extends RunnerFlags {
  readonly output: string;
  readonly days: string;
}

const MOST_DAYS = 3660;

/** `sec-exception burn-down`: chart and dashboard; with --apply a record of the figures as well. */
export async function burnDown(flags: BurnDownFlags, io: Io): Promise<ExitCode> {
  const days = Number(flags.days);
  if (!Number.isInteger(days) || days < 2 || days > MOST_DAYS) {
    fail('usage', `--days ${flags.days}: not between 2 and ${MOST_DAYS}`, { hint: 'Write --days 180.' });
  }
  const situation = await openSituation(flags, io);
  const { inputs, options, project, now } = situation;
  const series = seriesOf(inputs.register.entries, { days, warnHours: options.warnHours }, now);
  const base = join(project.root, flags.output, 'exceptions');
  await writeFileAtomic(`${base}.svg`, burnDownChart(series));
  await writeFileAtomic(`${base}.json`, dashboardOf(series));
  const last = series.at(-1);
  say(
    io,
    `${last ? totalOf(last.open) : 0} in effect, ${last?.warned ?? 0} about to expire, ${last?.expired ?? 0} expired and undecided`,
  );
  say(io, `${relative(io.cwd, base)}.svg, ${relative(io.cwd, base)}.json`);
  if (!flags.apply || inputs.register.files.length === 0) return EXIT.pass;
  const predicate = { schema: 'helios/exception-burn-down/v1', at: now.toISOString(), days: series };
  await leaveProof(
    { name: 'burn-down', kind: 'exception-burn-down', subject: registerDigests(situation), predicate },
    flags,
    situation,
    io,
  );
  return EXIT.pass;
}
