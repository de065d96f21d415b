// SPDX-License-Identifier: Apache-2.0
import { fail } from '@helios/core/error';
import { type Destination, pairKey } from './destination.ts';
import type { Observation } from './observation.ts';
import type { VolumeSettings } from './settings.ts';
import { type Judged, judgeVolume, type WindowSum } from './volume.ts';

/** Who sends where, as long as the watch knows of it. */
interface Pair {
  readonly workload: string;
  readonly destination: Destination;
  /** Event time of the first, in milliseconds since 1970. */
  first: number;
  /** When the log took in that one, at the earliest. */
  observed: number | null;
  /** Whether the first came later than the lateness allows. */
  late: boolean;
  /** Whether it is known: in the baseline, or told of. */
  told: boolean;
  /** Judged windows with traffic, oldest first. */
  volumes: WindowSum[];
}

/** All that the watch of one source remembers; what it says next follows from this and what comes. */
export interface StreamState {
  /** The latest event time. */
  newest: number;
  /** The watermark: all that lies before it has been judged. */
  closed: number;
  readonly pairs: Map<string, Pair>;
  /** Sums of windows that are still open: by start, by pair. */
  readonly open: Map<number, Map<string, number>>;
}

/** What is worth telling. Times are milliseconds since 1970. */
export type Sighting = Pick<Pair, 'workload' | 'destination'> &
  (
    | { readonly kind: 'first-seen'; readonly at: number; readonly observed: number | null; readonly late: boolean }
    | { readonly kind: 'volume'; readonly at: number; readonly volume: Judged }
  );

export interface StreamSettings {
  /** In milliseconds. */
  readonly lateness: number;
  readonly volume: VolumeSettings;
  /** Whether the baseline has it. */
  readonly known: (workload: string, destination: Destination) => boolean;
}

export interface Stream {
  /** Answers with what has become certain by this; the time must not lie in the future. */
  take(observation: Observation): Sighting[];
  /** Judges all that is still open: nothing more comes, or it may count as late. */
  drain(): Sighting[];
}

/** The watermark moves by whole seconds, so that what is open need not be looked through at every event. */
const STEP = 1000;
/** Nobody reviews so many: then the workload's name changes with every start. */
const MOST_PAIRS = 200_000;

export function emptyState(): StreamState {
  return { newest: 0, closed: 0, pairs: new Map(), open: new Map() };
}

/**
 * Watches one source in event time. First times are minima and volumes are sums, and both are told of once the watermark
 * has passed them: so the order of events does not matter as long as none is late. What is late is never left out: its
 * destination is told of at once, marked as late; only to the volume of a judged window it adds nothing.
 */
export function openStream(state: StreamState, { lateness, volume, known }: StreamSettings): Stream {
  const size = volume.window * 1000;
  const waiting = new Map([...state.pairs].filter(([, pair]) => !pair.told));

  const tell = (key: string, pair: Pair): Sighting => {
    pair.told = true;
    waiting.delete(key);
    const { workload, destination, first, observed, late } = pair;
    return { kind: 'first-seen', workload, destination, at: first, observed, late };
  };
  const advance = (until: number): Sighting[] => {
    if (until <= state.closed) return [];
    state.closed = until;
    const passed = [...waiting].filter(([, { first }]) => first < until);
    return [...closeWindows(state, size, volume), ...passed.map(([key, pair]) => tell(key, pair))].sort(inTime);
  };

  return {
    take(observation) {
      const { time, bytes } = observation;
      const late = time < state.closed;
      const [key, pair] = pairOf(state, observation, late, known);
      if (late) return pair.told ? [] : [tell(key, pair)];
      if (!pair.told) waiting.set(key, pair);
      if (bytes > 0) add(state, Math.floor(time / size) * size, key, bytes);
      state.newest = Math.max(state.newest, time);
      return advance(Math.floor((state.newest - lateness) / STEP) * STEP);
    },
    // A window that has not ended stays open: the rest of it may come with the next log.
    drain: () => advance(state.newest + 1),
  };
}

function pairOf(
  { pairs }: StreamState,
  { time, workload, destination, observed: taken }: Observation,
  late: boolean,
  known: StreamSettings['known'],
): [key: string, pair: Pair] {
  const observed = taken ?? null;
  const key = pairKey(workload, destination);
  const pair = pairs.get(key);
  if (!pair) {
    if (pairs.size === MOST_PAIRS)
      fail('input', `there are more than ${MOST_PAIRS} pairs of workload and destination`, {
        hint: 'Name workloads by what they are (namespace and app), not by pods: those change with every start.',
      });
    const fresh: Pair = {
      workload,
      destination,
      first: time,
      observed,
      late,
      told: known(workload, destination),
      volumes: [],
    };
    pairs.set(key, fresh);
    return [key, fresh];
  }
  if (time < pair.first && !(late && pair.told)) Object.assign(pair, { first: time, observed, late });
  // Of several in one millisecond the one that was taken in first.
  else if (time === pair.first && observed !== null) pair.observed = Math.min(pair.observed ?? observed, observed);
  return [key, pair];
}

function add({ open }: StreamState, start: number, key: string, bytes: number): void {
  const sums = open.get(start) ?? new Map<string, number>();
  open.set(start, sums.set(key, Math.min((sums.get(key) ?? 0) + bytes, Number.MAX_SAFE_INTEGER)));
}

/** Judges the windows that ended before the watermark, the oldest first: each is history to the next. */
function closeWindows({ open, closed, pairs }: StreamState, size: number, settings: VolumeSettings): Sighting[] {
  const ended = [...open.keys()].filter((start) => start + size <= closed).sort((a, b) => a - b);
  return ended.flatMap((start) => {
    const sums = [...(open.get(start) ?? [])].sort(([a], [b]) => (a < b ? -1 : 1));
    open.delete(start);
    return sums.flatMap(([key, bytes]) => {
      const pair = pairs.get(key);
      return pair ? judgeWindow(pair, start, bytes, size, settings) : [];
    });
  });
}

function judgeWindow(pair: Pair, start: number, bytes: number, size: number, settings: VolumeSettings): Sighting[] {
  const from = Math.max(Math.floor(pair.first / size) * size, start - settings.history * size);
  const before = pair.volumes.filter(([at]) => at >= from).map(([, sum]) => sum);
  const volume = judgeVolume(bytes, before, (start - from) / size - before.length, settings);
  pair.volumes = [...pair.volumes, [start, bytes] as const].slice(-settings.history);
  if (!volume || volume.value <= volume.bound) return [];
  const { workload, destination } = pair;
  // Known only once the window is over.
  return [{ kind: 'volume', workload, destination, at: start + size, volume }];
}

/** A window that ends when a destination is first seen was certain before it. */
function inTime(a: Sighting, b: Sighting): number {
  const rank = ({ kind }: Sighting): number => (kind === 'volume' ? 0 : 1);
  return (
    a.at - b.at ||
    rank(a) - rank(b) ||
    (pairKey(a.workload, a.destination) < pairKey(b.workload, b.destination) ? -1 : 1)
  );
}
