// SPDX-License-Identifier: Apache-2.0
import { existsSync, realpathSync } from 'node:fs';
import { fail } from '../../error.ts';
import { examineChain, examineRecord, type Ledger } from '../examine.ts';
import { listEvidence } from '../list.ts';
import { isRecord } from '../names.ts';
import { openFolder } from '../read.ts';
import type { RunDocument } from '../rollup.ts';
import { type Appended, appendEntries } from './append.ts';
import { entryOf, parseEntry, recordEntryOf } from './entry.ts';
import { readLog } from './log.ts';
import type { LogKey } from './log-key.ts';

interface SealRequest {
  /** Absolute path of the evidence folder. */
  readonly directory: string;
  /** Absolute path of the log's folder; it is created. */
  readonly log: string;
  readonly key: LogKey;
  /** Ids of the gates that every run must have evidence of. */
  readonly required: readonly string[];
}

export interface Sealed extends Appended {
  /** Paths of the roll-ups and records that were not in the log before; `added` says where they are now. */
  readonly runs: readonly string[];
}

/**
 * Seals the runs and records of an evidence folder that a log does not hold yet: each is checked from the bytes up and
 * becomes one entry; a run must hold the required evidence. Throws HeliosError `evidence`, naming the file, and then nothing is sealed;
 * `io` when the log cannot be written.
 */
export async function sealRuns({ directory, log, key, required }: SealRequest): Promise<Sealed> {
  const root = openFolder(directory);
  const runs = listEvidence(root).statements.filter((path) => path.startsWith('builds/') || isRecord(path));
  if (runs.length === 0) {
    fail('evidence', `no run is recorded in ${directory}`, { hint: 'Run the gates, and do not give --no-evidence.' });
  }
  const sealed = new Set(existsSync(log) ? sealedIn(log) : []);
  const unsealed = runs.filter((path) => !sealed.has(path));
  const ledger: Ledger = { gates: new Map(), statements: new Map() };
  const entries = unsealed.map((path) => {
    if (isRecord(path)) {
      const record = examineRecord(root, path, ledger);
      return recordEntryOf(record, record.value.predicateType);
    }
    const { run, rollup } = examineChain(root, path, ledger);
    requireEvidence(run.value, required, run.path);
    return entryOf(rollup, run.sha256);
  });
  return { ...(await appendEntries(log, entries, key)), runs: unsealed };
}

/** Paths of the roll-ups in a log; an entry that is none of ours is for verify to tell of. */
function sealedIn(log: string): string[] {
  return (readLog(realpathSync(log))?.entriesFrom(0) ?? []).map((entry) => parseEntry(entry).path);
}

/** A gate that crashed, or that nobody ran, left nothing to hold against it. Throws HeliosError `evidence`. */
export function requireEvidence(run: RunDocument, required: readonly string[], path: string): void {
  const stated = new Set(run.gates.filter(({ statement }) => statement !== null).map(({ gate }) => gate));
  const missing = required.filter((gate) => !stated.has(gate));
  if (missing.length === 0) return;
  fail('evidence', `holds no evidence of ${missing.join(', ')}, which is required`, {
    path,
    hint: 'Run all gates with sec gate; what is required stands under evidence.required in helios.yaml.',
  });
}
