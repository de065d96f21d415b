// SPDX-License-Identifier: Apache-2.0
import type { Io } from '@helios/core/cli';
import { fail } from '@helios/core/error';
import { redact } from '@helios/core/finding';
import { visible } from '@helios/core/report';
import type { BadRecord, Logsource } from '../events/index.ts';
import type { Hit } from './hunt.ts';

/** How what is found is told. */
export interface TellFlags {
  readonly format: string;
  readonly minLevel: string;
}

const LEVELS = ['none', 'informational', 'low', 'medium', 'high', 'critical'];

const FORMATS: Readonly<Record<string, (hit: Hit) => string>> = {
  text: drawHit,
  ndjson: (hit) => `${JSON.stringify(hit)}\n`,
};

/** Writes hits to stdout, but those below the level; returns how many it wrote. Throws HeliosError `usage`. */
export function hitTeller({ format: name, minLevel }: TellFlags, io: Io): (hits: readonly Hit[]) => number {
  const format = Object.hasOwn(FORMATS, name) ? FORMATS[name] : undefined;
  if (!format)
    fail('usage', `unknown format "${name}"`, { hint: `Known formats: ${Object.keys(FORMATS).join(', ')}.` });
  const least = LEVELS.indexOf(minLevel);
  if (least < 0) fail('usage', `there is no level "${minLevel}"`, { hint: `Levels: ${LEVELS.slice(1).join(', ')}.` });
  return (hits) => {
    const told = hits.filter(({ level }) => LEVELS.indexOf(level) >= least);
    for (const hit of told) io.stdout.write(format(hit));
    return told.length;
  };
}

/** More of them say nothing new. */
const SHOWN_BAD = 10;

/** Names the first records that cannot be judged, and counts all. */
export function badTeller(io: Io): { readonly tell: (bad: BadRecord) => void; readonly count: () => number } {
  let count = 0;
  return {
    tell({ file, record, reason }) {
      count++;
      if (count <= SHOWN_BAD) io.stderr.write(`${visible(`${file}, record ${record} ${reason}`)}\n`);
    },
    count: () => count,
  };
}

/** What is to be said of the records of all logs. */
export function recordNotes(bad: number, unrouted: number): string[] {
  return [
    ...(bad > 0 ? [`${bad} records could not be judged`] : []),
    ...(unrouted > 0
      ? [`of ${unrouted} nothing tells what log they are from: no rule was asked (--assume-logsource)`]
      : []),
  ];
}

/** `windows/process_creation`, or `aws//cloudtrail`: product, category, service. */
export function parseLogsource(text: string): Logsource {
  const [product, category, service, ...rest] = text.split('/');
  if (rest.length > 0 || text.replaceAll('/', '') === '')
    fail('usage', `"${text}" is no log source`, {
      hint: 'Write product/category/service, such as windows/process_creation or aws//cloudtrail.',
    });
  return { ...(product && { product }), ...(category && { category }), ...(service && { service }) };
}

function drawHit({ time = 'no time', level, title, file, record, group, matches, output }: Hit): string {
  const where = file === '' ? 'at the end' : `${file}:${record}`;
  const of = group
    ? `  (${matches} matches${Object.entries(group)
        .map(([name, value]) => `, ${name} ${value}`)
        .join('')})`
    : '';
  return `${visible(redact(`${time}  ${level.padEnd(13)}  ${title}  ${where}${of}${output === undefined ? '' : `  ${output}`}`))}\n`;
}
