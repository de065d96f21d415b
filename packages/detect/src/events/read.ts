// SPDX-License-Identifier: Apache-2.0
import { fail } from '@helios/core/error';
import { isEvtx, peek, type Peeked, readText } from './bytes.ts';
import { collect, type Collection, type ReadOptions, type ReadTally } from './collect.ts';
import { readEvtx } from './evtx.ts';
import type { LogEvent } from './event.ts';
import { type Framer, framingOf } from './framing.ts';
import { lineFramer } from './lines.ts';
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
  const batches = isEvtx(peeked) ? readEvtx(source, peeked, collection) : readJson(source, peeked, collection);
  try {
    for await (const _ of batches) yield collection.take();
  } catch (cause) {
    const rest = collection.take();
    if (rest.length > 0) yield rest;
    throw cause;
  }
  return collection.tally();
}

/** Yields whenever there are events to take. */
async function* readJson({ file }: EventSource, peeked: Peeked, collection: Collection): AsyncGenerator<void> {
  let framer: Framer | undefined;
  let beginning = Buffer.alloc(0);
  const begin = (ended: boolean): void => {
    const framing = framingOf(beginning, ended);
    if (framing === 'more') return;
    if (framing === undefined) refuse(file);
    framer = framing === 'lines' ? lineFramer(collection) : valueFramer(collection);
    framer.push(beginning);
  };
  for await (const chunk of readText(file, peeked)) {
    if (framer) framer.push(chunk);
    else {
      beginning = Buffer.concat([beginning, chunk]);
      begin(false);
    }
    if (collection.isFilled()) yield;
  }
  if (!framer) begin(true);
  framer?.end();
  if (collection.isFilled()) yield;
}

function refuse(file: string): never {
  fail('input', 'holds no events: it begins as neither a JSON object nor a list of them', {
    path: file,
    hint: 'Give NDJSON, JSON or EVTX, plain or packed by gzip.',
  });
}
