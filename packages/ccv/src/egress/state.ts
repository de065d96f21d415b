// SPDX-License-Identifier: Apache-2.0
import { createReadStream, existsSync } from 'node:fs';
import { fail } from '@helios/core/error';
import { writeFileAtomic } from '@helios/core/fs';
import { canonicalJson, sha256Hex } from '@helios/core/hash';
import { readNdjson } from '@helios/core/input';
import { z } from 'zod';
import { pairKey } from './destination.ts';
import type { WatchSettings } from './settings.ts';
import { emptyState, type StreamState } from './stream.ts';
import type { WindowSum } from './volume.ts';

/** What a watch needs to go on where it stopped. */
export interface WatchState {
  readonly streams: Map<string, SourceState>;
}

interface SourceState {
  readonly stream: StreamState;
  /** sha256 of the logs that were read, and the newest event time at their end. */
  readonly logs: Map<string, number>;
}

const moment = z.int();
/** Start, bytes, start, bytes …: as pairs they would be so many objects more to be checked. */
const sums = z.array(z.int());

const headerSchema = z.strictObject({
  schema: z.literal('helios/egress-state/v1'),
  /** sha256 of those settings that it was made by. */
  settings: z.string(),
  /** Lines that follow. */
  lines: z.int(),
});

/** A line each: no part of the file has to fit into memory as a whole, nor into the limit of a line. */
const lineSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('source'), source: z.string(), newest: moment, closed: moment }),
  z.strictObject({ kind: z.literal('log'), source: z.string(), sha256: z.string(), newest: moment }),
  z.strictObject({
    kind: z.literal('pair'),
    source: z.string(),
    workload: z.string(),
    destination: z.strictObject({ kind: z.enum(['domain', 'network', 'bucket', 'malformed']), name: z.string() }),
    first: moment,
    observed: moment.nullable(),
    late: z.boolean(),
    told: z.boolean(),
    volumes: sums,
    open: sums,
  }),
]);
type Line = z.infer<typeof lineSchema>;

/** The state of a file; empty where there is none. Throws HeliosError `config` for one of other settings. */
export async function readState(file: string, settings: WatchSettings): Promise<WatchState> {
  const state: WatchState = { streams: new Map() };
  if (!existsSync(file)) return state;
  let left = 0;
  for await (const { line, value } of readNdjson(file, createReadStream(file))) {
    if (line === 1) left = readHeader(file, value, settings);
    else {
      take(state, lineSchema.safeParse(value).data ?? refuse(file, 'is no state of a watch', line));
      left--;
    }
  }
  if (left !== 0) refuse(file, 'was cut short');
  return state;
}

function readHeader(file: string, value: unknown, settings: WatchSettings): number {
  const header = headerSchema.safeParse(value).data ?? refuse(file, 'is no state of a watch', 1);
  if (header.settings !== shapeOf(settings)) refuse(file, 'belongs to other settings');
  return header.lines;
}

function refuse(path: string, what: string, line?: number): never {
  const hint = 'Remove it to begin anew: what is known comes from the baseline, and volumes are learned again.';
  return fail('config', what, { path, hint, ...(line !== undefined && { line }) });
}

function take(state: WatchState, line: Line): void {
  const { stream, logs } = streamOf(state, line.source);
  if (line.kind === 'source') Object.assign(stream, { newest: line.newest, closed: line.closed });
  else if (line.kind === 'log') logs.set(line.sha256, line.newest);
  else {
    const { kind: _kind, source: _source, open, volumes, ...pair } = line;
    const key = pairKey(pair.workload, pair.destination);
    stream.pairs.set(key, { ...pair, volumes: pairsOf(volumes) });
    for (const [start, bytes] of pairsOf(open)) {
      const held = stream.open.get(start) ?? new Map<string, number>();
      stream.open.set(start, held.set(key, bytes));
    }
  }
}

function pairsOf(flat: readonly number[]): WindowSum[] {
  return Array.from({ length: flat.length / 2 }, (_, index) => [flat[index * 2] ?? 0, flat[index * 2 + 1] ?? 0]);
}

/** The part of one source; made where it is not there yet. */
export function streamOf({ streams }: WatchState, source: string): SourceState {
  const held = streams.get(source) ?? { stream: emptyState(), logs: new Map<string, number>() };
  streams.set(source, held);
  return held;
}

/** The same state gives the same bytes, whichever way it came about. */
export async function writeState(file: string, settings: WatchSettings, { streams }: WatchState): Promise<void> {
  const lines = [...streams].sort(byKey).flatMap(([source, { stream, logs }]) => linesOf(source, stream, logs));
  const header = { schema: 'helios/egress-state/v1', settings: shapeOf(settings), lines: lines.length };
  await writeFileAtomic(file, [header, ...lines].map((line) => `${JSON.stringify(line)}\n`).join(''));
}

function linesOf(
  source: string,
  { newest, closed, pairs, open }: StreamState,
  logs: ReadonlyMap<string, number>,
): Line[] {
  const starts = [...open.keys()].sort((a, b) => a - b);
  return [
    { kind: 'source', source, newest, closed },
    ...[...logs].sort(byKey).map(([sha256, at]): Line => ({ kind: 'log', source, sha256, newest: at })),
    ...[...pairs].sort(byKey).map(([key, { volumes, ...pair }]): Line => {
      const own = starts.flatMap((start) => {
        const bytes = open.get(start)?.get(key);
        return bytes === undefined ? [] : [start, bytes];
      });
      return { kind: 'pair', source, ...pair, volumes: volumes.flat(), open: own };
    }),
  ];
}

function byKey([a]: readonly [string, ...unknown[]], [b]: readonly [string, ...unknown[]]): number {
  return a < b ? -1 : 1;
}

/** Sums of other windows, or of what other fields say, cannot be gone on with; owners and accounts change nothing. */
function shapeOf({ lateness, volume, internal, sources }: WatchSettings): string {
  return sha256Hex(canonicalJson({ lateness, volume, internal, sources }));
}
