// SPDX-License-Identifier: Apache-2.0
import { fail } from '../../error.ts';
import { inclusionProof, leafHash, verifyInclusion } from '../../hash/index.ts';
import { type Checkpoint, parseCheckpoint } from './checkpoint.ts';
import type { Log } from './log.ts';
import { parseNote } from './note.ts';
import { type LogTrust, trustCheckpoint } from './trust.ts';

const HEADER = 'c2sp.org/tlog-proof@v1';
/** A path through a log with 2^53 entries. */
const MOST_HASHES = 53;

/** That an entry stands in a log, for whoever has the entry and the log's key: C2SP tlog-proof text. */
export function formatProof({ signed, checkpoint, ranges }: Log, index: number): string {
  const hashes = inclusionProof(ranges, index, checkpoint.size).map((hash) => `${hash.toString('base64')}\n`);
  return `${HEADER}\nindex ${index}\n${hashes.join('')}\n${signed}`;
}

/** Where the proven entry stands. Throws HeliosError `evidence` when the proof does not hold for it. */
export function verifyProof(proof: string, entry: Buffer, trust: LogTrust): { index: number; checkpoint: Checkpoint } {
  const { index, hashes, signed } = parseProof(proof);
  const note = parseNote(signed);
  const checkpoint = parseCheckpoint(note.text);
  trustCheckpoint(note, checkpoint, trust);
  const claim = { index, size: checkpoint.size, leaf: leafHash(entry), root: checkpoint.root };
  if (!verifyInclusion(claim, hashes)) {
    fail('evidence', 'does not prove that this roll-up is in the log', {
      hint: 'Give the roll-up that the proof was made for, or make a new proof.',
    });
  }
  return { index, checkpoint };
}

function parseProof(proof: string): { index: number; hashes: Buffer[]; signed: string } {
  const end = proof.indexOf('\n\n');
  const [header, ...lines] = proof.slice(0, Math.max(0, end)).split('\n');
  // Other logs' proofs may carry data of their own in a line of their own.
  const [head = '', ...rest] = lines[0]?.startsWith('extra ') ? lines.slice(1) : lines;
  const index = /^index (0|[1-9]\d{0,15})$/.exec(head)?.[1];
  const hashes = rest.map((line) => Buffer.from(line, 'base64'));
  const plain = hashes.every((hash, at) => hash.toString('base64') === rest[at]);
  if (header !== HEADER || index === undefined || !plain || hashes.length > MOST_HASHES) {
    fail('evidence', 'is no proof of inclusion (c2sp.org/tlog-proof@v1)', {
      hint: 'Make one with sec evidence prove.',
    });
  }
  return { index: Number(index), hashes, signed: proof.slice(end + 2) };
}
