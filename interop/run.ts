// SPDX-License-Identifier: Apache-2.0
// Holds what Helios writes and reads against the tools of others: `npm run interop`, with `-- --install` to install those
// that are missing into $HELIOS_PEERS. No part of `npm test`.
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Check } from './check.ts';
import { checkConformance } from './conformance.ts';
import { checkCosign, checkGo, checkInToto } from './evidence.ts';
import { findPeer, type PeerName } from './peers.ts';
import { checkPreCommit } from './pre-commit.ts';
import { makeSample } from './sample.ts';
import { checkActions, checkWorkflows } from './workflows.ts';

const home = process.env['HELIOS_PEERS'] ?? join(tmpdir(), 'helios-peers');
const install = process.argv.includes('--install');
const sample = makeSample();
const tally = { passed: 0, failed: 0, skipped: 0 };

const WITH_PEER: readonly (readonly [PeerName, (program: string) => Check[]])[] = [
  ['cosign', (program) => checkCosign(program, sample)],
  ['go-note', (program) => checkGo(program, sample)],
  ['in-toto', (program) => checkInToto(program, sample)],
  ['actionlint', checkWorkflows],
  ['zizmor', checkActions],
  ['pre-commit', checkPreCommit],
];
for (const [name, check] of WITH_PEER) {
  const program = findPeer(name, home, install);
  take(name, program === undefined ? undefined : check(program));
}
take('sigstore conformance', await checkConformance());
say(`${tally.passed} passed, ${tally.failed} failed, ${tally.skipped} skipped`);
process.exitCode = tally.failed === 0 ? 0 : 1;

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function take(title: string, checks: readonly Check[] | undefined): void {
  if (!checks) {
    tally.skipped++;
    say(`- ${title}: not here (see interop/README.md)`);
    return;
  }
  const failed = checks.filter(({ passed }) => !passed);
  tally.passed += checks.length - failed.length;
  tally.failed += failed.length;
  say(`${failed.length === 0 ? '✔' : '✖'} ${title}: ${checks.length - failed.length} of ${checks.length}`);
  for (const { name, said } of failed) say(`    ${name}: ${said ?? ''}`);
}
