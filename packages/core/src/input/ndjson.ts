// SPDX-License-Identifier: Apache-2.0
import { HeliosError } from '../error.ts';
import { parseJson } from './json.ts';
import { LIMITS, refuse } from './limits.ts';
import { decodeUtf8 } from './source.ts';

export interface NdjsonRecord {
  /** 1-based. */
  readonly line: number;
  readonly value: unknown;
}

const NEWLINE = 0x0a;

/**
 * The values of a newline-delimited JSON stream, one at a time in constant memory; blank lines are passed over.
 * Throws HeliosError `input` with the line's number at the first line that is no JSON or is over the limit.
 */
export async function* readNdjson(path: string, chunks: AsyncIterable<Uint8Array>): AsyncGenerator<NdjsonRecord> {
  let rest = Buffer.alloc(0);
  let line = 0;
  for await (const chunk of chunks) {
    rest = rest.length === 0 ? Buffer.from(chunk) : Buffer.concat([rest, chunk]);
    let start = 0;
    for (let end = rest.indexOf(NEWLINE); end !== -1; end = rest.indexOf(NEWLINE, start)) {
      line++;
      const record = parseLine(path, line, rest.subarray(start, end));
      if (record) yield record;
      start = end + 1;
    }
    rest = rest.subarray(start);
    checkLength(path, line + 1, rest);
  }
  const last = parseLine(path, line + 1, rest);
  if (last) yield last;
}

function parseLine(path: string, line: number, bytes: Buffer): NdjsonRecord | undefined {
  checkLength(path, line, bytes);
  try {
    const text = decodeUtf8(path, bytes).trim();
    return text === '' ? undefined : { line, value: parseJson(path, text) };
  } catch (cause) {
    if (!(cause instanceof HeliosError)) throw cause;
    throw new HeliosError('input', cause.message, { column: 1, ...cause.detail, line, cause });
  }
}

function checkLength(path: string, line: number, bytes: Buffer): void {
  if (bytes.length > LIMITS.lineLength) refuse(path, `line ${line}`, LIMITS.lineLength, 'bytes');
}
