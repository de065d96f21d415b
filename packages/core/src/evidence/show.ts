// SPDX-License-Identifier: Apache-2.0
import { existsSync, realpathSync } from 'node:fs';
import { z } from 'zod';
import { fail } from '../error.ts';
import { digestTree } from '../hash/index.ts';
import { bundleSchema, claimedKeyId } from './bundle.ts';
import { type EvidenceListing, listEvidence } from './list.ts';
import { isKeyless } from './keyless/examine.ts';
import { parseEntry } from './log/entry.ts';
import { readLog } from './log/log.ts';
import { documentOfStatement, isRecord, kindOf, statementOfBundle } from './names.ts';
import { openFolder, readEvidence } from './read.ts';
import { type RecordDocument, recordSchema } from './record.ts';
import { resultSchema } from './result.ts';
import { factsSchema, namesSchema, type RunDocument, type RunFacts, runSchema } from './rollup.ts';

/** A statement, and who claims to have signed it: key ids (sha256 of SPKI, hex), or `certificate` for keyless. */
export interface StatementView {
  readonly path: string;
  readonly sha256: string;
  readonly signedBy: readonly string[];
}

export interface GateView {
  readonly gate: string;
  readonly verdict: RunDocument['verdict'];
  /** Absent for a gate that crashed. */
  readonly proof?: {
    readonly statement: StatementView;
    readonly result: { readonly path: string; readonly sha256: string };
    readonly checked: number;
    /** What `checked` counts. */
    readonly unit: string;
    readonly findings: number;
    readonly waived: number;
    readonly inputs: { readonly files: number; readonly sha256: string };
  };
}

export interface RunView {
  readonly path: string;
  readonly sha256: string;
  readonly document: RunDocument;
  readonly rollup: StatementView;
  readonly facts: RunFacts;
  /** Absent for a run that is in no log. */
  readonly sealed?: { readonly origin: string; readonly index: number; readonly size: number };
}

/** What a runner did. */
export interface RecordView {
  readonly statement: StatementView;
  readonly document: RecordDocument;
  /** Absent for a record that is in no log. */
  readonly sealed?: { readonly origin: string; readonly index: number; readonly size: number };
}

export interface EvidenceView {
  /** Absent when one gate's evidence was asked for, or a record. */
  readonly run?: RunView;
  /** Present when it was asked for. */
  readonly record?: RecordView;
  readonly gates: readonly GateView[];
}

/**
 * Follows evidence from a run down to the inputs: the run that `file` (relative to the folder) is part of, or the latest; a record
 * is shown by itself;
 * `log` is the folder of the log, which need not be there.
 * It reads and does not judge; whether it all holds is for verifyEvidence to say. Throws HeliosError.
 */
export function describeEvidence(directory: string, log: string, file?: string): EvidenceView {
  const root = openFolder(directory);
  const listing = listEvidence(root);
  const statement = file === undefined ? latestRollup(root, listing) : statementOf(listing, file);
  if (statement.startsWith('gates/')) return { gates: [describeGate(root, listing, statement)] };
  if (isRecord(statement)) {
    const { value: document } = readEvidence(root, statement, recordSchema);
    const view = describeStatement(root, listing, statement);
    return { record: { statement: view, document, ...sealOf(log, view) }, gates: [] };
  }

  const run = readEvidence(root, documentOfStatement(statement), runSchema);
  const { value: facts } = readEvidence(root, statement, factsSchema);
  const { value: names } = readEvidence(root, statement, namesSchema);
  const pathOf = new Map(names.map(({ path, sha256 }) => [sha256, path]));
  const gates = run.value.gates.map(({ gate, verdict, statement }): GateView => {
    const path = pathOf.get(statement ?? '');
    return path === undefined ? { gate, verdict } : describeGate(root, listing, path);
  });
  const rollup = describeStatement(root, listing, statement);
  const sealed = sealOf(log, rollup);
  return { run: { path: run.path, sha256: run.sha256, document: run.value, rollup, facts, ...sealed }, gates };
}

function sealOf(folder: string, { path, sha256 }: StatementView): Pick<RunView, 'sealed'> {
  const log = existsSync(folder) ? readLog(realpathSync(folder)) : undefined;
  const entries = (log?.entriesFrom(0) ?? []).map(parseEntry);
  const index = entries.findIndex((entry) => entry.path === path && entry.digest.sha256 === sha256);
  return !log || index === -1 ? {} : { sealed: { origin: log.checkpoint.origin, index, size: entries.length } };
}

function describeGate(root: string, listing: EvidenceListing, path: string): GateView {
  const { value, path: resultPath, sha256 } = readEvidence(root, documentOfStatement(path), resultSchema);
  const { gate, verdict, checked, unit } = value;
  const proof = {
    statement: describeStatement(root, listing, path),
    result: { path: resultPath, sha256 },
    checked,
    unit,
    findings: value.findings.length,
    waived: value.waived.length,
    inputs: { files: value.inputs.length, sha256: digestTree(value.inputs) },
  };
  return { gate, verdict, proof };
}

function describeStatement(root: string, listing: EvidenceListing, path: string): StatementView {
  const bundles = listing.bundles.filter((bundle) => statementOfBundle(bundle) === path);
  const signedBy = bundles.map((bundle) => {
    const { value } = readEvidence(root, bundle, z.unknown());
    return isKeyless(value) ? 'certificate' : claimedKeyId(readEvidence(root, bundle, bundleSchema).value);
  });
  return { path, sha256: readEvidence(root, path, z.unknown()).sha256, signedBy };
}

/** The roll-up of the run that a file (or the beginning of its path) belongs to; the latest where none is named. */
export function rollupFor(root: string, file: string | undefined): string {
  const listing = listEvidence(root);
  if (file === undefined) return latestRollup(root, listing);
  const all = [...listing.documents, ...listing.statements, ...listing.bundles];
  const [first, second] = all.includes(file) ? [file] : all.filter((path) => path.startsWith(file));
  // Documents, statements and bundles of one thing begin alike.
  const statement = first === undefined ? undefined : statementOf(listing, first);
  if (statement === undefined || (second !== undefined && statementOf(listing, second) !== statement)) {
    fail('evidence', second === undefined ? 'no evidence by this name' : 'several files of evidence begin like this', {
      path: file,
      hint: 'Name a file of the evidence folder.',
    });
  }
  if (statement.startsWith('builds/')) return statement;
  if (isRecord(statement)) {
    fail('evidence', 'is the record of a runner, which belongs to no run', { path: file, hint: 'Name a run.' });
  }
  const rollup = listing.statements.find(
    (path) =>
      path.startsWith('builds/') &&
      readEvidence(root, path, namesSchema).value.some((named) => named.path === statement),
  );
  return rollup ?? fail('evidence', 'belongs to no run that is here', { path: file, hint: 'Name a roll-up.' });
}

/** The statement that a document, a statement or a bundle belongs to; of several roll-ups the last by name. */
function statementOf(listing: EvidenceListing, file: string): string {
  const kind = kindOf(file);
  const found = listing.statements.findLast((path) =>
    kind === 'document'
      ? documentOfStatement(path) === file
      : path === (kind === 'bundle' ? statementOfBundle(file) : file),
  );
  return (
    found ??
    fail('evidence', 'no evidence by this name', {
      path: file,
      hint: 'Name a file of the evidence folder.',
    })
  );
}

function latestRollup(root: string, listing: EvidenceListing): string {
  let latest = { at: -1, path: '' };
  for (const path of listing.statements.filter((path) => path.startsWith('builds/'))) {
    const at = Date.parse(readEvidence(root, path, factsSchema).value.timeVerified);
    if (at >= latest.at) latest = { at, path };
  }
  return (
    latest.path ||
    fail('evidence', 'no run is recorded here', { path: '.', hint: 'Run the gates, and do not give --no-evidence.' })
  );
}
