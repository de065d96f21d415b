// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import type { Io } from '@helios/core/cli';
import { sha256File } from '@helios/core/hash';
import type { LogEvent } from '../events/event.ts';
import { type EventSource, readEventBatches } from '../events/index.ts';
import { openLog } from '../hunt/log.ts';
import { DAY_MS, type Observation, observerOf, type Passed } from './observation.ts';
import type { Profile } from './profile.ts';
import type { Pseudonyms } from './pseudonym.ts';

/** What became of the events of logs. `future` ones lie after today. */
export type Told = Record<'events' | 'observed' | 'future' | Passed, number>;

export function nothingTold(): Told {
  return { events: 0, observed: 0, other: 0, nobody: 0, undated: 0, future: 0 };
}

export interface Reading {
  readonly profile: Profile;
  readonly pseudonyms: Pseudonyms;
  readonly told: Told;
  readonly io: Io;
}

/**
 * Gives every observation of a log to `take`, with where its event stands; answers with the log's sha256. A record that
 * cannot be read ends it (HeliosError `input`). Events after today are left out: one wrong clock would make
 * everything else old, and have it forgotten.
 */
export async function readLog(
  log: string,
  { profile, pseudonyms, told, io }: Reading,
  take: (observation: Observation, at: LogEvent['at']) => void,
): Promise<string> {
  const today = Math.floor(io.now().getTime() / DAY_MS);
  const observe = observerOf(profile, pseudonyms);
  const { source, digest } = digesting(openLog(log, io));
  for await (const batch of readEventBatches(source)) {
    for (const event of batch) {
      told.events++;
      const observation = observe(event);
      if (typeof observation === 'string') told[observation]++;
      else if (observation.day > today) told.future++;
      else {
        told.observed++;
        take(observation, event.at);
      }
    }
  }
  return digest();
}

/** EVTX is not read as a stream, so that what lies in a file is hashed there. */
function digesting(source: EventSource): { source: EventSource; digest: () => Promise<string> } {
  const { absolute } = source;
  if (absolute !== undefined) return { source, digest: async () => (await sha256File(absolute)).sha256 };
  const hash = createHash('sha256');
  async function* chunks(): AsyncGenerator<Uint8Array> {
    for await (const chunk of source.chunks) {
      hash.update(chunk);
      yield chunk;
    }
  }
  return { source: { ...source, chunks: chunks() }, digest: async () => hash.digest('hex') };
}
