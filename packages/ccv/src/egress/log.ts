// SPDX-License-Identifier: Apache-2.0
import { closeSync, createReadStream, openSync, readSync } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { fail, messageOf } from '@helios/core/error';
import { decodeUtf8, LIMITS, parseJson, readNdjson } from '@helios/core/input';
import { isObject } from './field.ts';

/** How a file begins that CloudTrail puts into a bucket. */
const CLOUDTRAIL = /^\s{0,9}\{\s{0,9}"Records"\s{0,9}:\s{0,9}\[/;

/**
 * The records of a log: NDJSON in constant memory, or a file of CloudTrail's (one document, up to 32 MiB); both also
 * packed by gzip. Throws HeliosError `input`, with the line at fault, for what cannot be read to its end.
 */
export async function* readLog(path: string, absolute: string): AsyncGenerator {
  const chunks = unpack(path, absolute);
  const { value: first } = await chunks.next();
  if (!first) return;
  const all = resume(first, chunks);
  if (CLOUDTRAIL.test(first.toString('latin1', 0, 256))) yield* await recordsOf(path, all);
  else for await (const { value } of readNdjson(path, all)) yield value;
}

async function* unpack(path: string, absolute: string): AsyncGenerator<Buffer, undefined> {
  const source = createReadStream(absolute, { highWaterMark: 256 * 1024 });
  const unpacker = isGzip(absolute) ? createGunzip() : undefined;
  if (unpacker) source.on('error', (cause) => unpacker.destroy(cause)).pipe(unpacker);
  try {
    for await (const chunk of unpacker ?? source) yield chunk as Buffer;
  } catch (cause) {
    fail('input', `cannot be read to its end: ${messageOf(cause)}`, { path, cause, hint: 'Fetch it again.' });
  } finally {
    source.destroy();
  }
}

function isGzip(absolute: string): boolean {
  const head = Buffer.alloc(2);
  const descriptor = openSync(absolute, 'r');
  try {
    readSync(descriptor, head, 0, head.length, 0);
  } finally {
    closeSync(descriptor);
  }
  return head[0] === 0x1f && head[1] === 0x8b;
}

async function* resume(first: Buffer, rest: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  yield first;
  yield* rest;
}

async function recordsOf(path: string, chunks: AsyncIterable<Buffer>): Promise<readonly unknown[]> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    size += chunk.length;
    if (size > LIMITS.jsonBytes)
      fail('input', `is over the limit of ${LIMITS.jsonBytes} bytes`, { path, hint: 'Write its Records one a line.' });
    parts.push(chunk);
  }
  const document = parseJson(path, decodeUtf8(path, Buffer.concat(parts)));
  return isObject(document) && Array.isArray(document['Records']) ? (document['Records'] as unknown[]) : [];
}
