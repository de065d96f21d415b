// SPDX-License-Identifier: Apache-2.0
import { LEVELS } from '../../finding/finding.ts';
import type { GateResult, Report } from '../../gate/result.ts';
import { grouped } from '../quantity.ts';
import { countOf, coverageOf, VERDICTS } from '../tally.ts';
import { type Markup, markup } from './markup.ts';
import type { Section } from './page.ts';
import { table } from './table.ts';

export function gatesSection({ gates }: Report): Section[] {
  if (gates.length === 0) return [];
  const columns = ['Gate', 'Verdict', 'Looked at', ...COUNTED.map(({ title }) => ({ number: title }))];
  return [{ id: 'gates', title: 'Gates', body: table('gates', columns, gates.map(gateRow)) }];
}

const COUNTED: readonly { readonly title: string; readonly count: (gate: GateResult) => number }[] = [
  ...LEVELS.map((level) => ({
    title: `${level.charAt(0).toUpperCase()}${level.slice(1)}s`,
    count: (gate: GateResult) => countOf(gate.findings, level),
  })),
  { title: 'Waived', count: (gate) => gate.waived.length },
];

function gateRow(gate: GateResult): Markup {
  const { mark, words } = VERDICTS[gate.verdict];
  const counts = COUNTED.map(({ count }) => markup`<td class="number">${grouped(count(gate))}</td>`);
  return markup`<tr><th scope="row">${gate.gate}<br><span class="faint">${gate.title}</span></th><td class="${gate.verdict} whole">${mark} ${words}</td><td>${gate.error ?? coverageOf(gate)}</td>${counts}</tr>\n`;
}
