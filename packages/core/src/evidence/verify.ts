// SPDX-License-Identifier: Apache-2.0
import { existsSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { HeliosError, messageOf } from '../error.ts';
import { sha256Hex } from '../hash/index.ts';
import {
  type Chain,
  examineBundle,
  examineGateStatement,
  examineRecord,
  examineResult,
  examineRollup,
  examineRun,
  type Ledger,
  type Signers,
} from './examine.ts';
import type { KeylessTrust } from './keyless/examine.ts';
import { readPublicKey } from './keys.ts';
import { type EvidenceListing, listEvidence } from './list.ts';
import { examineLog, type Try } from './log/examine-log.ts';
import { requireEvidence } from './log/seal.ts';
import type { LogTrust } from './log/trust.ts';
import { documentOfStatement, isRecord, LOG_FOLDER } from './names.ts';
import { openFolder, RESTORE } from './read.ts';

export interface Trust {
  /** As PEM; a signature by any other key is a problem. */
  readonly publicKeys: readonly string[];
  /** Who may sign without a key of their own. */
  readonly keyless?: KeylessTrust;
  /** Whether a statement that nobody signed is a problem. */
  readonly requireSigned: boolean;
  /** Ids of the gates that the latest run must hold evidence of. */
  readonly required?: readonly string[];
  /** The folder `log` in that of the evidence by default, whoever signed it. */
  readonly log?: LogToVerify;
}

interface LogToVerify extends LogTrust {
  /** Absolute path of its folder; it need not be there. */
  readonly directory: string;
  /** Whether a run that is not in the log is a problem, and a log that is not there. */
  readonly requireSealed: boolean;
}

/** What of the evidence the log speaks of. */
interface LogVerification {
  readonly origin: string;
  readonly size: number;
  /** Runs and records that are not in the log; paths of their roll-ups and statements. */
  readonly unsealed: readonly string[];
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
  /** Documents that no statement is about, tiles that no checkpoint is about: what killed processes left. */
  readonly unfinished: readonly string[];
  /** Absent where there is no log. */
  readonly log?: LogVerification;
  /** Empty when everything holds. Sorted by path. */
  readonly problems: readonly EvidenceProblem[];
}

/**
 * Checks all evidence in a folder from the bytes up: names and digests, canonical form and shape, statements against
 * what follows from their documents, roll-ups against the statements they name, signatures, the log, and what there
 * should be. Hostile files are problems, never exceptions; only an unusable key is thrown (HeliosError `usage`).
 */
export async function verifyEvidence(directory: string, trust: Trust): Promise<Verification> {
  const signers: Signers = { keys: new Map(trust.publicKeys.map(readPublicKey)), keyless: trust.keyless };
  const problems = new Problems();
  const ledger: Ledger = { gates: new Map(), statements: new Map() };
  const signed = new Set<string>();
  const listing = await problems.of('.', () => list(directory));
  const { root, documents, statements, bundles, strange } = listing ?? NOTHING;

  for (const { path, problem } of strange) problems.add(path, problem, 'Move it out of the evidence folder.');
  // Gate statements first: roll-ups name them, and bundles sign either.
  for (const path of statements.filter((path) => !isRun(path)))
    await problems.of(path, () => (isRecord(path) ? examineRecord : examineGateStatement)(root, path, ledger));
  const runs: Chain[] = [];
  for (const path of statements.filter(isRun)) {
    await problems.of(path, () => void runs.push(examineRollup(root, path, ledger)));
  }
  for (const path of bundles)
    await problems.of(path, async () => signed.add(await examineBundle(root, path, ledger, signers)));

  const stated = new Set(statements.map(documentOfStatement));
  const unfinished = documents.filter((path) => !stated.has(path));
  for (const path of unfinished) await problems.of(path, () => (isRun(path) ? examineRun : examineResult)(root, path));

  const latest = runs.reduce<Chain | undefined>(
    (a, b) => (a && a.rollup.value.timeVerified > b.rollup.value.timeVerified ? a : b),
    undefined,
  );
  if (latest)
    await problems.of(latest.run.path, () => requireEvidence(latest.run.value, trust.required ?? [], latest.run.path));
  const { log, beyond } = await verifyLog(
    directory,
    trust.log ?? logWithin(directory),
    statements.filter((path) => isRun(path) || isRecord(path)),
    ledger,
    problems,
  );

  const files = documents.length + statements.length + bundles.length;
  // An empty folder is what a run leaves that was stopped early: nothing to verify, unless there must be something.
  if (listing && files === 0 && trust.requireSigned) {
    problems.add('.', 'holds no evidence', 'Run the gates, and do not give --no-evidence.');
  }
  for (const path of trust.requireSigned ? statements : []) {
    if (!signed.has(path))
      problems.add(
        path,
        'is not signed by a given key or identity',
        'Run the gates with a signing key, or give its public key.',
      );
  }
  return {
    files,
    statements: ledger.statements.size,
    signed: signed.size,
    unfinished: [...unfinished, ...beyond],
    ...(log && { log }),
    problems: problems.sorted(),
  };
}

function logWithin(directory: string): LogToVerify {
  return { directory: join(directory, LOG_FOLDER), logKeys: [], witnesses: [], quorum: 0, requireSealed: false };
}

/** Every entry of the log stands for a roll-up or record that is here and holds, and the other way round where that is asked for. */
async function verifyLog(
  directory: string,
  settings: LogToVerify,
  statements: readonly string[],
  ledger: Ledger,
  problems: Problems,
): Promise<{ log?: LogVerification; beyond: readonly string[] }> {
  const within = relative(directory, settings.directory).split(sep).join('/');
  const folder = await problems.of(within, () =>
    existsSync(settings.directory) ? openFolder(settings.directory) : '',
  );
  const examined = folder ? examineLog(folder, settings, problems.under(within)) : undefined;
  if (!examined) {
    if (settings.requireSealed) problems.add(within, 'holds no log', 'Seal the runs: sec evidence seal.');
    return { beyond: [] };
  }
  const { origin, size, entries, unfinished } = examined;
  for (const { path, digest } of entries) {
    const text = ledger.statements.get(path);
    if (text === undefined || sha256Hex(text) !== digest.sha256) {
      problems.add(path, `is sealed in the log of ${origin}, and is missing or does not hold`, RESTORE);
    }
  }
  const sealed = new Set(entries.map(({ path }) => path));
  if (sealed.size !== size) problems.add(within, 'holds a run or record twice, or what is neither', RESTORE);
  const unsealed = statements.filter((path) => !sealed.has(path));
  for (const path of settings.requireSealed ? unsealed : []) {
    problems.add(path, `is not in the log of ${origin}`, 'Seal it: sec evidence seal.');
  }
  return { log: { origin, size, unsealed }, beyond: unfinished.map((path) => `${within}/${path}`) };
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
      return this.#take(path, thrown);
    }
  }

  /** The same for the files of a folder, and at once. */
  under(folder: string): Try {
    return (path, check) => {
      try {
        return check();
      } catch (thrown) {
        return this.#take(path, thrown, `${folder}/`);
      }
    };
  }

  #take(path: string, thrown: unknown, folder = ''): undefined {
    const known = thrown instanceof HeliosError ? thrown : undefined;
    this.add(folder + (known?.detail.path ?? path), messageOf(thrown), known?.detail.hint ?? RESTORE);
  }

  /** One file at fault may be met from several sides; it is named once for each fault. */
  sorted(): EvidenceProblem[] {
    const distinct = new Map(this.#found.map((problem) => [`${problem.path}\n${problem.problem}`, problem]));
    return [...distinct.values()].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  }
}
