// SPDX-License-Identifier: Apache-2.0
import type { LoadContext } from '@helios/core/gate';
import { parseConfigFile } from '@helios/core/config';
import type { LogEvent } from '../events/event.ts';
import { readEvents } from '../events/index.ts';
import type { Options } from '../options.ts';
import { type NoiseRecord, noiseRecordSchema } from './record.ts';

/** A verdict holds its inputs in memory; longer logs are for `sec-detect run`. */
const LOG_BYTES = 64 * 1024 * 1024;

/** Events that are known to be harmless, and how often rules matched such before. */
export interface Benign {
  readonly events: readonly LogEvent[];
  readonly before?: NoiseRecord;
}

/** A log that cannot be read in full is a problem of the context: a quiet rule would owe its silence to it. */
export async function loadBenign(context: LoadContext, { include, record }: Options['benign']): Promise<Benign> {
  const events: LogEvent[] = [];
  for (const path of context.files({ include })) {
    try {
      const bytes = context.readBinary(path, LOG_BYTES);
      for await (const event of readEvents({ file: path, chunks: onlyChunk(bytes) })) events.push(event);
    } catch (thrown) {
      context.problem(path, thrown);
    }
  }
  if (record === undefined) return { events };
  return { events, before: await parseConfigFile(context.read(record), noiseRecordSchema) };
}

async function* onlyChunk(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
