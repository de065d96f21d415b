// SPDX-License-Identifier: Apache-2.0
import { fail } from '../../error.ts';
import { isNoteName, type NoteSigner, type NoteVerifier } from './note-key.ts';

/** A signature line: who claims to have signed, and what. */
interface NoteSignature {
  readonly name: string;
  /** Key id, 8 hex digits. */
  readonly id: string;
  readonly signature: Buffer;
}

/** A signed note (C2SP signed-note). */
export interface Note {
  /** Ends with a line feed; the empty line after it is no part of it. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

/** More lines than a log and all its witnesses could need; each costs a verification. */
const MAX_SIGNATURES = 100;
const ID_BYTES = 4;
// oxlint-disable-next-line no-control-regex -- notes are lines of text, and hide nothing
const CONTROL = /[\0-\x09\x0b-\x1f\x7f]/;

/** Takes a note apart, checking its form alone. Throws HeliosError `evidence`. */
export function parseNote(note: string): Note {
  const split = note.lastIndexOf('\n\n');
  if (split === -1 || !note.endsWith('\n') || CONTROL.test(note) || !note.isWellFormed()) refuse('is no signed note');
  const lines = note.slice(split + 2, -1).split('\n');
  if (lines.length > MAX_SIGNATURES) refuse(`has more than ${MAX_SIGNATURES} signatures`);
  return { text: note.slice(0, split + 1), signatures: lines.map(parseSignature) };
}

function parseSignature(line: string): NoteSignature {
  const [, name = '', encoded = ''] = /^— (\S+) (\S+)$/.exec(line) ?? [];
  const bytes = Buffer.from(encoded, 'base64');
  if (!isNoteName(name) || bytes.length <= ID_BYTES || bytes.toString('base64') !== encoded) {
    refuse('has a line that is no signature');
  }
  return { name, id: bytes.toString('hex', 0, ID_BYTES), signature: bytes.subarray(ID_BYTES) };
}

/**
 * Which of the verifiers signed a note, each once. A signature that nobody of them claims is passed over; one that
 * claims a known key and does not verify condemns the note. Throws HeliosError `evidence`.
 */
export function signersOf({ text, signatures }: Note, verifiers: readonly NoteVerifier[]): readonly NoteVerifier[] {
  const signers = new Set<NoteVerifier>();
  for (const { name, id, signature } of signatures) {
    const [verifier, second] = verifiers.filter((known) => known.name === name && known.id === id);
    if (!verifier || signers.has(verifier)) continue;
    if (second) refuse(`is signed by ${name}, for which two keys with one id were given`);
    if (!verifier.verifies(text, signature)) refuse(`has a signature of ${name} that does not verify`);
    signers.add(verifier);
  }
  return [...signers];
}

/** The text with the signer's line. Throws HeliosError `evidence` for a text that no note can hold. */
export function signNote(text: string, signer: NoteSigner): string {
  if (!text.endsWith('\n') || CONTROL.test(text) || !text.isWellFormed()) refuse('is no text of a note');
  const line = Buffer.concat([Buffer.from(signer.id, 'hex'), signer.sign(text)]).toString('base64');
  return `${text}\n— ${signer.name} ${line}\n`;
}

function refuse(problem: string): never {
  fail('evidence', problem, { hint: 'Restore the note from where it came.' });
}
