// SPDX-License-Identifier: Apache-2.0
import { fail } from '@helios/core/error';
import { isEvtx, peek, type Peeked, readText } from './bytes.ts';
import { collect, type Collection, type ReadOptions, type ReadTally } from './collect.ts';
import { readEvtx } from './evtx.ts';
import type { LogEvent } from './event.ts';
import { type Framer, framingOf } from './framing.ts';
import { lineFramer } from './lines.ts';
import { regionFramer } from './regions.ts';
import type { EventSource } from './source.ts';
import { valueFramer } from './values.ts';

/**
 * The events of a log, one at a time, in constant memory whatever its length: NDJSON, JSON objects one after the
 * other, lists and envelopes of events, each also packed by gzip or as UTF-16, and EVTX. Returns how many there were.
 * A record that cannot be judged goes to `onBad` and reading goes on; without `onBad` it throws. What makes the log
 * as a whole unreadable throws HeliosError `input` after the events before it.
 */
export async function* readEvents(source: EventSource, options: ReadOptions = {}): AsyncGenerator<LogEvent, ReadTally> {
  const batches = readEventBatches(source, options);
  try {
    for (;;) {
      const { done, value } = await batches.next();
      if (done === true) return value;
      yield* value;
    }
  } finally {
    await batches.return({ events: 0, bad: 0 });
  }
}

/** The same, in lists of some hundred events: what an engine should take, as a promise for each event costs more. */
export async function* readEventBatches(
  source: EventSource,
  options: ReadOptions = {},
): AsyncGenerator<readonly LogEvent[], ReadTally> {
  const collection = collect(source.file, options);
  const peeked = await peek(source.chunks);
  const framers = { lines: lineFramer, values: valueFramer };
  const batches = isEvtx(peeked) ? readEvtx(source, peeked, collection) : readJson(source, peeked, collection, framers);
  try {
    for await (const _ of batches) if (collection.isFilled()) yield collection.take();
  } catch (cause) {
    const rest = collection.take();
    if (rest.length > 0) yield rest;
    throw cause;
  }
  return collection.tally();
}

/** A part of a log: whole lines as they stand, for readRegion in a thread, or events that were read here. */
type LogPart = { readonly lines: Buffer } | { readonly events: readonly LogEvent[] };

/** The log in order, in parts that threads can share, where its events are lines. Otherwise as readEventBatches. */
export async function* readParts(source: EventSource, options: ReadOptions = {}): AsyncGenerator<LogPart> {
  const collection = collect(source.file, options);
  const peeked = await peek(source.chunks);
  const regions = regionFramer();
  const framers = { lines: () => regions, values: valueFramer };
  const steps = isEvtx(peeked) ? readEvtx(source, peeked, collection) : readJson(source, peeked, collection, framers);
  const take = (): LogPart[] => [
    ...regions.take().map((lines) => ({ lines })),
    ...(collection.isFilled() ? [{ events: collection.take() }] : []),
  ];
  try {
    for await (const _ of steps) yield* take();
  } catch (cause) {
    regions.breakOff();
    yield* take();
    throw cause;
  }
}

type Framers = Readonly<Record<'lines' | 'values', (collection: Collection) => Framer>>;

/** Yields after each piece of text. */
async function* readJson(
  { file }: EventSource,
  peeked: Peeked,
  collection: Collection,
  framers: Framers,
): AsyncGenerator<void> {
  let framer: Framer | undefined;
  let beginning = Buffer.alloc(0);
  const begin = (ended: boolean): void => {
    const framing = framingOf(beginning, ended);
    if (framing === 'more') return;
    if (framing === undefined) refuse(file);
    framer = framers[framing](collection);
    framer.push(beginning);
  };
  for await (const chunk of readText(file, peeked)) {
    if (framer) framer.push(chunk);
    else {
      beginning = Buffer.concat([beginning, chunk]);
      begin(false);
    }
    yield;
  }
  if (!framer) begin(true);
  framer?.end();
  yield;
}

function refuse(file: string): never {
  fail('input', 'holds no events: it begins as neither a JSON object nor a list of them', {
    path: file,
    hint: 'Give NDJSON, JSON or EVTX, plain or packed by gzip.',
  });
}
