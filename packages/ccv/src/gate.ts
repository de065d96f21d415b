// SPDX-License-Identifier: Apache-2.0
import type { Evaluation, Gate } from '@helios/core/gate';
import { judgeEgress } from './egress/judge.ts';
import { EGRESS_RULES } from './egress/rules.ts';
import { judgeIdentity } from './identity/judge.ts';
import { IDENTITY_RULES } from './identity/rules.ts';
import { metricsOf } from './judge/figures.ts';
import { judgeControls } from './judge/judge-controls.ts';
import { judgeFailures, judgeFalseAlarms } from './judge/judge-failures.ts';
import { judgeFigures } from './judge/judge-figures.ts';
import { judgeLeftBehind, judgeStandings } from './judge/judge-standings.ts';
import { surveyOf } from './judge/survey.ts';
import { type Inputs, load } from './load.ts';
import { type Options, optionsSchema } from './options.ts';
import { RULES } from './rules.ts';

export const gate: Gate<typeof optionsSchema, Inputs> = {
  id: 'ccv',
  title: 'Controls were proven where they run',
  unit: 'controls',
  rules: [...RULES, ...EGRESS_RULES, ...IDENTITY_RULES],
  options: optionsSchema,
  glob: '**/*.{yml,yaml}',
  load,
  evaluate,
};

function evaluate(inputs: Inputs, options: Options, asOf: Date): Evaluation {
  const parts = [
    evaluateControls(inputs, options, asOf),
    judgeEgress(inputs.egress, options.egress, asOf),
    judgeIdentity(inputs.identity, options.identity, asOf),
  ];
  return {
    findings: parts.flatMap(({ findings }) => findings),
    metrics: parts.flatMap(({ metrics }) => metrics),
    checked: parts.reduce((sum, { checked }) => sum + checked, 0),
  };
}

function evaluateControls({ known, baseline, broken, config }: Inputs, options: Options, asOf: Date): Evaluation {
  const written = [...broken, ...judgeControls(known, options.services, options, asOf)];
  const checked = known.controls.length + broken.length;
  // Where no records are named, controls are judged as they are written, and nothing is said of their runs.
  if (options.records.length === 0) return { findings: written, metrics: [], checked };
  const survey = surveyOf(known, baseline, options, asOf);
  const place = config === undefined ? { path: options.services } : { path: config, at: { pointer: ['gates', 'ccv'] } };
  const findings = [
    ...written,
    ...judgeStandings(survey, options),
    ...judgeLeftBehind(survey),
    ...judgeFailures(survey, options),
    ...judgeFalseAlarms(known),
    ...judgeFigures(survey, options, place),
  ];
  return { findings, metrics: metricsOf(survey, options), checked };
}
