// SPDX-License-Identifier: Apache-2.0
import { existsSync, readFileSync } from 'node:fs';
import { parseConfigFile } from '@helios/core/config';
import { fail } from '@helios/core/error';
import { writeFileAtomic } from '@helios/core/fs';
import { canonicalJson, sha256Hex } from '@helios/core/hash';
import { z } from 'zod';
import type { WatchSettings } from './settings.ts';
import { emptyState, type StreamState } from './stream.ts';

const count = z.int().nonnegative();
const moment = z.int();

const streamSchema = z.strictObject({
  newest: moment,
  closed: moment,
  pairs: z.array(
    z.tuple([
      z.string(),
      z.strictObject({
        workload: z.string(),
        destination: z.strictObject({ kind: z.enum(['domain', 'network', 'bucket', 'malformed']), name: z.string() }),
        first: moment,
        observed: moment.nullable(),
        late: z.boolean(),
        told: z.boolean(),
        volumes: z.array(z.tuple([moment, count])),
      }),
    ]),
  ),
  open: z.array(z.tuple([moment, z.array(z.tuple([z.string(), count]))])),
  /** sha256 of the logs that were read, and the watermark at their end. */
  logs: z.record(z.string(), moment),
});

const stateSchema = z.strictObject({
  schema: z.literal('helios/egress-state/v1'),
  /** sha256 of those settings that it was made by. */
  settings: z.string(),
  streams: z.record(z.string(), streamSchema),
});

/** What a watch needs to go on where it stopped. */
export interface WatchState {
  readonly streams: Map<string, { readonly stream: StreamState; readonly logs: Map<string, number> }>;
}

/** The state of a file; empty where there is none. Throws HeliosError `config` for one of other settings. */
export async function readState(file: string, settings: WatchSettings): Promise<WatchState> {
  const streams: WatchState['streams'] = new Map();
  if (!existsSync(file)) return { streams };
  const text = readFileSync(file, 'utf8');
  const read = await parseConfigFile({ path: file, text, sha256: sha256Hex(text) }, stateSchema);
  if (read.settings !== shapeOf(settings))
    fail('config', 'belongs to other settings', {
      path: file,
      hint: 'Remove it to begin anew: what is known comes from the baseline, and volumes are learned again.',
    });
  for (const [name, { newest, closed, pairs, open, logs }] of Object.entries(read.streams)) {
    const sums = open.map(([start, each]) => [start, new Map(each)] as const);
    const stream = { newest, closed, pairs: new Map(pairs), open: new Map(sums) };
    streams.set(name, { stream, logs: new Map(Object.entries(logs)) });
  }
  return { streams };
}

/** The part of one source; made where it is not there yet. */
export function streamOf({ streams }: WatchState, source: string): { stream: StreamState; logs: Map<string, number> } {
  const held = streams.get(source) ?? { stream: emptyState(), logs: new Map() };
  streams.set(source, held);
  return held;
}

export async function writeState(file: string, settings: WatchSettings, { streams }: WatchState): Promise<void> {
  const written = [...streams].map(([name, { stream, logs }]) => {
    const { newest, closed, pairs, open } = stream;
    const sums = [...open].map(([start, each]) => [start, [...each].sort(byKey)]);
    return [name, { newest, closed, pairs: [...pairs].sort(byKey), open: sums, logs: Object.fromEntries(logs) }];
  });
  const state = {
    schema: 'helios/egress-state/v1',
    settings: shapeOf(settings),
    streams: Object.fromEntries(written) as unknown,
  };
  await writeFileAtomic(file, canonicalJson(state));
}

/** Sums of other windows, or of what other fields say, cannot be gone on with; owners and accounts change nothing. */
function shapeOf({ lateness, volume, internal, sources }: WatchSettings): string {
  return sha256Hex(canonicalJson({ lateness, volume, internal, sources }));
}

function byKey([a]: readonly [string, ...unknown[]], [b]: readonly [string, ...unknown[]]): number {
  return a < b ? -1 : 1;
}
