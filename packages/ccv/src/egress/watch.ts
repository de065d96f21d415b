// SPDX-License-Identifier: Apache-2.0
import { resolve } from 'node:path';
import type { Io } from '@helios/core/cli';
import { leaveRecord, type RecordFlags } from '@helios/core/cli/actions';
import { loadProject, type Project } from '@helios/core/config';
import { redact } from '@helios/core/finding';
import { withLock } from '@helios/core/fs';
import { EXIT, type ExitCode } from '@helios/core/gate';
import { sha256File } from '@helios/core/hash';
import { visible } from '@helios/core/report';
import { knownOf } from './baseline.ts';
import { openCensus, type SourceCensus } from './census.ts';
import { type NamedLog, namedLogs } from './named-log.ts';
import { ownerOf } from './owner.ts';
import { readPlan, type WatchPlan } from './plan.ts';
import { ALERT_TYPE, alertOf, type EgressAlert, type EgressWatch, summaryOf, WATCH_TYPE } from './record.ts';
import { readState, streamOf, type WatchState, writeState } from './state.ts';
import { openStream, type Sighting, type Stream } from './stream.ts';

export interface WatchFlags extends RecordFlags {
  readonly config?: string;
  readonly settings: string;
  readonly state: string;
  readonly drain?: boolean;
}

const LOCK_TIMEOUT_MS = 10_000;
/** Event time after which it is forgotten that a log was read; by then all of it would count as late. */
const REMEMBERED_MS = 30 * 86_400_000;

/**
 * `sec-ccv egress watch`: reads logs and leaves a record of each destination that a workload has not sent to before, and of
 * each window with too many bytes. Its alerts and what it read are recorded first and the state is written then, so that
 * a watch that was killed says the same again, in the same bytes: a log that counts as read has its record.
 */
export async function watchEgress(logs: readonly string[], flags: WatchFlags, io: Io): Promise<ExitCode> {
  const project = await loadProject({ cwd: io.cwd, ...flags });
  const plan = await readPlan(project, flags.settings);
  const named = namedLogs(logs, plan.settings, io);
  const file = resolve(io.cwd, flags.state);
  return withLock(`${file}.lock`, () => watchLogs({ project, plan, flags, io, file }, named), {
    timeoutMs: LOCK_TIMEOUT_MS,
  });
}

interface Watch {
  readonly project: Project;
  readonly plan: WatchPlan;
  readonly flags: WatchFlags;
  readonly io: Io;
  /** Of the state. */
  readonly file: string;
}

async function watchLogs(watch: Watch, logs: readonly NamedLog[]): Promise<ExitCode> {
  const { plan, flags, io, file } = watch;
  const state = await readState(file, plan.settings);
  const told: string[] = [];
  const censuses = new Map<string, SourceCensus>();
  const ran = io.now();
  for (const log of logs) {
    const census = censuses.get(log.source) ?? openCensus(log.source);
    censuses.set(log.source, census);
    told.push(...(await watchLog(watch, state, log, census, ran.getTime())));
  }
  if (flags.drain) {
    for (const source of censuses.keys())
      told.push(...(await tell(watch, source, streamFor(plan, state, source).drain())));
  }
  const sources = [...censuses.values()].map((census) => census.tell());
  const run: EgressWatch = { schema: 'helios/egress-watch/v1', ran: ran.toISOString(), sources, alerts: told };
  await leave(watch, 'egress-watch', WATCH_TYPE, run);
  await writeState(file, plan.settings, state);
  for (const each of sources) io.stdout.write(`${describe(each)}\n`);
  return sources.every(({ watched }) => watched === 0) ? EXIT.nothingChecked : EXIT.pass;
}

/** Answers with the ids of its alerts. */
async function watchLog(
  watch: Watch,
  state: WatchState,
  { source, settings, path, absolute, records }: NamedLog,
  census: SourceCensus,
  now: number,
): Promise<string[]> {
  const { sha256 } = await sha256File(absolute);
  const { stream, logs } = streamOf(state, source);
  census.log(path, sha256);
  if (logs.has(sha256)) {
    watch.io.stderr.write(`${visible(path)} was read before\n`);
    return [];
  }
  const open = streamFor(watch.plan, state, source);
  const told: string[] = [];
  for await (const each of records()) {
    const observation = census.count(each, settings, watch.plan.internal, { now, closed: stream.closed });
    const sightings = observation ? open.take(observation) : [];
    if (sightings.length > 0) told.push(...(await tell(watch, source, sightings)));
  }
  logs.set(sha256, stream.newest);
  for (const [other, newest] of logs) if (newest < stream.newest - REMEMBERED_MS) logs.delete(other);
  return told;
}

function streamFor({ settings, baseline }: WatchPlan, state: WatchState, source: string): Stream {
  const lateness = settings.lateness * 1000;
  const known = knownOf(baseline?.known);
  return openStream(streamOf(state, source).stream, { lateness, volume: settings.volume, known });
}

async function tell(watch: Watch, source: string, sightings: readonly Sighting[]): Promise<string[]> {
  const { settings } = watch.plan;
  const told: string[] = [];
  for (const sighting of sightings) {
    const owner = ownerOf(settings, sighting.workload);
    const alert = alertOf(sighting, source, owner, settings.volume.window);
    await leave(watch, `egress-${alert.kind}`, ALERT_TYPE, alert);
    const line = `${alert.id}  ${alert.at}  ${summaryOf(alert)}  (${owner ?? 'nobody owns it'})`;
    watch.io.stdout.write(`${visible(redact(line))}\n`);
    told.push(alert.id);
  }
  return told;
}

/** A record, about what it was judged by. */
async function leave(
  { plan: { settingsFile, baseline }, flags, project, io }: Watch,
  name: string,
  predicateType: string,
  predicate: EgressAlert | EgressWatch,
): Promise<void> {
  const files = [settingsFile, ...(baseline ? [baseline.file] : [])];
  const subject = files.map(({ path, sha256 }) => ({ name: path, digest: { sha256 } }));
  await leaveRecord({ area: 'soc', name, predicateType, subject, predicate }, flags, project, io);
}

function describe({ source, records, watched, until, ...census }: EgressWatch['sources'][number]): string {
  const { late, ahead, undated, unattributed, unaddressed } = census;
  const odd = Object.entries({ late, ahead, undated, unattributed, unaddressed }).filter(([, count]) => count > 0);
  const parts = odd.map(([what, count]) => `, ${count} ${what}`).join('');
  return `${source}: ${watched} of ${records} records watched${parts}${until === undefined ? '' : `; the newest of ${until}`}`;
}
