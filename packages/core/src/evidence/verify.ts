// SPDX-License-Identifier: Apache-2.0
import { HeliosError, messageOf } from '../error.ts';
import {
  examineBundle,
  examineGateStatement,
  examineResult,
  examineRollup,
  examineRun,
  type Ledger,
} from './examine.ts';
import { readPublicKey } from './keys.ts';
import { type EvidenceListing, listEvidence } from './list.ts';
import { documentOfStatement } from './names.ts';
import { openFolder, RESTORE } from './read.ts';

export interface Trust {
  /** As PEM; a signature by any other key is a problem. */
  readonly publicKeys: readonly string[];
  /** Whether a statement that nobody signed is a problem. */
  readonly requireSigned: boolean;
}

export interface EvidenceProblem {
  /** Of the file at fault, relative to the evidence folder. */
  readonly path: string;
  /** Said of the file: "has …", "names …". */
  readonly problem: string;
  readonly remedy: string;
}

export interface Verification {
  /** Evidence files that were looked at. */
  readonly files: number;
  /** Statements that hold. */
  readonly statements: number;
  /** Of these, the ones signed by a given key. */
  readonly signed: number;
  /** Documents that no statement is about: what a killed run left. They prove nothing and harm nothing. */
  readonly unfinished: readonly string[];
  /** Empty when everything holds. Sorted by path. */
  readonly problems: readonly EvidenceProblem[];
}

/**
 * Checks all evidence in a folder from the bytes up: names and digests, canonical form and shape, statements against
 * what follows from their documents, roll-ups against the statements they name, signatures. Hostile files are problems,
 * never exceptions; only an unusable key is thrown (HeliosError `usage`).
 */
export async function verifyEvidence(directory: string, trust: Trust): Promise<Verification> {
  const keys = new Map(trust.publicKeys.map(readPublicKey));
  const problems = new Problems();
  const ledger: Ledger = { gates: new Map(), statements: new Map() };
  const signed = new Set<string>();
  const listing = await problems.of('.', () => list(directory));
  const { root, documents, statements, bundles, strange } = listing ?? NOTHING;

  for (const { path, problem } of strange) problems.add(path, problem, 'Move it out of the evidence folder.');
  // Gate statements first: roll-ups name them, and bundles sign either.
  for (const path of statements.filter((path) => !isRun(path)))
    await problems.of(path, () => examineGateStatement(root, path, ledger));
  for (const path of statements.filter(isRun)) await problems.of(path, () => examineRollup(root, path, ledger));
  for (const path of bundles)
    await problems.of(path, async () => signed.add(await examineBundle(root, path, ledger, keys)));

  const stated = new Set(statements.map(documentOfStatement));
  const unfinished = documents.filter((path) => !stated.has(path));
  for (const path of unfinished) await problems.of(path, () => (isRun(path) ? examineRun : examineResult)(root, path));

  const files = documents.length + statements.length + bundles.length;
  // An empty folder is what a run leaves that was stopped early: nothing to verify, unless there must be something.
  if (listing && files === 0 && trust.requireSigned) {
    problems.add('.', 'holds no evidence', 'Run the gates, and do not give --no-evidence.');
  }
  for (const path of trust.requireSigned ? statements : []) {
    if (!signed.has(path))
      problems.add(path, 'is not signed by a given key', 'Run the gates with a signing key, or give its public key.');
  }
  return { files, statements: ledger.statements.size, signed: signed.size, unfinished, problems: problems.sorted() };
}

const NOTHING: EvidenceListing & { readonly root: string } = {
  root: '',
  documents: [],
  statements: [],
  bundles: [],
  strange: [],
};

function list(directory: string): EvidenceListing & { readonly root: string } {
  const root = openFolder(directory);
  return { root, ...listEvidence(root) };
}

const isRun = (path: string): boolean => path.startsWith('builds/');

class Problems {
  readonly #found: EvidenceProblem[] = [];

  add(path: string, problem: string, remedy: string): void {
    this.#found.push({ path, problem, remedy });
  }

  /** Runs a check on a file. Whatever it throws is a problem: of what we cannot make sense, we do not say that it holds. */
  async of<T>(path: string, check: () => T | Promise<T>): Promise<T | undefined> {
    try {
      return await check();
    } catch (thrown) {
      const known = thrown instanceof HeliosError ? thrown : undefined;
      this.add(known?.detail.path ?? path, messageOf(thrown), known?.detail.hint ?? RESTORE);
      return undefined;
    }
  }

  /** One file at fault may be met from several sides; it is named once for each fault. */
  sorted(): EvidenceProblem[] {
    const distinct = new Map(this.#found.map((problem) => [`${problem.path}\n${problem.problem}`, problem]));
    return [...distinct.values()].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  }
}
