// SPDX-License-Identifier: Apache-2.0
import { LEVELS } from '../finding/finding.ts';
import type { Finding, Level, Location } from '../finding/finding.ts';
import type { GateResult, Report } from '../gate/result.ts';
import { counted } from './quantity.ts';
import type { Reporter } from './reporter.ts';
import { clip, commandData, commandProperty } from './sanitize.ts';
import { obstacleOf, VERDICTS } from './tally.ts';

/** GitHub shows so many annotations of each level per step and hides the rest without a word. */
const SHOWN_PER_LEVEL = 10;
const MESSAGE_LIMIT = 2000;

const COMMAND: Readonly<Record<Level, string>> = { error: 'error', warning: 'warning', note: 'notice' };

/** Workflow commands for standard output: annotations of open findings, and one notice for those left out. */
export const github: Reporter = (report) => {
  const commands = new Map(LEVELS.map((level) => [level, commandsOf(report, level)]));
  const all = [...commands.values()].flat().length;
  const left = [...commands.values()].reduce((sum, { length }) => sum + Math.max(0, length - SHOWN_PER_LEVEL), 0);
  const shown = LEVELS.flatMap((level) => (commands.get(level) ?? []).slice(0, roomFor(level, left > 0)));
  const rest =
    left > 0 ? [`::notice title=Helios::${counted(all - shown.length, 'more findings')}: see the job summary`] : [];
  const verdict = `${VERDICTS[report.verdict].mark} ${report.verdict} as of ${commandData(report.asOf)}`;
  return `${[...shown, ...rest, verdict].join('\n')}\n`;
};

/** The notice that counts what is left out is itself one of the ten. */
function roomFor(level: Level, something: boolean): number {
  return level === 'note' && something ? SHOWN_PER_LEVEL - 1 : SHOWN_PER_LEVEL;
}

function commandsOf({ gates }: Report, level: Level): string[] {
  const findings = gates.flatMap((gate) => gate.findings.filter((finding) => finding.level === level));
  return [...(level === 'error' ? gates.flatMap(obstacleCommands) : []), ...findings.map(commandOf)];
}

function obstacleCommands(gate: GateResult): string[] {
  const obstacle = obstacleOf(gate);
  return obstacle === undefined
    ? []
    : [`::error title=${commandProperty(gate.gate)}::${commandData(clip(obstacle, MESSAGE_LIMIT))}`];
}

function commandOf({ level, ruleId, message, remedy, location }: Finding): string {
  const properties = [...Object.entries(placeProperties(location)), ['title', ruleId] as const]
    .map(([name, value]) => `${name}=${commandProperty(String(value))}`)
    .join(',');
  const text = `${clip(message, MESSAGE_LIMIT)}\n→ ${clip(remedy, MESSAGE_LIMIT)}`;
  return `::${COMMAND[level]} ${properties}::${commandData(text)}`;
}

/** GitHub takes columns only of a range within one line. */
function placeProperties({ path, line, column, endLine = line, endColumn }: Location): Record<string, string | number> {
  return {
    file: path,
    ...(line !== undefined && { line }),
    ...(endLine !== undefined && endLine !== line && { endLine }),
    ...(column !== undefined && endLine === line && { col: column, ...(endColumn !== undefined && { endColumn }) }),
  };
}
