// SPDX-License-Identifier: Apache-2.0
import { parentPort, workerData } from 'node:worker_threads';
import { HeliosError } from '../../src/error.ts';
import { decodeUtf8, parseDocuments, readNdjson } from '../../src/input/index.ts';
import { sha256Hex } from '../../src/hash/index.ts';
import { malformedFiles } from './malformed.ts';

/** What came of one file: read, refused in our words, or a defect of ours. */
export type Outcome =
  | { readonly path: string; readonly end: 'read' | 'refused' }
  | { readonly path: string; readonly end: 'crash'; readonly stack: string };

// The main thread holds a watch: a message before each file says that the last one ended.
const { from } = workerData as { from: number };
for (const { path, bytes } of malformedFiles().slice(from)) parentPort?.postMessage(await outcomeOf(path, bytes));
parentPort?.postMessage('done');

async function outcomeOf(path: string, bytes: Uint8Array): Promise<Outcome> {
  try {
    if (path.endsWith('.ndjson')) await Array.fromAsync(readNdjson(path, inChunks(bytes)));
    else await parseDocuments({ path, text: decodeUtf8(path, bytes), sha256: sha256Hex(bytes) });
    return { path, end: 'read' };
  } catch (thrown) {
    if (thrown instanceof HeliosError && thrown.code === 'input' && thrown.detail.path === path)
      return { path, end: 'refused' };
    return { path, end: 'crash', stack: thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown) };
  }
}

async function* inChunks(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536);
}
