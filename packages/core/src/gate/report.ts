// SPDX-License-Identifier: Apache-2.0
import { EXIT, type ExitCode, type GateResult, type Report, type Verdict } from './result.ts';

/** The worst first: what the exit code of a run is when its gates differ. */
const WORST_FIRST: readonly ExitCode[] = [
  EXIT.internal,
  EXIT.usage,
  EXIT.evidence,
  EXIT.fail,
  EXIT.nothingChecked,
  EXIT.pass,
];
const VERDICT_OF: Readonly<Record<ExitCode, Verdict>> = {
  [EXIT.internal]: 'error',
  [EXIT.usage]: 'error',
  [EXIT.evidence]: 'fail',
  [EXIT.fail]: 'fail',
  [EXIT.nothingChecked]: 'nothing-checked',
  [EXIT.pass]: 'pass',
};

/** One report out of the gates' results, in their order. */
export function reportOf(gates: readonly GateResult[], asOf: Date, tool: Report['tool']): Report {
  const exit = WORST_FIRST.find((code) => gates.some((gate) => gate.exit === code)) ?? EXIT.nothingChecked;
  return { asOf: asOf.toISOString(), verdict: VERDICT_OF[exit], exit, gates, tool };
}
