// SPDX-License-Identifier: Apache-2.0
import { BARE_NODE, START_GOALS } from './cold-start.ts';
import type { Machine } from './machine.ts';
import { type Agreement, TITLES } from './mapping.ts';
import type { Measured, Spread } from './measure.ts';

export interface Results {
  readonly date: string;
  readonly machine: Machine;
  /** Load before and after. */
  readonly load: readonly [string, string];
  readonly starts: readonly Measured[];
  readonly mapping: readonly Measured[];
  /** Rule files; 0 where there was no corpus. */
  readonly files: number;
  /** The peer's version and what it answered; absent where it is not installed. */
  readonly sigma?: { readonly version: string; readonly agreement: Agreement };
  /** Folders by the name that they are shown by. */
  readonly places: ReadonlyMap<string, string>;
}

/** RESULTS.md. */
export function formatResults(results: Results): string {
  const { date, machine, load, starts, mapping, files, sigma } = results;
  const sections = [
    '# Results',
    'Written by `npm run bench`; [README.md](README.md) says what is measured and how.',
    table(
      ['', ''],
      [
        ['Date', date],
        ['Processor', machine.cpu],
        ['Memory', machine.memory],
        ['Kernel', machine.kernel],
        ['Node', machine.node],
        ['Load before', load[0]],
        ['Load after', load[1]],
        ['Peer', sigma?.version ?? 'not measured, its rows are missing: needs sigma-cli and the corpus'],
      ],
    ),
    'CPU is user and system time of a command and all that it started. Where the load is above the number of cores, it misleads less.',
    '## Cold start',
    timings(starts, BARE_NODE, 1000, 'ms'),
    files === 0 ? '## Mapping' : `## Mapping of ${files} rule files`,
    files === 0
      ? 'Not measured: the corpus `../shared/data/sigma/rules` is absent.'
      : timings(mapping, TITLES.cold, 1, 's'),
    ...(sigma ? [agreementText(sigma.agreement)] : []),
    '## Goals',
    table(['Goal', 'by wall', 'by CPU'], goals(results)),
    '## Commands',
    'Run in turns, from a folder `$TMP` of its own.',
    `\`\`\`sh\n${[...starts, ...mapping].map((row) => commandText(row, results.places)).join('\n')}\n\`\`\``,
  ];
  return `${sections.join('\n\n')}\n`;
}

function timings(rows: readonly Measured[], base: string, scale: number, unit: string): string {
  const reference = find(rows, base);
  const cells = rows.map(({ case: { title }, runs, wall, cpu }) => [
    title,
    number(wall.median, scale),
    `${number(wall.min, scale)} – ${number(wall.max, scale)}`,
    ratio(wall, reference?.wall),
    number(cpu.median, scale),
    ratio(cpu, reference?.cpu),
    String(runs),
  ]);
  return table(['Command', `median ${unit}`, 'min – max', `× ${base}`, `CPU ${unit}`, '×', 'runs'], cells);
}

/** Ratios count by wall and by CPU; a wait counts by wall alone. */
function goals({ starts, mapping }: Results): string[][] {
  return [...startGoals(starts), ...peerGoals(mapping), ...waitGoals(mapping)];
}

function startGoals(rows: readonly Measured[]): string[][] {
  const bare = find(rows, BARE_NODE);
  if (!bare) return [];
  return rows.flatMap((row) => {
    const most = START_GOALS.get(row.case.title);
    if (most === undefined) return [];
    const cell = (pick: Pick): string => outcome(pick(row) / pick(bare), (value) => value <= most, '×');
    return [[`${row.case.title} ≤ ${most} × bare node`, cell(byWall), cell(byCpu)]];
  });
}

function peerGoals(rows: readonly Measured[]): string[][] {
  const cold = find(rows, TITLES.cold);
  if (!cold) return [];
  return [TITLES.sigma, TITLES.sigmaAll].flatMap((title) => {
    const peer = find(rows, title);
    if (!peer) return [];
    const cell = (pick: Pick): string => outcome(pick(peer) / pick(cold), (value) => value >= 25, '×');
    return [[`cold ≥ 25 × faster than ${title}`, cell(byWall), cell(byCpu)]];
  });
}

function waitGoals(rows: readonly Measured[]): string[][] {
  return [TITLES.warm, TITLES.warm19].flatMap((title) => {
    const row = find(rows, title);
    return row ? [[`${title}: < 0.5 s`, outcome(byWall(row), (value) => value < 0.5, 's'), '']] : [];
  });
}

type Pick = (row: Measured) => number;

const byWall: Pick = ({ wall }) => wall.median;
const byCpu: Pick = ({ cpu }) => cpu.median;

function outcome(value: number, met: (value: number) => boolean, unit: string): string {
  return `${value.toFixed(2)} ${unit}, ${met(value) ? 'met' : 'missed'}`;
}

function find(rows: readonly Measured[], title: string): Measured | undefined {
  return rows.find((row) => row.case.title === title);
}

function agreementText({ ours, theirs, both }: Agreement): string {
  return `Rules with a technique unknown to ATT&CK 18.1: ${ours} by sec-attack-mapper, ${theirs} by sigma check, ${both} of them the same.`;
}

function commandText({ case: { title, command } }: Measured, places: ReadonlyMap<string, string>): string {
  let text = command.join(' ');
  for (const [path, name] of places) text = text.replaceAll(path, name);
  return `# ${title}\n${text}`;
}

function number(seconds: number, scale: number): string {
  return (seconds * scale).toFixed(scale === 1 ? 2 : 0);
}

function ratio(value: Spread, base: Spread | undefined): string {
  return base ? (value.median / base.median).toFixed(2) : '';
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
