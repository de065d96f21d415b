// SPDX-License-Identifier: Apache-2.0
import type { Io } from '@helios/core/cli';
import { loadInputs } from '@helios/core/cli/actions';
import { fail } from '@helios/core/error';
import { EXIT, type ExitCode } from '@helios/core/gate';
import { digestTree } from '@helios/core/hash';
import { gate } from '../gate.ts';
import { tellUnread } from '../unread.ts';
import { createHunt } from './hunt.ts';
import { createJudge } from './judge.ts';
import { openLog } from './log.ts';
import { judgeHere, judgeInThreads } from './pass.ts';
import type { Judged } from './region.ts';
import { badTeller, hitTeller, parseLogsource, recordNotes, type TellFlags } from './tell.ts';
import { startThreads } from './threads.ts';

export interface RunFlags extends TellFlags {
  readonly config?: string;
  readonly assumeLogsource?: string;
  readonly threads: string;
}

/**
 * `sec-detect run`: what the rules find in logs, as it is found; memory does not grow with the logs. Exit 1 if a rule could
 * not be asked, 2 if a record.
 */
export async function runRules(logs: readonly string[], flags: RunFlags, io: Io): Promise<ExitCode> {
  const tell = hitTeller(flags, io);
  const bad = badTeller(io);
  const { config } = flags;
  const assumed = flags.assumeLogsource === undefined ? undefined : parseLogsource(flags.assumeLogsource);
  const reading = assumed === undefined ? {} : { assumeLogsource: assumed };
  const count = countOf(flags.threads);
  const { inputs, read } = await loadInputs(gate, flags, io);
  const job = { cwd: io.cwd, env: { ...io.env }, ...(config !== undefined && { config }), digest: digestTree(read) };
  const unread = tellUnread(inputs.set, inputs.falco.issues, io);
  const threads = count === 1 ? undefined : startThreads(count, { ...job, ...reading });
  const judge = createJudge({ set: inputs.set, falco: inputs.falco.ruleset });
  const rules = inputs.set.rules.map(({ rule }) => rule);
  const hunt = createHunt(inputs.set);
  const told = { events: 0, hits: 0, unrouted: 0 };
  const take = ({ events, unrouted, found }: Judged): void => {
    told.events += events;
    told.unrouted += unrouted;
    for (const each of found) told.hits += tell(hunt.push(each));
  };
  const options = { ...reading, onBad: bad.tell };
  try {
    for (const log of logs) {
      if (threads) await judgeInThreads(openLog(log, io), threads, judge, rules, options, take);
      else await judgeHere(openLog(log, io), judge, options, take);
    }
  } finally {
    await threads?.close();
  }
  told.hits += tell(hunt.end());
  const { undated, late } = hunt.correlator;
  const notes = [
    `${told.events} events, ${rules.length + inputs.falco.ruleset.rules.length} rules, ${told.hits} hits`,
    ...recordNotes(bad.count(), told.unrouted),
    ...(undated > 0 ? [`${undated} matches have no time, and were left out of correlations`] : []),
    ...(late > 0 ? [`${late} matches came too late for their correlation: give logs in the order of time`] : []),
  ];
  io.stderr.write(notes.map((line) => `${line}\n`).join(''));
  if (bad.count() > 0) return EXIT.usage;
  if (unread > 0) return EXIT.fail;
  return told.events === 0 ? EXIT.nothingChecked : EXIT.pass;
}

/** More would only wait for the one that reads. */
const MOST_THREADS = 64;

function countOf(text: string): number {
  const count = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  if (count >= 1 && count <= MOST_THREADS) return count;
  return fail('usage', `--threads ${text} is no number of threads`, {
    hint: `Give a number from 1 to ${MOST_THREADS}.`,
  });
}
