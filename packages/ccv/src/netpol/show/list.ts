// SPDX-License-Identifier: Apache-2.0
import { visible } from '@helios/core/report';
import { ALL_PORTS, describePorts, listPorts, type Ports } from '../connect/ports.ts';
import type { Change, Connection } from './connections.ts';

interface Report {
  readonly caveats: readonly string[];
}

export interface ConnectionReport extends Report {
  readonly connections: readonly Connection[];
}

export interface ChangeReport extends Report {
  readonly changes: readonly Change[];
}

export const LIST_FORMATS: Readonly<Record<string, (report: ConnectionReport) => string>> = {
  text: ({ connections }) =>
    drawRows(
      connections.map(({ source, destination, ports }) => [source.name, destination.name, describePorts(ports)]),
    ),
  json: ({ connections, caveats }) =>
    drawJson('helios/connections/v1', {
      connections: connections.map(({ source, destination, ports }) => {
        return { source: source.name, destination: destination.name, ports: portsOf(ports) };
      }),
      caveats,
    }),
  csv: ({ connections }) =>
    drawCsv([
      ['source', 'destination', 'connections'],
      ...connections.map(({ source, destination, ports }) => [source.name, destination.name, describePorts(ports)]),
    ]),
};

export const DIFF_FORMATS: Readonly<Record<string, (report: ChangeReport) => string>> = {
  text: ({ changes }) =>
    changes.length === 0
      ? 'no connection is opened or closed\n'
      : drawRows(
          changes.map(({ source, destination, before, after }) => [
            `${signOf({ before, after })} ${source.name}`,
            destination.name,
            `${describePorts(before)}  ⟶  ${describePorts(after)}`,
          ]),
        ),
  json: ({ changes, caveats }) =>
    drawJson('helios/connection-changes/v1', {
      changes: changes.map(({ source, destination, before, after }) => {
        return { source: source.name, destination: destination.name, before: portsOf(before), after: portsOf(after) };
      }),
      caveats,
    }),
  csv: ({ changes }) =>
    drawCsv([
      ['change', 'source', 'destination', 'before', 'after'],
      ...changes.map(({ source, destination, before, after }) => [
        SIGNS[signOf({ before, after })] ?? '',
        source.name,
        destination.name,
        describePorts(before),
        describePorts(after),
      ]),
    ]),
};

const SIGNS: Readonly<Record<string, string>> = { '+': 'opened', '-': 'closed', '~': 'changed' };

function signOf({ before, after }: Pick<Change, 'before' | 'after'>): string {
  return before.length === 0 ? '+' : after.length === 0 ? '-' : '~';
}

function drawRows(rows: readonly (readonly [string, string, string])[]): string {
  const widths = [0, 1].map((column) => Math.max(0, ...rows.map((row) => visible(row[column] ?? '').length)));
  return rows
    .map(([source, destination, ports]) => {
      const [left = 0, middle = 0] = widths;
      return `${visible(source).padEnd(left)}  →  ${visible(destination).padEnd(middle)}  ${ports}\n`;
    })
    .join('');
}

function drawJson(schema: string, body: object): string {
  return `${JSON.stringify({ schema, ...body }, null, 2)}\n`;
}

/** Absent: every port of every protocol. */
function portsOf(ports: Ports): readonly object[] | 'all' {
  if (describePorts(ports) === describePorts(ALL_PORTS)) return 'all';
  return listPorts(ports).flatMap(({ protocol, ranges }) => ranges.map(([first, last]) => ({ protocol, first, last })));
}

/** RFC 4180. A cell that a spreadsheet would take for a formula begins with an apostrophe. */
function drawCsv(rows: readonly (readonly string[])[]): string {
  return rows.map((row) => `${row.map(cellOf).join(',')}\r\n`).join('');
}

function cellOf(text: string): string {
  const shown = visible(text);
  const safe = /^[=+\-@]/.test(shown) ? `'${shown}` : shown;
  return /[",]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
