// SPDX-License-Identifier: Apache-2.0
import type { RecordedRun } from '@helios/core/evidence';
import type { AnyGate, GateResult, Report } from '@helios/core/gate';

/** The report of a recorded run: all that evidence holds. `gates` lend the titles and the rules' reasons. */
export function recordedReport(run: RecordedRun, gates: ReadonlyMap<string, AnyGate>): Report {
  const { asOf, verdict, exit, tool } = run.document;
  return { asOf, verdict, exit, tool, gates: run.document.gates.map((each) => recordedGate(each, run, gates)) };
}

function recordedGate(
  { gate, verdict, exit }: RecordedRun['document']['gates'][number],
  { results }: RecordedRun,
  gates: ReadonlyMap<string, AnyGate>,
): GateResult {
  const known = gates.get(gate);
  const title = known?.title ?? 'A gate that this version does not have';
  const result = results.get(gate);
  if (!result)
    return {
      ...EMPTY,
      gate,
      title,
      verdict,
      exit,
      error: 'it crashed, and left no evidence',
    };
  const { rules, options, schema: _schema, tool: _tool, ...decided } = result;
  const reasons = new Map(known?.rules.map((rule) => [rule.id, rule]));
  return {
    ...decided,
    title,
    exit,
    rules: rules.map((rule) => ({ ...(reasons.get(rule.id) ?? { title: rule.id, why: '', fix: '' }), ...rule })),
    optionsDigest: options.sha256,
  };
}

const EMPTY = {
  checked: 0,
  unit: 'files',
  notChecked: 0,
  findings: [],
  waived: [],
  metrics: [],
  inputs: [],
  rules: [],
  optionsDigest: '',
} as const;
