// SPDX-License-Identifier: Apache-2.0
import type { LogEvent } from '../events/event.ts';
import { historiesOf } from './history.ts';
import { type Reading, readLog } from './intake.ts';
import { type JudgedDay, judgeOf } from './judge.ts';
import { emptyState, learn, type State } from './state.ts';

export interface Scoring {
  /** By day, entity and group. */
  readonly days: readonly JudgedDay[];
  /** Where the first event of a day with a value stands, by witnessKey. */
  readonly witnesses: ReadonlyMap<string, LogEvent['at']>;
  /** sha256 of each log. */
  readonly digests: readonly string[];
}

/** Judges the days in logs by what is known. They are gathered as days are learned, so that like is held against like. */
export async function judgeLogs(logs: readonly string[], state: State, reading: Reading): Promise<Scoring> {
  const seen = emptyState();
  const witnesses = new Map<string, LogEvent['at']>();
  // Nothing of what is judged is old, however far its days lie apart.
  const unbounded = { ...reading.profile, windowDays: Infinity };
  const digests: string[] = [];
  for (const log of logs) {
    const sha256 = await readLog(log, reading, (observation, at) => {
      learn(seen, observation, unbounded);
      for (const [feature, part] of observation.parts) {
        for (const value of typeof part === 'number' ? [] : part) {
          const key = witnessKey(observation, feature, value);
          const known = witnesses.get(key);
          if (!known || isBefore(at, known)) witnesses.set(key, at);
        }
      }
    });
    digests.push(sha256);
  }
  const judge = judgeOf(historiesOf(state, reading.profile), reading.profile);
  const days = [...seen.members.values()]
    .flatMap((member) => [...member.days.keys()].map((day) => judge(member, day)))
    .sort((a, b) => a.day - b.day || compare(a.entity, b.entity) || compare(a.group, b.group));
  return { days, witnesses, digests };
}

export function witnessKey(
  { entity, group, day }: Pick<JudgedDay, 'entity' | 'group' | 'day'>,
  feature: string,
  value: string,
): string {
  return JSON.stringify([entity, group, day, feature, value]);
}

function isBefore(left: LogEvent['at'], right: LogEvent['at']): boolean {
  return left.file === right.file ? left.record < right.record : left.file < right.file;
}

/** By code units: the same everywhere. */
function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
