// SPDX-License-Identifier: Apache-2.0
import { realpathSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { fail, messageOf } from '../../error.ts';
import { sha256Hex } from '../../hash/index.ts';
import { sha256Schema } from '../fields.ts';
import { listEvidence } from '../list.ts';
import {
  documentOfStatement,
  documentPath,
  isNamedAfter,
  isRecord,
  kindOf,
  rollupPath,
  statementOfBundle,
} from '../names.ts';
import { openFolder, readEvidence } from '../read.ts';
import { namesSchema } from '../rollup.ts';
import type { Checkpoint } from './checkpoint.ts';
import { entryOf, recordEntryOf } from './entry.ts';
import { readLog } from './log.ts';
import { formatProof, verifyProof } from './proof.ts';
import type { LogTrust } from './trust.ts';

export interface Proven {
  /** Of the roll-up or record that is proven, relative to the evidence folder. */
  readonly rollup: string;
  readonly index: number;
  readonly size: number;
  /** Text of the proof: c2sp.org/tlog-proof@v1. */
  readonly proof: string;
}

/**
 * Proves that the run which an evidence file (relative to the folder) belongs to, or the record that it is, is in the
 * log: of several such runs, the first that was sealed. Throws HeliosError `evidence` when none is.
 */
export function proveRun(directory: string, log: string, file: string): Proven {
  const root = openFolder(directory);
  const opened = readLog(openFolder(log));
  if (!opened) {
    return fail('evidence', `holds no log`, { path: log, hint: 'Seal the run first: sec evidence seal.' });
  }
  const rollups = new Map(rollupsOf(root, file).map((path) => [path, entryOfFile(root, path)]));
  const entries = opened.entriesFrom(0);
  for (const [index, entry] of entries.entries()) {
    for (const [rollup, wanted] of rollups) {
      if (wanted.equals(entry)) {
        return { rollup, index, size: entries.length, proof: formatProof(opened, index) };
      }
    }
  }
  return fail('evidence', 'is not in the log', { path: file, hint: 'Seal the run first: sec evidence seal.' });
}

/** The roll-ups that a file belongs to: itself, that of its run, or those that name its statement. */
function rollupsOf(root: string, file: string): string[] {
  const kind = kindOf(file);
  if (kind === undefined) {
    fail('evidence', 'no evidence by this name', { path: file, hint: 'Name a file of the evidence folder.' });
  }
  const statement = kind === 'bundle' ? statementOfBundle(file) : file;
  // A roll-up belongs to itself, and a record; for anything else all of them are looked at.
  if (kind !== 'document' && (statement.startsWith('builds/') || isRecord(statement))) return [statement];
  const rollups = listEvidence(root).statements.filter((path) => path.startsWith('builds/'));
  return rollups.filter((rollup) => {
    if (rollup === statement || documentOfStatement(rollup) === file) return true;
    const named = readEvidence(root, rollup, namesSchema).value.map(({ path }) => path);
    return named.some((path) => path === statement || documentOfStatement(path) === file);
  });
}

/** The run that a roll-up is about: its first subject. */
const subjectSchema = z.object({
  predicateType: z.string(),
  subject: z.tuple([z.object({ digest: z.object({ sha256: sha256Schema }) })]).rest(z.unknown()),
});

function entryOfFile(root: string, path: string): Buffer {
  const { value, sha256 } = readEvidence(root, path, subjectSchema);
  if (isRecord(path)) return recordEntryOf({ path, sha256 }, value.predicateType);
  return entryOf({ path, sha256 }, value.subject[0].digest.sha256);
}

/**
 * Checks a proof with the roll-up or record and the keys alone: neither log nor evidence folder is needed, as a run's
 * names follow from the bytes, and a record's is that of its file and folder. `file` is absolute. Throws HeliosError `evidence`.
 */
export function verifyRunProof(
  proof: string,
  file: string,
  trust: LogTrust,
): { readonly index: number; readonly checkpoint: Checkpoint } {
  const { value, text } = readAnywhere(file);
  const sha256 = sha256Hex(text);
  const own = file.split(/[/\\]/).slice(-2).join('/');
  if (isRecord(own) && isNamedAfter(own, sha256)) {
    return verifyProof(proof, recordEntryOf({ path: own, sha256 }, value.predicateType), trust);
  }
  const run = value.subject[0].digest.sha256;
  const path = rollupPath(documentPath('builds', 'run', run), sha256);
  return verifyProof(proof, entryOf({ path, sha256 }, run), trust);
}

function readAnywhere(file: string): { value: z.infer<typeof subjectSchema>; text: string } {
  try {
    const real = realpathSync(file);
    const { value, text } = readEvidence(dirname(real), real.slice(dirname(real).length + 1), subjectSchema);
    return { value, text };
  } catch (cause) {
    return fail('evidence', `is no roll-up of a run and no record: ${messageOf(cause)}`, {
      path: file,
      cause,
      hint: 'Give the file that sec evidence prove named.',
    });
  }
}
