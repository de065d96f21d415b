// SPDX-License-Identifier: Apache-2.0
import type { Report } from '../gate/result.ts';
import { canonicalJson, sha256Hex } from '../hash/index.ts';
import { explainDifference } from './compare.ts';
import { examineChain, examineResult, type Ledger } from './examine.ts';
import { documentOfStatement } from './names.ts';
import { type ResultDocument, resultDocument, resultSchema } from './result.ts';
import { namesSchema, type RunDocument, type RunFacts } from './rollup.ts';
import { openFolder, readEvidence } from './read.ts';
import { rollupFor } from './show.ts';

/** A run as its evidence has it, checked from the bytes up. */
export interface RecordedRun {
  /** Path of the roll-up, relative to the evidence folder. */
  readonly path: string;
  readonly document: RunDocument;
  readonly facts: RunFacts;
  /** By gate; a gate that crashed left none. */
  readonly results: ReadonlyMap<string, ResultDocument>;
}

/** How one gate fared the second time. */
export interface Replayed {
  readonly gate: string;
  readonly same: boolean;
  /** Said for a person, where it is not the same. */
  readonly difference?: string;
}

/**
 * Reads the run that an evidence file (relative to the folder; a unique beginning of a name will do) belongs to, or the
 * latest. Throws HeliosError `evidence` where anything of it does not hold: only true evidence is worth replaying.
 */
export function readRun(directory: string, file?: string): RecordedRun {
  const root = openFolder(directory);
  const path = rollupFor(root, file);
  const ledger: Ledger = { gates: new Map(), statements: new Map() };
  const { run, rollup } = examineChain(root, path, ledger);
  const results = readEvidence(root, path, namesSchema).value.map(({ path: statement }) => {
    const { value } = examineResult(root, documentOfStatement(statement));
    return [value.gate, value] as const;
  });
  return { path, document: run.value, facts: rollup.value, results: new Map(results) };
}

/** Holds what gates decided now against what they decided then, byte by byte. */
export function compareRun(recorded: RecordedRun, report: Report): Replayed[] {
  const now = new Map(report.gates.map((result) => [result.gate, result]));
  return recorded.document.gates.map(({ gate, statement }): Replayed => {
    const [before, result] = [recorded.results.get(gate), now.get(gate)];
    if (statement === null || !before) {
      return { gate, same: false, difference: 'it crashed, and left nothing to compare with' };
    }
    if (!result) return { gate, same: false, difference: 'it is not configured now' };
    if (result.verdict === 'error')
      return { gate, same: false, difference: `it cannot run now: ${result.error ?? ''}` };
    // The name of the binary is the recorded one: whichever runs it, a gate is the same.
    const text = resultDocument(result, { ...report.tool, name: before.tool.name });
    if (sha256Hex(text) === sha256Hex(canonicalJson(before))) return { gate, same: true };
    const difference = explainDifference(before, resultSchema.parse(JSON.parse(text))) ?? 'its bytes differ';
    return { gate, same: false, difference };
  });
}
