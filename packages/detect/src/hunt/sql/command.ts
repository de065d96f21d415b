// SPDX-License-Identifier: Apache-2.0
import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Io } from '@helios/core/cli';
import { loadInputs } from '@helios/core/cli/actions';
import { fail } from '@helios/core/error';
import { withTemporaryFolder } from '@helios/core/fs';
import { EXIT, type ExitCode } from '@helios/core/gate';
import { visible } from '@helios/core/report';
import { type SqlTargetName, SQL_TARGETS } from '../../compile/compile.ts';
import { gate, type Inputs } from '../../gate.ts';
import { tellUnread } from '../../unread.ts';
import { openLog } from '../log.ts';
import { badTeller, hitTeller, parseLogsource, recordNotes, type TellFlags } from '../tell.ts';
import { askCorrelations, askRules, type Refused } from './ask.ts';
import { type Database, openDatabase } from './database.ts';
import { readHits } from './hits.ts';
import { keepEvents, openStage } from './stage.ts';

export interface HuntFlags extends TellFlags {
  readonly in: string;
  readonly keep?: string;
  readonly config?: string;
  readonly assumeLogsource?: string;
}

/** `sec-detect hunt`: the rules as SQL over logs in a database. Exit 1 if a rule could not be asked, 2 if a record. */
export async function huntLogs(logs: readonly string[], flags: HuntFlags, io: Io): Promise<ExitCode> {
  const tell = hitTeller(flags, io);
  const target = targetOf(flags.in);
  const kept = flags.keep === undefined ? undefined : newFile(flags.keep, io);
  const bad = badTeller(io);
  const assumeLogsource = flags.assumeLogsource === undefined ? undefined : parseLogsource(flags.assumeLogsource);
  const options = { onBad: bad.tell, ...(assumeLogsource && { assumeLogsource }) };
  const { inputs } = await loadInputs(gate, flags, io);
  return withTemporaryFolder('helios-hunt', (folder) =>
    withDatabase(target, folder, io, async (database) => {
      const stage = await openStage(database, folder);
      for (const log of logs) await stage.add(openLog(log, io), options);
      if (kept !== undefined) await keepEvents(database, kept);
      const { events, unrouted } = stage.count();
      const set = {
        rules: inputs.set.rules.map(({ rule }) => rule),
        correlations: inputs.set.correlations.map(({ correlation }) => correlation),
      };
      const refused = [...(await askRules(set.rules, database)), ...(await askCorrelations(set, database))];
      let hits = 0;
      for await (const page of readHits(set, database, events)) hits += tell(page);
      tellRefused(refused, inputs, io);
      const unread = tellUnread(inputs.set, [], io);
      const undated = set.correlations.length === 0 ? 0 : await countUndated(database);
      const notes = [
        `${events} events, ${set.rules.length} rules, ${hits} hits`,
        ...recordNotes(bad.count(), unrouted),
        ...(undated > 0 ? [`${undated} matches have no time, and were left out of correlations`] : []),
        ...(inputs.falco.ruleset.rules.length > 0 ? ['Falco rules have no SQL: ask them by `sec-detect run`'] : []),
      ];
      io.stderr.write(notes.map((line) => `${line}\n`).join(''));
      if (bad.count() > 0) return EXIT.usage;
      if (refused.length + unread > 0) return EXIT.fail;
      return events === 0 ? EXIT.nothingChecked : EXIT.pass;
    }),
  );
}

function targetOf(name: string): SqlTargetName {
  const known = Object.keys(SQL_TARGETS) as SqlTargetName[];
  return (
    known.find((each) => each === name) ??
    fail('usage', `there is no database "${name}"`, { hint: `Databases: ${known.join(', ')}.` })
  );
}

/** What is there is not written over: it may be the only copy of events whose logs are gone. */
function newFile(file: string, io: Io): string {
  const absolute = resolve(io.cwd, file);
  if (existsSync(absolute)) fail('usage', `${file} is there already`, { hint: 'Name another file, or remove it.' });
  if (!existsSync(dirname(absolute)))
    fail('usage', `${file} lies in a folder that is not there`, { hint: 'Make the folder, or name another.' });
  return absolute;
}

async function withDatabase<T>(
  target: SqlTargetName,
  folder: string,
  io: Io,
  use: (database: Database) => Promise<T>,
): Promise<T> {
  const database = await openDatabase(target, folder, io);
  try {
    return await use(database);
  } finally {
    database.close();
  }
}

function tellRefused(refused: readonly Refused[], { set }: Inputs, io: Io): void {
  for (const { rule, problem } of refused) {
    const placed =
      set.rules.find((each) => each.rule === rule) ?? set.correlations.find(({ correlation }) => correlation === rule);
    io.stderr.write(`${visible(`${placed?.place.path ?? ''}: ${rule.title}: not asked: ${problem.message}`)}\n`);
  }
}

async function countUndated(database: Database): Promise<number> {
  const rows = await database.rows(
    'SELECT count(*) FROM hits INNER JOIN events ON hits.n = events.n WHERE time IS NULL',
  );
  return Number(rows[0]?.[0]);
}
