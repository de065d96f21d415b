// SPDX-License-Identifier: Apache-2.0
import { severity } from '../finding/finding.ts';
import type { Finding } from '../finding/finding.ts';
import type { GateResult, Report } from '../gate/result.ts';
import { demandOf, isMet, sampleOf, valueOf } from './metric.ts';
import { counted, grouped } from './quantity.ts';
import type { Reporter } from './reporter.ts';
import { disarm, markdownCode, markdownText } from './sanitize.ts';
import { countOf, levelsOf, placeOf, scopeOf, VERDICTS } from './tally.ts';

interface Cap {
  readonly limit: number;
  readonly sizeOf: (text: string) => number;
}

/** GitHub's limit for a comment, in characters. */
const COMMENT: Cap = { limit: 65_536, sizeOf: (text) => text.length };

/** GitHub drops a job summary of more than 1 MiB and fails the upload. */
const SUMMARY: Cap = { limit: 1_000_000, sizeOf: (text) => Buffer.byteLength(text) };

/** Kept free for the lines that say what was cut. */
const FOOT_ROOM = 400;

/** Markdown that fits into a comment on a pull request. */
export const markdown: Reporter = (report) => render(report, COMMENT);

/** Markdown for GitHub's job summary: the same, with more room. */
export function githubSummary(report: Report): string {
  return render(report, SUMMARY);
}

/** Fills the page from the top: verdicts, metrics, then findings, the most severe of all gates first. */
function render(report: Report, cap: Cap): string {
  const head = headOf(report);
  let room = cap.limit - FOOT_ROOM;
  const fits = (lines: readonly string[]): boolean => {
    room -= lines.reduce((sum, line) => sum + cap.sizeOf(line) + 1, 0);
    return room >= 0;
  };
  const cut = head.findIndex((line) => !fits([line]));
  const rows = cut < 0 ? rowsThatFit(report, fits) : new Map<Finding, string>();
  const sections = report.gates.flatMap((gate) => sectionOf(gate, rows));
  const left = report.gates.flatMap((gate) => gate.findings.filter((finding) => !rows.has(finding)));
  return page(
    [...head.slice(0, cut < 0 ? undefined : cut), ...sections, ...(cut < 0 ? [] : ['', CUT_HEAD])],
    report,
    left,
  );
}

const CUT_HEAD = '**Some gates or metrics are not shown:** there is no room.';

/** Ends with the first row that does not fit, so that nothing shown is less severe than what is left out. */
function rowsThatFit(report: Report, fits: (lines: readonly string[]) => boolean): Map<Finding, string> {
  const rows = new Map<Finding, string>();
  const begun = new Set<GateResult>();
  const all = report.gates.flatMap((gate) => gate.findings.map((finding) => ({ gate, finding })));
  for (const { gate, finding } of all.sort((a, b) => severity(b.finding.level) - severity(a.finding.level))) {
    const row = rowOf(finding);
    if (!fits(begun.has(gate) ? [row] : [...headingOf(gate), row])) break;
    begun.add(gate);
    rows.set(finding, row);
  }
  return rows;
}

function sectionOf(gate: GateResult, rows: ReadonlyMap<Finding, string>): string[] {
  const shown = gate.findings.flatMap((finding) => rows.get(finding) ?? []);
  return shown.length > 0 ? [...headingOf(gate), ...shown] : [];
}

function page(lines: readonly string[], { asOf, tool }: Report, left: readonly Finding[]): string {
  const cut =
    left.length > 0 ? ['', `**${levelsOf(left)} not shown:** there is no room; see the JSON or SARIF report.`] : [];
  const foot = `As of ${markdownText(asOf, 40)} by ${markdownText(`${tool.name} ${tool.version}`, 80)}`;
  return `${[...lines, ...cut, '', foot].join('\n')}\n`;
}

function headOf({ verdict, gates }: Report): string[] {
  const metrics = gates.flatMap((gate) => gate.metrics.map((metric) => ({ gate, metric })));
  return [
    `## ${VERDICTS[verdict].mark} Helios: ${verdict}`,
    '',
    '| Gate | Verdict | Checked | Errors | Warnings | Notes | Waived |',
    '|---|---|--:|--:|--:|--:|--:|',
    ...gates.map(gateRow),
    ...gates.filter((gate) => gate.error !== undefined).flatMap(errorLines),
    ...(metrics.length > 0 ? ['', '| | Metric | Value | Of | Needs |', '|---|---|--:|--:|--:|'] : []),
    ...metrics.map(({ gate, metric }) => {
      const met = isMet(metric);
      const mark = met === undefined ? '' : VERDICTS[met ? 'pass' : 'fail'].mark;
      const title = `${gate.gate}: ${metric.title}`;
      return rowOfCells([
        mark,
        ...[title, valueOf(metric), sampleOf(metric), demandOf(metric)].map((cell) => markdownText(cell)),
      ]);
    }),
  ];
}

function gateRow(gate: GateResult): string {
  const { mark, words } = VERDICTS[gate.verdict];
  return rowOfCells([
    markdownText(gate.gate),
    `${mark} ${words}`,
    markdownText(counted(gate.checked, gate.unit) + scopeOf(gate)),
    ...(['error', 'warning', 'note'] as const).map((level) => grouped(countOf(gate.findings, level))),
    grouped(gate.waived.length),
  ]);
}

function errorLines({ gate, error = '' }: GateResult): string[] {
  return ['', disarm(`**${markdownText(gate)} could not finish:** ${markdownText(error)}`)];
}

function headingOf(gate: GateResult): string[] {
  return [
    '',
    disarm(`### ${markdownText(gate.gate)}: ${levelsOf(gate.findings)}`),
    '',
    '| Level | Where | Finding | Rule |',
    '|---|---|---|---|',
  ];
}

function rowOf({ level, location, message, remedy, ruleId }: Finding): string {
  const what = `${markdownText(message)} → ${markdownText(remedy)}`;
  return rowOfCells([level, markdownCode(placeOf(location)), what, markdownCode(ruleId)]);
}

function rowOfCells(cells: readonly string[]): string {
  return disarm(`| ${cells.join(' | ')} |`);
}
