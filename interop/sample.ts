// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { readLog } from '../packages/core/src/evidence/log/log.ts';

export const ROOT = join(import.meta.dirname, '..');

/** Evidence of a real run of this repository's gates, signed and sealed by the built binary. */
export interface Sample {
  readonly folder: string;
  /** The document, its statement and the bundle, of a gate and of the run. */
  readonly signed: readonly {
    readonly document: string;
    readonly statement: string;
    readonly bundle: string;
    readonly type: string;
  }[];
  readonly publicKey: string;
  readonly vkey: string;
  readonly checkpoint: string;
  readonly proof: string;
  /** The log's entry that the proof is about. */
  readonly entry: string;
}

export function makeSample(): Sample {
  const folder = mkdtempSync(join(tmpdir(), 'helios-interop-'));
  const evidence = join(folder, 'evidence');
  const origin = 'example.com/helios/interop';
  sec('evidence', 'keygen', join(folder, 'sign'));
  sec('evidence', 'keygen', join(folder, 'log'), '--log', origin);
  // More than one run, so that the log has hashes to prove with.
  for (const asOf of ['2026-12-01', '2026-12-02', '2026-12-03']) {
    sec('gate', '--quiet', '--as-of', asOf, '--key', join(folder, 'sign.key'), '--evidence-dir', evidence);
  }
  sec('evidence', 'seal', '-d', evidence, '--log-key', join(folder, 'log.key'), '--origin', origin);
  const [rollup = ''] = statementsIn(join(evidence, 'builds'));
  sec('evidence', 'prove', rollup, '-d', evidence, '--output', join(folder, 'proof'));
  const index = Number(/index (\d+)/.exec(readFileSync(join(folder, 'proof'), 'utf8'))?.[1]);
  writeFileSync(join(folder, 'entry'), readLog(join(evidence, 'log'))?.entriesFrom(index)[0] ?? '');
  const [statement = ''] = statementsIn(join(evidence, 'gates'));
  return {
    folder,
    signed: [
      { ...filesOf(statement), type: 'https://in-toto.io/attestation/test-result/v0.1' },
      { ...filesOf(rollup), type: 'https://slsa.dev/verification_summary/v1' },
    ],
    publicKey: join(folder, 'sign.pub'),
    vkey: join(folder, 'log.vkey'),
    checkpoint: join(evidence, 'log/checkpoint'),
    proof: join(folder, 'proof'),
    entry: join(folder, 'entry'),
  };
}

function sec(...args: readonly string[]): void {
  const { status, stderr } = spawnSync(process.execPath, [join(ROOT, 'packages/sec/bin/sec.js'), ...args], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`sec ${args.join(' ')} exits ${status}: ${stderr}`);
}

function statementsIn(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.intoto.json'))
    .sort()
    .map((name) => join(folder, name));
}

function filesOf(statement: string): { document: string; statement: string; bundle: string } {
  const folder = join(statement, '..');
  const stem = statement.slice(folder.length + 1, -'.intoto.json'.length);
  const bundle = readdirSync(folder).find((name) => name.startsWith(`${stem}.`) && name.endsWith('.sigstore.json'));
  if (bundle === undefined) throw new Error(`${statement} is not signed`);
  return {
    document: join(folder, `${stem.replace(/\.[0-9a-f]{8}$/, '')}.json`),
    statement,
    bundle: join(folder, bundle),
  };
}
