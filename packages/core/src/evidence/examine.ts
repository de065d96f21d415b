// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { fail } from '../error.ts';
import { sha256Hex } from '../hash/index.ts';
import { LIMITS, readBytes } from '../input/index.ts';
import { bundleSchema, type TrustedKeys, verifyBundle } from './bundle.ts';
import { examineKeyless, isKeyless, type KeylessTrust } from './keyless/examine.ts';
import {
  bundlePath,
  documentOfStatement,
  documentPath,
  isNamedAfter,
  kindOf,
  rollupPath,
  statementOfBundle,
} from './names.ts';
import { type EvidenceFile, readEvidence, RESTORE } from './read.ts';
import { type RecordDocument, recordSchema } from './record.ts';
import { type ResultDocument, resultSchema } from './result.ts';
import {
  factsSchema,
  namesSchema,
  type RunDocument,
  rollupStatement,
  type RunFacts,
  runSchema,
  type StatedGate,
  statedGate,
} from './rollup.ts';
import { gateStatement } from './statement.ts';

/** What an examination has established so far. */
export interface Ledger {
  /** Gate statements that hold, by digest: what a roll-up may name. */
  readonly gates: Map<string, StatedGate>;
  /** The text of every statement that holds, by path. */
  readonly statements: Map<string, string>;
}

// Each check throws HeliosError for what is wrong, with the path of the file at fault.

/** A result as its name says it is. */
export function examineResult(root: string, path: string): EvidenceFile<ResultDocument> {
  const file = readEvidence(root, path, resultSchema);
  if (documentPath('gates', file.value.gate, file.sha256) !== path) refuseName(path);
  return file;
}

export function examineRun(root: string, path: string): EvidenceFile<RunDocument> {
  const file = readEvidence(root, path, runSchema);
  if (documentPath('builds', 'run', file.sha256) !== path) refuseName(path);
  return file;
}

/** A record stands for itself: its name, its canonical form and its shape are all there is to check. */
export function examineRecord(root: string, path: string, ledger: Ledger): EvidenceFile<RecordDocument> {
  const file = readEvidence(root, path, recordSchema);
  if (!isNamedAfter(path, file.sha256)) refuseName(path);
  ledger.statements.set(path, file.text);
  return file;
}

/** A gate statement says exactly what follows from its result: equal bytes need no parsing. */
export function examineGateStatement(root: string, path: string, ledger: Ledger): void {
  const result = examineResult(root, documentOfStatement(path));
  const expected = gateStatement(result.value, result.sha256);
  if (!readBytes(root, path, LIMITS.jsonBytes).equals(Buffer.from(expected))) {
    fail('evidence', `says something else than what follows from ${result.path}`, { path, hint: RESTORE });
  }
  const sha256 = sha256Hex(expected);
  ledger.statements.set(path, expected);
  ledger.gates.set(sha256, statedGate(result.value, path, sha256));
}

/** A roll-up with everything that it names, down to the results. */
export function examineChain(root: string, path: string, ledger: Ledger): Chain {
  for (const named of readEvidence(root, path, namesSchema).value) {
    if (kindOf(named.path) !== 'statement' || !named.path.startsWith('gates/')) {
      fail('evidence', `names ${named.path}, which is no statement of a gate`, { path, hint: RESTORE });
    }
    if (!ledger.statements.has(named.path)) examineGateStatement(root, named.path, ledger);
  }
  return examineRollup(root, path, ledger);
}

/** A run and the roll-up of it that was examined. */
export interface Chain {
  readonly run: EvidenceFile<RunDocument>;
  readonly rollup: EvidenceFile<RunFacts>;
}

/** A roll-up says exactly what follows from its run document, the statements that this names, and its own facts. */
export function examineRollup(root: string, path: string, ledger: Ledger): Chain {
  const run = examineRun(root, documentOfStatement(path));
  const rollup = readEvidence(root, path, factsSchema);
  const { text, value: facts, sha256 } = rollup;
  if (rollupPath(run.path, sha256) !== path) refuseName(path);
  const gates = run.value.gates.filter((entry) => entry.statement !== null).map((entry) => named(run, entry, ledger));
  if (text !== rollupStatement(run.value, run.sha256, gates, facts)) {
    fail('evidence', `says something else than what follows from ${run.path}`, { path, hint: RESTORE });
  }
  ledger.statements.set(path, text);
  return { run, rollup };
}

function named(run: EvidenceFile<RunDocument>, entry: RunDocument['gates'][number], ledger: Ledger): StatedGate {
  const gate = ledger.gates.get(entry.statement ?? '');
  if (gate === undefined) {
    const hint = 'Restore the statement and its result; without them the run is not proven.';
    fail(
      'evidence',
      `names the statement ${entry.statement?.slice(0, 12)}… of ${entry.gate}, which is missing or does not hold`,
      { path: run.path, hint },
    );
  }
  if (gate.gate !== entry.gate || gate.verdict !== entry.verdict) {
    fail('evidence', `says of ${entry.gate} what its statement does not say`, { path: run.path, hint: RESTORE });
  }
  return gate;
}

/** Whose signatures are taken. */
export interface Signers {
  readonly keys: TrustedKeys;
  readonly keyless: KeylessTrust | undefined;
}

/** A bundle holds a good signature over its statement. Returns the statement's path. */
export async function examineBundle(root: string, path: string, ledger: Ledger, signers: Signers): Promise<string> {
  const { value: document, sha256 } = readEvidence(root, path, z.unknown());
  const statementPath = statementOfBundle(path);
  const statement = ledger.statements.get(statementPath);
  if (statement === undefined) {
    fail('evidence', `signs ${statementPath}, which is missing or does not hold`, {
      path,
      hint: 'Restore the statement.',
    });
  }
  if (isKeyless(document)) {
    // Not all of a time stamp is signed: the name finds what the signatures do not.
    if (bundlePath(statementPath, sha256) !== path) refuseName(path);
    await examineKeyless(document, statement, signers.keyless);
    return statementPath;
  }
  const { value: bundle } = readEvidence(root, path, bundleSchema);
  const keyId = await verifyBundle(bundle, Buffer.from(statement), signers.keys);
  if (bundlePath(statementPath, keyId) !== path)
    fail('evidence', 'is named after another key', { path, hint: RESTORE });
  return statementPath;
}

function refuseName(path: string): never {
  fail('evidence', 'does not have the digest that its name gives', { path, hint: RESTORE });
}
