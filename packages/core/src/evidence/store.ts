// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';
import { removeStaleTemporaries } from '../fs/index.ts';
import type { GateResult, Report } from '../gate/result.ts';
import { sha256Hex } from '../hash/index.ts';
import { AREAS, documentPath, gateStatementPath, rollupPath } from './names.ts';
import { resultDocument, resultSchema } from './result.ts';
import {
  factsSchema,
  rollupStatement,
  type RunFacts,
  type RunFlags,
  runDocument,
  runSchema,
  type StatedGate,
  statedGate,
} from './rollup.ts';
import { Shelf } from './shelf.ts';
import type { Signer } from './signer.ts';
import { gateStatement } from './statement.ts';

export interface RunToStore {
  /** Absolute path of the evidence folder; it is created. */
  readonly directory: string;
  readonly report: Report;
  readonly facts: RunFacts;
  /** Those of the command line that change verdicts. */
  readonly flags?: RunFlags;
  /** Absent: the statements are stored unsigned. */
  readonly signer?: Signer;
}

/** Where a run was stored; paths are relative to the evidence folder. */
export interface StoredRun {
  readonly run: string;
  readonly rollup: string;
  /** In the report's order; a gate that crashed left no statement. */
  readonly statements: readonly (string | null)[];
  /** What was not there before. */
  readonly created: readonly string[];
}

/**
 * Stores the evidence of a run, each file whole and for good; what is there already is not written again. The roll-up
 * comes last: a run that was killed before it claims nothing. Throws HeliosError `io`, or `evidence` when a file that
 * should never change did.
 */
export async function storeRun({ directory, report, facts, flags, signer }: RunToStore): Promise<StoredRun> {
  const shelf = new Shelf(directory, signer);
  const gates: (StatedGate | null)[] = [];
  for (const result of report.gates) {
    gates.push(result.verdict === 'error' ? null : await storeGate(shelf, result, report.tool));
  }
  const stated = gates.filter((gate) => gate !== null);
  const runText = runDocument(
    report,
    gates.map((gate) => gate?.sha256 ?? null),
    flags,
  );
  const runSha256 = sha256Hex(runText);
  const run = documentPath('builds', 'run', runSha256);
  const rollupText = rollupStatement(runSchema.parse(JSON.parse(runText)), runSha256, stated, facts);
  // What could not be read back would be evidence that never verifies: better none than that.
  factsSchema.parse(JSON.parse(rollupText));
  const rollup = rollupPath(run, sha256Hex(rollupText));
  await shelf.put(run, runText);
  await shelf.putStatement(rollup, rollupText);
  for (const area of AREAS) await removeStaleTemporaries(join(directory, area), new Date(facts.timeVerified));
  return { run, rollup, statements: gates.map((gate) => gate?.path ?? null), created: shelf.created };
}

async function storeGate(shelf: Shelf, result: GateResult, tool: Report['tool']): Promise<StatedGate> {
  const text = resultDocument(result, tool);
  const sha256 = sha256Hex(text);
  const path = documentPath('gates', result.gate, sha256);
  const document = resultSchema.parse(JSON.parse(text));
  const statement = gateStatement(document, sha256);
  await shelf.put(path, text);
  await shelf.putStatement(gateStatementPath(path), statement);
  return statedGate(document, gateStatementPath(path), sha256Hex(statement));
}
