// SPDX-License-Identifier: Apache-2.0
import { fail } from '../../error.ts';
import { type Checkpoint, parseCheckpoint } from './checkpoint.ts';
import { type Note, parseNote, signersOf } from './note.ts';
import type { NoteVerifier } from './note-key.ts';

/** Whose word about a log is taken. */
export interface LogTrust {
  /** Keys that the log may be signed with; without any, nobody's signature is asked for. */
  readonly logKeys: readonly NoteVerifier[];
  readonly witnesses: readonly NoteVerifier[];
  /** How many of the witnesses must have cosigned. */
  readonly quorum: number;
  /** A signed checkpoint of this log that was seen before, from elsewhere than the log. */
  readonly earlier?: string;
}

/** Holds the signatures under a checkpoint against whom the caller trusts. Throws HeliosError `evidence`. */
export function trustCheckpoint(note: Note, checkpoint: Checkpoint, trust: LogTrust): void {
  const { logKeys, witnesses, quorum } = trust;
  const signers = signersOf(note, logKeys).filter(({ name }) => name === checkpoint.origin);
  if (logKeys.length > 0 && signers.length === 0) {
    fail('evidence', `is not signed as ${checkpoint.origin} by a given key`, {
      hint: 'Give the log’s own .vkey file; if you did, this is not that log.',
    });
  }
  const cosigned = signersOf(note, witnesses).length;
  if (cosigned < quorum) {
    fail('evidence', `is cosigned by ${cosigned} of the given witnesses, and ${quorum} must have`, {
      hint: 'Have it witnessed, or ask for fewer.',
    });
  }
}

/** The checkpoint that the caller remembers, for its size and root. Throws HeliosError `evidence`. */
export function openEarlier(signed: string, trust: LogTrust): Checkpoint {
  const note = parseNote(signed);
  const checkpoint = parseCheckpoint(note.text);
  trustCheckpoint(note, checkpoint, { ...trust, witnesses: [], quorum: 0 });
  return checkpoint;
}
