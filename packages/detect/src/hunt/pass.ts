// SPDX-License-Identifier: Apache-2.0
import { type EventSource, readEventBatches, readParts, type ReadOptions } from '../events/index.ts';
import type { SigmaRule } from '../sigma/rule.ts';
import { inLog, type Judge, type Judged, judgeEvents, type JudgedRegion } from './region.ts';
import type { Threads } from './threads.ts';

/** Takes what was judged of a log, in its order. */
type Take = (judged: Judged) => void;

/** Judges a log part by part; memory does not grow with it. Throws HeliosError `input` after the parts before the fault. */
export async function judgeHere(source: EventSource, judge: Judge, options: ReadOptions, take: Take): Promise<void> {
  for await (const events of readEventBatches(source, options)) take(judgeEvents(events, judge));
}

/** Regions that wait for each thread: one that is judged, one that is next. */
const AHEAD = 2;

/** The same, the lines of NDJSON in threads; other logs are judged here. */
export async function judgeInThreads(
  source: EventSource,
  threads: Threads,
  judge: Judge,
  rules: readonly SigmaRule[],
  options: ReadOptions,
  take: Take,
): Promise<void> {
  const waiting: Promise<JudgedRegion>[] = [];
  let lines = 0;
  const takeNext = async (): Promise<void> => {
    const region = await waiting.shift();
    if (!region) return;
    const { bad, ...judged } = inLog(region, lines, rules);
    for (const record of bad) options.onBad?.(record);
    take(judged);
    lines += region.lines;
  };
  try {
    for await (const part of readParts(source, options)) {
      if ('events' in part) take(judgeEvents(part.events, judge));
      else waiting.push(threads.judge({ file: source.file, bytes: part.lines }));
      if (waiting.length > threads.count * AHEAD) await takeNext();
    }
  } finally {
    while (waiting.length > 0) await takeNext();
  }
}
