// SPDX-License-Identifier: Apache-2.0
import { listOf } from './envelope.ts';

/** Takes a text in pieces and cuts it into records, each of which it hands to its sink at once. */
export interface Framer {
  push(chunk: Buffer): void;
  end(): void;
}

/** Who takes the records of a framer. */
export interface RecordSink {
  /** A record's JSON text; `measured` where its depth is known to be within the limit. */
  text(record: number, text: string, measured: boolean): void;
  /** A record that cannot be judged: `reason` follows its name, as "is not UTF-8 text" does. */
  bad(record: number, reason: string): void;
}

/** A record a line, or values over any number of lines, one after the other or in lists. */
type Framing = 'lines' | 'values';

const OBJECT = 0x7b;
const LIST = 0x5b;
/** A text that is no JSON may never break its lines. */
const PATIENCE = 64 * 1024;

/**
 * How a text is cut, by its beginning: by lines if one of the first two that are not blank is an object of its own.
 * `more` asks for more of the text; undefined means that it is no JSON.
 */
export function framingOf(beginning: Buffer, ended: boolean): Framing | 'more' | undefined {
  const first = beginning[firstMark(beginning)];
  const undecided = ended || beginning.length > PATIENCE;
  if (first === undefined) return undecided ? 'lines' : 'more';
  if (first === LIST) return 'values';
  const lines = firstLines(beginning, ended);
  const object = lines.map(objectOf).find((value) => value !== undefined);
  if (object) return listOf(object) ? 'values' : 'lines';
  if (lines.length < 2 && !undecided) return 'more';
  return first === OBJECT ? 'values' : undefined;
}

/** The first two whole lines that are not blank; a last line without an end is whole where the text has ended. */
function firstLines(text: Buffer, ended: boolean): string[] {
  const lines: string[] = [];
  for (let start = 0; start < text.length && lines.length < 2;) {
    const found = text.indexOf(0x0a, start);
    if (found === -1 && !ended) break;
    const end = found === -1 ? text.length : found;
    const line = text.toString('utf8', start, end).trim();
    if (line !== '') lines.push(line);
    start = end + 1;
  }
  return lines;
}

function firstMark(text: Buffer): number {
  return text.findIndex((byte) => byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09);
}

function objectOf(line: string): Readonly<Record<string, unknown>> | undefined {
  if (!line.startsWith('{') || !line.endsWith('}')) return undefined;
  try {
    return JSON.parse(line) as Readonly<Record<string, unknown>>;
  } catch {
    return undefined;
  }
}
