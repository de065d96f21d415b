// SPDX-License-Identifier: Apache-2.0
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { fail, HeliosError, messageOf } from '@helios/core/error';

/** A stream whose first bytes have been looked at, and are still in it. */
export interface Peeked {
  /** The first bytes: at least 8 where there are as many. */
  readonly head: Buffer;
  readonly chunks: AsyncIterable<Buffer>;
  /** Lets go of the source where `chunks` is not read: a generator that never began has nothing to clean up. */
  close(): Promise<void>;
}

const ENOUGH = 8;
const OUTPUT = 64 * 1024;

/** Reads as far as a file tells by its first bytes what it is. */
export async function peek(chunks: AsyncIterable<Uint8Array>): Promise<Peeked> {
  const iterator = chunks[Symbol.asyncIterator]();
  let head = Buffer.alloc(0);
  while (head.length < ENOUGH) {
    const { done, value } = await iterator.next();
    if (done === true) break;
    const bytes = asBuffer(value);
    head = head.length === 0 ? bytes : Buffer.concat([head, bytes]);
  }
  const close = async (): Promise<void> => {
    await iterator.return?.();
  };
  return { head, chunks: resume(head, iterator), close };
}

async function* resume(head: Buffer, iterator: AsyncIterator<Uint8Array>): AsyncGenerator<Buffer> {
  try {
    if (head.length > 0) yield head;
    for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) yield asBuffer(next.value);
  } finally {
    await iterator.return?.();
  }
}

function asBuffer(bytes: Uint8Array): Buffer<ArrayBuffer> {
  return Buffer.from(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.byteLength);
}

const GZIP = Buffer.from([0x1f, 0x8b]);
const EVTX = Buffer.from('ElfFile\0', 'latin1');
const UTF8_BOM = Buffer.from([0xef, 0xbb, 0xbf]);

export const isEvtx = ({ head }: Peeked): boolean => startsWith(head, EVTX);

function startsWith(head: Buffer, magic: Buffer): boolean {
  return head.length >= magic.length && head.subarray(0, magic.length).equals(magic);
}

/** What people have that is no text, by its first bytes, and what to do with it. */
const FOREIGN: readonly (readonly [magic: Buffer, name: string, hint: string])[] = [
  [Buffer.from('PK\x03\x04', 'latin1'), 'a ZIP archive', 'Unpack it.'],
  [Buffer.from([0x28, 0xb5, 0x2f, 0xfd]), 'packed by zstd', 'Unpack it, or pack it with gzip.'],
  [Buffer.from('BZh', 'latin1'), 'packed by bzip2', 'Unpack it, or pack it with gzip.'],
  [Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a]), 'packed by xz', 'Unpack it, or pack it with gzip.'],
  [Buffer.from('PAR1', 'latin1'), 'a Parquet file', 'Export it as NDJSON.'],
  [Buffer.from('Obj\x01', 'latin1'), 'an Avro file', 'Export it as NDJSON.'],
];

/**
 * The log as UTF-8 text without a byte order mark: gzip (of any number of members) unpacked, UTF-16 with a mark
 * written anew. Throws HeliosError `input` where it is packed otherwise, cut short, or no UTF-16 though it says so.
 */
export async function* readText(file: string, peeked: Peeked): AsyncGenerator<Buffer> {
  const plain = startsWith(peeked.head, GZIP) ? await peek(gunzip(file, peeked.chunks)) : peeked;
  const { head, chunks } = plain;
  const foreign = FOREIGN.find(([magic]) => startsWith(head, magic));
  if (foreign) {
    await plain.close();
    fail('input', `is ${foreign[1]}`, { path: file, hint: foreign[2] });
  }
  if (head[0] === 0xff && head[1] === 0xfe) return yield* fromUtf16(file, chunks, 'utf-16le');
  if (head[0] === 0xfe && head[1] === 0xff) return yield* fromUtf16(file, chunks, 'utf-16be');
  return yield* startsWith(head, UTF8_BOM) ? withoutMark(chunks) : chunks;
}

async function* withoutMark(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let skip = UTF8_BOM.length;
  for await (const chunk of chunks) {
    yield chunk.subarray(skip);
    skip = 0;
  }
}

async function* gunzip(file: string, packed: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const unpacker = createGunzip({ chunkSize: OUTPUT });
  let broken: unknown;
  // A fault of the source must reach the reader as it is, and not as one of the archive.
  const feeding = pipeline(Readable.from(packed), unpacker).catch((cause: unknown) => {
    broken = cause;
  });
  try {
    for await (const chunk of unpacker) yield chunk as Buffer;
  } catch (cause) {
    await feeding;
    const first = broken ?? cause;
    if (first instanceof HeliosError) throw first;
    fail('input', `not a whole gzip file: ${messageOf(first)}`, { path: file, cause: first, hint: 'Fetch it again.' });
  }
}

async function* fromUtf16(
  file: string,
  chunks: AsyncIterable<Buffer>,
  encoding: 'utf-16le' | 'utf-16be',
): AsyncGenerator<Buffer> {
  const decoder = new TextDecoder(encoding, { fatal: true });
  const decode = (bytes?: Buffer): Buffer => {
    try {
      return Buffer.from(bytes ? decoder.decode(bytes, { stream: true }) : decoder.decode(), 'utf8');
    } catch (cause) {
      return fail('input', 'begins as UTF-16 text and is none', { path: file, cause, hint: 'Save the file as UTF-8.' });
    }
  };
  for await (const chunk of chunks) yield decode(chunk);
  yield decode();
}
