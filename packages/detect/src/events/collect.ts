// SPDX-License-Identifier: Apache-2.0
import { fail, HeliosError, messageOf } from '@helios/core/error';
import { parseJson } from '@helios/core/input';
import { listOf } from './envelope.ts';
import type { LogEvent, Logsource } from './event.ts';
import { isJson } from './fields.ts';
import type { RecordSink } from './framing.ts';
import { isTooDeep, TOO_DEEP } from './limits.ts';
import { readShape } from './shapes.ts';

/** A record that cannot be judged. */
export interface BadRecord {
  readonly file: string;
  /** As in LogEvent.at. */
  readonly record: number;
  /** What is wrong, to follow the record's name: "is not UTF-8 text". Holds nothing of the record itself. */
  readonly reason: string;
}

export interface ReadOptions {
  /** Takes records that cannot be judged; without it the first one throws HeliosError `input`. */
  readonly onBad?: (record: BadRecord) => void;
  /** What events are that nothing tells the logsource of. Without it they stay without, and no rule applies. */
  readonly assumeLogsource?: Logsource;
}

export interface ReadTally {
  readonly events: number;
  readonly bad: number;
}

/** Makes events of records, and keeps them until they are taken. */
export interface Collection extends RecordSink {
  add(record: number, value: unknown): void;
  isFilled(): boolean;
  take(): readonly LogEvent[];
  tally(): ReadTally;
}

export function collect(file: string, { onBad, assumeLogsource }: ReadOptions): Collection {
  const assumed: readonly Logsource[] = assumeLogsource ? [assumeLogsource] : [];
  let batch: LogEvent[] = [];
  let events = 0;
  let bad = 0;

  const refuse = (record: number, reason: string): void => {
    bad++;
    if (onBad) return onBad({ file, record, reason });
    fail('input', `record ${record} ${reason}`, { path: file, hint: 'Correct the record, or take it out of the log.' });
  };
  const addOne = (record: number, value: unknown): void => {
    if (!isJson(value)) return refuse(record, 'is not a JSON object');
    const { fields, logsources, time } = readShape(value);
    const at = { file, record };
    const told = logsources.length > 0 ? logsources : assumed;
    batch.push(time === undefined ? { fields, logsources: told, at } : { fields, logsources: told, time, at });
    events++;
  };
  const add = (record: number, value: unknown): void => {
    const items = Array.isArray(value) ? (value as readonly unknown[]) : isJson(value) ? listOf(value) : undefined;
    if (items) for (const item of items) addOne(record, item);
    else addOne(record, value);
  };

  return {
    text(record, text, measured) {
      let value: unknown;
      try {
        value = JSON.parse(withDigits(text));
      } catch {
        return refuse(record, reasonOf(file, text));
      }
      if (!measured && isTooDeep(value)) refuse(record, TOO_DEEP);
      else add(record, hasLongItem(text) ? JSON.parse(text, exactly) : value);
    },
    bad: refuse,
    add,
    isFilled: () => batch.length > 0,
    take() {
      const taken = batch;
      batch = [];
      return taken;
    },
    tally: () => ({ events, bad }),
  };
}

/** Within a text each quote is escaped, so that one with a colon behind it ends a key. Bounded, as V8 keeps each step. */
const LONG_MEMBER = /([^\\]":\s{0,9})(-?[1-9]\d{15,308})(?=\s{0,9}[,}])/g;
const LONG_ITEM = /[[,]\s{0,9}-?\d{16}/;

/**
 * Rules know numbers by their text: of an id such as 9007199254740993 the last digits count, which JavaScript does not
 * keep. Most Windows events have such a number, and a reviver for all of them would take three times as long.
 */
function withDigits(text: string): string {
  return text.replace(LONG_MEMBER, (all, before: string, digits: string) =>
    String(Number(digits)) === digits ? all : `${before}"${digits}"`,
  );
}

/** Whether a list may hold such a number; it may also be in a text. */
function hasLongItem(text: string): boolean {
  return text.includes('[') && LONG_ITEM.test(text);
}

function exactly(_name: string, value: unknown, context?: { readonly source: string }): unknown {
  const written = context?.source ?? '';
  if (typeof value !== 'number' || Number.isSafeInteger(value) || String(value) === written) return value;
  return /^-?\d+$/.test(written) ? written : value;
}

/** Why a text is no JSON, in the words of the one reader of JSON, which keeps the text itself out of them. */
function reasonOf(file: string, text: string): string {
  try {
    parseJson(file, text);
    return 'is not valid JSON';
  } catch (cause) {
    const column = cause instanceof HeliosError ? cause.detail.column : undefined;
    // V8 quotes the character at fault, which may be any.
    const message = messageOf(cause).replace(/ '[\s\S]{1,2}'/, '');
    return `is ${message}${column === undefined ? '' : ` (column ${column})`}`;
  }
}
