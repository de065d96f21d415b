// SPDX-License-Identifier: Apache-2.0
import { existsSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { HeliosError } from '@helios/core/error';
import { type BadRecord, type LogEvent, readEventBatches, type ReadOptions } from '../../src/events/index.ts';

const ROOT = dirname(dirname(dirname(dirname(import.meta.dirname))));
/** Public data beside the repository; tests that need it are skipped, visibly, where it is not. */
const BESIDE = join(dirname(ROOT), 'shared', 'data');
export const SHARED = existsSync(BESIDE) ? realpathSync(BESIDE) : BESIDE;
export const NO_SHARED = existsSync(SHARED) ? '' : ' (skipped: ../shared/data is not here)';

/** A folder of its own, gone after the test: some hold hundreds of megabytes. */
export function makeFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'helios-events-')));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

export interface Outcome {
  readonly events: readonly LogEvent[];
  readonly bad: readonly BadRecord[];
  /** What ended the reading before its time. */
  readonly error: HeliosError | undefined;
}

/** What becomes of a log that comes in pieces of the given size. */
export async function read(
  log: string | Uint8Array,
  {
    piece = 65_536,
    strict = false,
    ...options
  }: ReadOptions & { readonly piece?: number; readonly strict?: boolean } = {},
): Promise<Outcome> {
  const bytes = typeof log === 'string' ? Buffer.from(log, 'utf8') : log;
  const events: LogEvent[] = [];
  const bad: BadRecord[] = [];
  const source = { file: 'test.log', chunks: pieces(bytes, piece) };
  try {
    for await (const batch of readEventBatches(
      source,
      strict ? options : { onBad: (record) => bad.push(record), ...options },
    )) {
      events.push(...batch);
    }
    return { events, bad, error: undefined };
  } catch (error) {
    if (!(error instanceof HeliosError)) throw error;
    return { events, bad, error };
  }
}

async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += size) yield Promise.resolve(bytes.subarray(start, start + size));
}

/** The one event of a log of one. */
export async function readOne(value: unknown): Promise<LogEvent> {
  const { events, bad, error } = await read(JSON.stringify(value));
  const [event] = events;
  if (event === undefined || events.length !== 1) throw error ?? new Error(`not one event: ${JSON.stringify(bad)}`);
  return event;
}
