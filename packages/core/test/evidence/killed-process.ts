// SPDX-License-Identifier: Apache-2.0
// Run as a process: <folder> <kill|none> <nth file call>; stores a run, and is killed within.
import { arm, countedCalls } from '../fs/faults.ts';
import { FACTS, gateResult, report } from './report.ts';

const { storeRun } = await import('../../src/evidence/index.ts');
const [directory = '', kind, nth] = process.argv.slice(2);

arm(kind === 'kill' ? 'kill' : undefined, Number(nth));
await storeRun({ directory, report: report(gateResult()), facts: FACTS });
process.stdout.write(`stored after ${countedCalls()} calls`);
