// SPDX-License-Identifier: Apache-2.0
import { Chalk } from 'chalk';
import type { ChalkInstance } from 'chalk';
import type { GateResult, Report } from '../gate/result.ts';
import { columnsOf } from './cells.ts';
import { counted, grouped } from './quantity.ts';
import type { Reporter } from './reporter.ts';
import { disarm, visible } from './sanitize.ts';
import { countOf, VERDICTS } from './tally.ts';
import { findingLines } from './text-finding.ts';
import { gateLines, paintOf } from './text-gate.ts';

/** For people: findings by file with their source, what each gate measured, and the verdict as the last line. */
export const text: Reporter = (report, view) => {
  const ink = new Chalk({ level: view.color ? 1 : 0 });
  const gates = view.quiet ? report.gates.filter((gate) => gate.verdict !== 'pass') : report.gates;
  const blocks = [
    ...gates.flatMap((gate) => findingLines(gate, view, ink).concat([gateLines(gate, view, ink)])),
    ...(view.quiet || report.gates.length < 2 ? [] : [tableLines(report.gates, ink)]),
    [verdictLine(report, ink)],
  ];
  return `${disarm(blocks.map((lines) => lines.join('\n')).join('\n\n'))}\n`;
};

function tableLines(gates: readonly GateResult[], ink: ChalkInstance): string[] {
  const rows = gates.map((gate) => [
    visible(gate.gate),
    `${VERDICTS[gate.verdict].mark} ${VERDICTS[gate.verdict].words}`,
    ...[
      gate.checked,
      countOf(gate.findings, 'error'),
      countOf(gate.findings, 'warning'),
      countOf(gate.findings, 'note'),
      gate.waived.length,
    ].map(grouped),
  ]);
  const titles = ['gate', 'verdict', 'checked', 'errors', 'warnings', 'notes', 'waived'];
  const widths = titles.map((title, i) => Math.max(title.length, ...rows.map((row) => columnsOf(row[i] ?? ''))));
  const draw = (row: readonly string[]): string[] => row.map((cell, i) => pad(cell, widths[i] ?? 0, i < 2));
  return [
    ink.dim(draw(titles).join('  ')),
    ...gates.map((gate, i) => {
      const [name = '', verdict = '', ...numbers] = draw(rows[i] ?? []);
      return [name, paintOf(gate.verdict, ink)(verdict), ...numbers].join('  ');
    }),
  ];
}

function pad(cell: string, width: number, left: boolean): string {
  const space = ' '.repeat(Math.max(0, width - columnsOf(cell)));
  return left ? cell + space : space + cell;
}

/** The last line of the report, for where nothing else is shown. */
export function verdictLine({ verdict, gates, asOf, tool }: Report, ink = new Chalk({ level: 0 })): string {
  const passed = gates.filter((gate) => gate.verdict === 'pass').length;
  const tail = `${grouped(passed)} of ${counted(gates.length, 'gates')} passed, as of ${visible(asOf)} (${visible(`${tool.name} ${tool.version}`)})`;
  return `${paintOf(verdict, ink).bold(`${VERDICTS[verdict].mark} ${verdict.toUpperCase()}`)}  ${tail}`;
}
