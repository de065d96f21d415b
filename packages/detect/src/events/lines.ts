// SPDX-License-Identifier: Apache-2.0
import { isUtf8 } from 'node:buffer';
import type { Framer, RecordSink } from './framing.ts';
import { EVENT_LIMITS, NOT_UTF8, TOO_LONG } from './limits.ts';

const NEWLINE = 0x0a;

/** Cuts NDJSON. All whole lines of a piece are decoded at once: a call for each is what costs. */
export function lineFramer(sink: RecordSink): Framer {
  let parts: Buffer[] = [];
  let held = 0;
  let line = 0;
  let dropping = false;

  const hold = (bytes: Buffer): void => {
    if (bytes.length === 0 || dropping) return;
    parts.push(bytes);
    held += bytes.length;
    if (held <= EVENT_LIMITS.recordBytes) return;
    dropping = true;
    release();
  };
  const release = (): void => {
    parts = [];
    held = 0;
  };
  const cutBytes = (region: Buffer): void => {
    for (let start = 0; start <= region.length;) {
      const found = region.indexOf(NEWLINE, start);
      const end = found === -1 ? region.length : found;
      const bytes = region.subarray(start, end);
      if (isUtf8(bytes)) take(bytes.toString('utf8'));
      else sink.bad(++line, NOT_UTF8);
      start = end + 1;
    }
  };
  const cut = (region: Buffer): void => {
    if (!isUtf8(region)) return cutBytes(region);
    const text = region.toString('utf8');
    let start = 0;
    for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', start)) {
      take(text.slice(start, end));
      start = end + 1;
    }
    take(text.slice(start));
  };
  const take = (text: string): void => {
    line++;
    if (text.length > EVENT_LIMITS.recordBytes) sink.bad(line, TOO_LONG);
    else if (text.charCodeAt(0) === 0x7b || text.trim() !== '') sink.text(line, text, false);
  };

  return {
    push(chunk) {
      const last = chunk.lastIndexOf(NEWLINE);
      if (last === -1) return hold(chunk);
      let whole = chunk.subarray(0, last);
      if (dropping) {
        sink.bad(++line, TOO_LONG);
        dropping = false;
        const first = chunk.indexOf(NEWLINE);
        whole = chunk.subarray(first + 1, Math.max(first + 1, last));
        if (first !== last) cut(whole);
      } else {
        cut(held === 0 ? whole : Buffer.concat([...parts, whole]));
      }
      release();
      hold(chunk.subarray(last + 1));
    },
    end() {
      if (dropping) sink.bad(++line, TOO_LONG);
      else if (held > 0) cut(Buffer.concat(parts));
    },
  };
}
