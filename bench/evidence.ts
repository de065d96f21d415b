// SPDX-License-Identifier: Apache-2.0
// `npm run bench:evidence`: how long 10,000 runs take to seal, to verify and to prove; prints rows for ROBUSTNESS.md.
import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  generateLogKey,
  openLogKey,
  parseVerifierKey,
  proveRun,
  sealRuns,
  storeRun,
  verifyEvidence,
} from '@helios/core/evidence';
import { FACTS, gateResult, report } from '../packages/core/test/evidence/report.ts';

const RUNS = 10_000;
/** Storing looks through the folder for what killed writers left, so a folder is filled in parts. */
const PART = 200;
const PROOFS = 101;
const ORIGIN = 'example.com/bench';

const folder = mkdtempSync(join(tmpdir(), 'helios-bench-'));
try {
  const directory = join(folder, 'evidence');
  for (let from = 0; from < RUNS; from += PART) await storePart(directory, from);
  const keys = generateLogKey(ORIGIN);
  const key = openLogKey(ORIGIN, keys.privatePem);
  const log = join(directory, 'log');
  const trust = { logKeys: [parseVerifierKey(keys.publicPem.trim())], witnesses: [], quorum: 0 };

  const sealing = await timed(() => sealRuns({ directory, log, key, required: [] }));
  const verifying = await timed(() =>
    verifyEvidence(directory, {
      publicKeys: [],
      requireSigned: false,
      log: { ...trust, directory: log, requireSealed: true },
    }),
  );
  if (sealing.value.added.length !== RUNS || verifying.value.problems.length > 0) throw new Error('it does not hold');
  const proofs: number[] = [];
  for (let at = 0; at < PROOFS; at++) {
    const run = sealing.value.runs[(at * 97) % RUNS] ?? '';
    proofs.push((await timed(() => proveRun(directory, log, run))).ms);
  }
  row(`seal ${RUNS} runs`, '< 10 s', sealing.ms);
  row(
    `verify ${RUNS} runs (${verifying.value.files} files, ${verifying.value.statements} statements)`,
    '< 5 s',
    verifying.ms,
  );
  row(`prove one of them, median of ${PROOFS}`, '< 5 ms', proofs.sort((a, b) => a - b)[PROOFS >> 1] ?? 0);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function storePart(directory: string, from: number): Promise<void> {
  const part = join(folder, 'part');
  for (let at = from; at < from + PART; at++) {
    await storeRun({ directory: part, report: report(gateResult({ checked: at })), facts: FACTS });
  }
  for (const kind of ['gates', 'builds']) {
    mkdirSync(join(directory, kind), { recursive: true });
    for (const name of readdirSync(join(part, kind))) renameSync(join(part, kind, name), join(directory, kind, name));
  }
}

async function timed<T>(task: () => T | Promise<T>): Promise<{ value: T; ms: number }> {
  const started = performance.now();
  const value = await task();
  return { value, ms: performance.now() - started };
}

function row(what: string, goal: string, ms: number): void {
  process.stdout.write(
    `| ${what} | ${goal} | ${ms < 1000 ? `${ms.toFixed(1)} ms` : `${(ms / 1000).toFixed(1)} s`} |\n`,
  );
}
