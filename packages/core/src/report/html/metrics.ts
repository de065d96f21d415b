// SPDX-License-Identifier: Apache-2.0
import type { Metric } from '../../gate/gate.ts';
import type { GateResult, Report } from '../../gate/result.ts';
import { demandOf, isMet, sampleOf, valueOf } from '../metric.ts';
import { VERDICTS } from '../tally.ts';
import { type Markup, markup } from './markup.ts';
import type { Section } from './page.ts';
import { table } from './table.ts';

export function metricsSection({ gates }: Report): Section[] {
  const rows = gates.flatMap((gate) => gate.metrics.map((metric) => metricRow(gate, metric)));
  if (rows.length === 0) return [];
  const columns = ['Metric', { number: 'Value' }, { number: 'Needs' }, { number: 'Of' }, ''];
  return [{ id: 'metrics', title: 'Measured', body: table('metrics', columns, rows) }];
}

function metricRow({ gate }: GateResult, metric: Metric): Markup {
  const met = isMet(metric);
  const { mark } = VERDICTS[met === false ? 'fail' : 'pass'];
  const numbers = [valueOf(metric), demandOf(metric), sampleOf(metric)].map(
    (number) => markup`<td class="number">${number}</td>`,
  );
  return markup`<tr><th scope="row" class="${met === undefined ? '' : met ? 'pass' : 'fail'}">${met === undefined ? '' : `${mark} `}${gate}: ${metric.title}</th>${numbers}<td>${barOf(metric)}</td></tr>\n`;
}

/** How much of the whole is reached, and a tick where the threshold lies. */
function barOf({ unit, value, threshold }: Metric): Markup {
  if (unit !== '%') return markup``;
  const bound = threshold && ('atLeast' in threshold ? threshold.atLeast : threshold.atMost);
  const tick = bound === undefined ? '' : markup`<path class="tick" d="M${percent(bound)} 0v8"/>`;
  return markup`<svg class="bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true"><rect class="whole" width="100" height="8"/><rect class="part" width="${percent(value)}" height="8"/>${tick}</svg>`;
}

function percent(value: number): number {
  return Math.round(Math.min(Math.max(value, 0), 100) * 10) / 10;
}
