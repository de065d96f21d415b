// SPDX-License-Identifier: Apache-2.0
import { collect, type ReadOptions, type ReadTally } from './collect.ts';
import type { LogEvent } from './event.ts';
import type { Framer } from './framing.ts';
import { EVENT_LIMITS } from './limits.ts';
import { lineFramer } from './lines.ts';

const NEWLINE = 0x0a;

/** Bytes: enough that handing one over costs little, few enough that a short log still has work for several threads. */
const REGION = 1024 * 1024;

/** Cuts NDJSON into pieces of whole lines without looking into them. */
export interface RegionFramer extends Framer {
  /** The pieces that are large enough; at the end the rest as well. */
  take(): Buffer[];
  /** Makes a piece of the whole lines that there are: the log cannot be read on. */
  breakOff(): void;
}

export function regionFramer(size = REGION): RegionFramer {
  let ready: Buffer[] = [];
  let whole: Buffer[] = [];
  let held = 0;
  /** The line that has not ended. */
  let open: Buffer[] = [];
  let length = 0;

  const hold = (bytes: Buffer): void => {
    // Of a line over the limit no more is kept than shows that it is.
    const room = Math.max(0, EVENT_LIMITS.recordBytes + 1 - length);
    if (bytes.length > 0 && room > 0) open.push(bytes.subarray(0, room));
    length += bytes.length;
  };
  const finish = (): void => {
    held += Math.min(length, EVENT_LIMITS.recordBytes + 1);
    whole.push(...open);
    open = [];
    length = 0;
  };
  const breakOff = (): void => {
    if (held > 0) ready.push(Buffer.concat(whole));
    whole = [];
    held = 0;
  };
  return {
    push(chunk) {
      const last = chunk.lastIndexOf(NEWLINE);
      if (last === -1) return hold(chunk);
      const first = chunk.indexOf(NEWLINE);
      hold(chunk.subarray(0, first));
      finish();
      whole.push(chunk.subarray(first, last + 1));
      held += last + 1 - first;
      if (held >= size) breakOff();
      hold(chunk.subarray(last + 1));
    },
    end() {
      finish();
      breakOff();
    },
    breakOff,
    take() {
      const taken = ready;
      ready = [];
      return taken;
    },
  };
}

/** What a piece of whole lines holds. Records count from 1 in each piece. */
export function readRegion(
  file: string,
  bytes: Buffer,
  options: ReadOptions,
): { readonly events: readonly LogEvent[]; readonly tally: ReadTally; readonly lines: number } {
  const collection = collect(file, options);
  const framer = lineFramer(collection);
  framer.push(bytes);
  framer.end();
  return { events: collection.take(), tally: collection.tally(), lines: linesIn(bytes) };
}

function linesIn(bytes: Buffer): number {
  let lines = 0;
  for (let at = bytes.indexOf(NEWLINE); at !== -1; at = bytes.indexOf(NEWLINE, at + 1)) lines++;
  return lines;
}
