// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';
import type { Io } from '@helios/core/cli';
import { writeFileAtomic } from '@helios/core/fs';
import { canonicalJson, sha256Hex } from '@helios/core/hash';
import { readSource } from '@helios/core/input';
import { leaveProof, type Proof, type RunnerFlags, type Situation } from '../runner.ts';
import { type Owed, owe, oweNothing, readOwed } from './owed.ts';

/** A change of one register, and what is left of it. */
export interface RegisterChange {
  readonly path: string;
  readonly edit: (text: string) => string;
  readonly marks: Owed['marks'];
  /** `sha256` is that of the register once it is changed. */
  readonly prove: (sha256: string) => Proof;
}

/** Edits a register, from what it holds by then, and leaves the proof. For a runner in its turn: no other edits it. */
export async function changeRegister(
  { path, edit, marks, prove }: RegisterChange,
  flags: RunnerFlags,
  situation: Situation,
  io: Io,
): Promise<void> {
  const { root } = situation.project;
  const text = edit(readSource(root, path).text);
  const owed = { proof: prove(sha256Hex(text)), marks };
  await withProof(owed, flags, situation, io, () => writeFileAtomic(join(root, path), text));
}

/** Does something and leaves the proof; whoever is killed between the two owes it, and the next run settles that. */
export async function withProof<T>(
  owed: Owed,
  flags: RunnerFlags,
  situation: Situation,
  io: Io,
  task: () => Promise<T>,
): Promise<T> {
  await owe(owed, situation);
  const done = await task();
  await leaveProof(owed.proof, flags, situation, io);
  await oweNothing(situation);
  return done;
}

/** Leaves the proof that a killed run still owes, if its change was made; by the register, whoever has edited it since. */
export async function settleOwed(flags: RunnerFlags, situation: Situation, io: Io): Promise<void> {
  const owed = await readOwed(situation);
  // Whether a proposal was made only its connector can tell.
  if (!owed || owed.marks.length === 0) return;
  const held = new Map(situation.inputs.register.entries.map(({ exception }) => [exception.id, exception]));
  const isMade = owed.marks.some(({ id, end }) => {
    const entry = held.get(id);
    return entry !== undefined && (end === undefined || (entry.end !== undefined && canonicalJson(entry.end) === end));
  });
  if (isMade) {
    await leaveProof(owed.proof, flags, situation, io);
    io.stderr.write('an earlier run was stopped before it left its proof; it is left now\n');
  }
  await oweNothing(situation);
}
