// SPDX-License-Identifier: Apache-2.0
import type { ChalkInstance } from 'chalk';
import type { Metric } from '../gate/gate.ts';
import type { GateResult, Verdict } from '../gate/result.ts';
import { columnsOf } from './cells.ts';
import { demandOf, isMet, sampleOf, valueOf } from './metric.ts';
import type { View } from './reporter.ts';
import { clip, visible, visibleLines } from './sanitize.ts';
import { coverageOf, levelsOf, suppressedOf, VERDICTS } from './tally.ts';

const ERROR_LIMIT = 4000;

export function paintOf(verdict: Verdict, ink: ChalkInstance): ChalkInstance {
  return { pass: ink.green, fail: ink.red, 'nothing-checked': ink.yellow, error: ink.red }[verdict];
}

/** What a gate concluded: its verdict, what it looked at, what it found and what it measured. */
export function gateLines(gate: GateResult, view: View, ink: ChalkInstance): string[] {
  const { mark, words } = VERDICTS[gate.verdict];
  const paint = paintOf(gate.verdict, ink);
  const metrics = view.quiet ? gate.metrics.filter((metric) => isMet(metric) === false) : gate.metrics;
  return [
    `${paint(mark)} ${ink.bold(visible(gate.gate))} ${paint(words)}  ${ink.dim(visible(gate.title))}`,
    ...(gate.verdict === 'error' ? errorLines(gate) : [countLine(gate), coverageLine(gate, ink)]),
    ...metricLines(metrics, ink),
  ];
}

function errorLines({ error = 'no reason was recorded' }: GateResult): string[] {
  return visibleLines(clip(error, ERROR_LIMIT))
    .split('\n')
    .map((line) => `  ${line}`);
}

function countLine(gate: GateResult): string {
  const suppressed = suppressedOf(gate);
  return `  ${levelsOf(gate.findings)}${suppressed && `; ${suppressed}`}`;
}

/** Painted where something was passed over: that number must not be missed. */
function coverageLine(gate: GateResult, ink: ChalkInstance): string {
  const line = visible(coverageOf(gate));
  return `  ${gate.notChecked > 0 || gate.scope ? ink.yellow(line) : line}`;
}

function metricLines(metrics: readonly Metric[], ink: ChalkInstance): string[] {
  const titles = metrics.map((metric) => visible(metric.title));
  const values = metrics.map((metric) => visible(valueOf(metric)));
  const titleWidth = Math.max(0, ...titles.map(columnsOf));
  const valueWidth = Math.max(0, ...values.map(columnsOf));
  return metrics.map((metric, i) => {
    const [title = '', value = ''] = [titles[i], values[i]];
    const space = ' '.repeat(titleWidth - columnsOf(title) + valueWidth - columnsOf(value));
    return `  ${markOf(metric, ink)} ${title}  ${space}${value}${contextOf(metric)}`;
  });
}

function markOf(metric: Metric, ink: ChalkInstance): string {
  const met = isMet(metric);
  if (met === undefined) return ink.dim('·');
  return met ? ink.green(VERDICTS.pass.mark) : ink.red(VERDICTS.fail.mark);
}

/** ` (680 of 700; needs ≥ 98 %)` */
function contextOf(metric: Metric): string {
  const demand = demandOf(metric);
  const parts = [sampleOf(metric), demand && `needs ${demand}`].filter(Boolean);
  return parts.length > 0 ? ` (${visible(parts.join('; '))})` : '';
}
