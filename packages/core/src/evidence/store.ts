// SPDX-License-Identifier: Apache-2.0
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { HeliosError } from '../error.ts';
import { createExclusive, removeStaleTemporaries } from '../fs/index.ts';
import type { GateResult, Report } from '../gate/result.ts';
import { sha256Hex } from '../hash/index.ts';
import { bundleSchema, verifyBundle } from './bundle.ts';
import { AREAS, bundlePath, documentPath, gateStatementPath, rollupPath } from './names.ts';
import { openFolder, readEvidence } from './read.ts';
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
import type { KeySigner, Signer } from './signer.ts';
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

class Shelf {
  readonly created: string[] = [];
  readonly #directory: string;
  readonly #signer: Signer | undefined;

  constructor(directory: string, signer: Signer | undefined) {
    this.#directory = directory;
    this.#signer = signer;
  }

  async put(path: string, text: string): Promise<void> {
    if ((await createExclusive(join(this.#directory, path), text)) === 'created') this.created.push(path);
  }

  async putStatement(path: string, text: string): Promise<void> {
    await this.put(path, text);
    if (this.#signer?.kind === 'key') await this.#sign(path, text, this.#signer);
    if (this.#signer?.kind === 'keyless') {
      const bundle = await this.#signer.sign(text);
      await this.put(bundlePath(path, sha256Hex(bundle)), bundle);
    }
  }

  /** A signature over the same statement by the same key is as good as a new one. */
  async #sign(statementPath: string, text: string, signer: KeySigner): Promise<void> {
    const path = bundlePath(statementPath, signer.keyId);
    if (existsSync(join(this.#directory, path))) return this.#verify(path, text, signer);
    try {
      await this.put(path, await signer.sign(text));
    } catch (cause) {
      // Another process signed in this very moment: its bytes differ from ours, but they may verify.
      if (!(cause instanceof HeliosError && cause.code === 'evidence')) throw cause;
      await this.#verify(path, text, signer);
    }
  }

  async #verify(path: string, text: string, signer: KeySigner): Promise<void> {
    const { value } = readEvidence(openFolder(this.#directory), path, bundleSchema);
    try {
      await verifyBundle(value, Buffer.from(text), new Map([[signer.keyId, signer.publicKey]]));
    } catch (cause) {
      if (!(cause instanceof HeliosError)) throw cause;
      throw new HeliosError('evidence', `the bundle that is there ${cause.message}`, {
        path,
        cause,
        hint: 'Move it away to sign anew.',
      });
    }
  }
}
