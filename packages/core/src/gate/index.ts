// SPDX-License-Identifier: Apache-2.0
export type { AnyGate, Evaluation, Gate, Metric } from './gate.ts';
export { applyFixes } from './fix.ts';
export type { LoadContext } from './load-context.ts';
export { reportOf } from './report.ts';
export { EXIT, type ExitCode, type GateResult, type InputDigest, type Report, type Verdict } from './result.ts';
export { crashedGate, rulesOf, runGate, type RunSettings } from './run.ts';
