// SPDX-License-Identifier: Apache-2.0
import type { Io } from '@helios/core/cli';
import { loadInputs } from '@helios/core/cli/actions';
import { fail } from '@helios/core/error';
import { redact } from '@helios/core/finding';
import { EXIT, type ExitCode } from '@helios/core/gate';
import { visible } from '@helios/core/report';
import { type Logsource, readEventBatches } from '../events/index.ts';
import { gate } from '../gate.ts';
import { createHunt, type Hit } from './hunt.ts';
import { openLog } from './log.ts';

export interface RunFlags {
  readonly config?: string;
  readonly format: string;
  readonly minLevel: string;
  readonly assumeLogsource?: string;
}

const LEVELS = ['none', 'informational', 'low', 'medium', 'high', 'critical'];

const FORMATS: Readonly<Record<string, (hit: Hit) => string>> = {
  text: drawHit,
  ndjson: (hit) => `${JSON.stringify(hit)}\n`,
};

/** `sec-detect run`: what the rules find in logs, as it is found; memory does not grow with the logs. */
export async function runRules(logs: readonly string[], flags: RunFlags, io: Io): Promise<ExitCode> {
  const format = FORMATS[flags.format];
  if (!format)
    fail('usage', `unknown format "${flags.format}"`, { hint: `Known formats: ${Object.keys(FORMATS).join(', ')}.` });
  const least = LEVELS.indexOf(flags.minLevel);
  if (least < 0)
    fail('usage', `there is no level "${flags.minLevel}"`, { hint: `Levels: ${LEVELS.slice(1).join(', ')}.` });
  const assumeLogsource = flags.assumeLogsource === undefined ? undefined : parseLogsource(flags.assumeLogsource);
  const { inputs } = await loadInputs(gate, flags, io);
  const hunt = createHunt({ set: inputs.set, falco: inputs.falco.ruleset });
  const told = { events: 0, bad: 0, hits: 0, unrouted: 0 };
  const tell = (hits: readonly Hit[]): void => {
    for (const hit of hits) {
      if (LEVELS.indexOf(hit.level) < least) continue;
      told.hits++;
      io.stdout.write(format(hit));
    }
  };
  for (const log of logs) {
    const options = {
      onBad: ({ file, record, reason }: { file: string; record: number; reason: string }) => {
        told.bad++;
        if (told.bad <= SHOWN_BAD) io.stderr.write(`${visible(`${file}, record ${record} ${reason}`)}\n`);
      },
      ...(assumeLogsource && { assumeLogsource }),
    };
    for await (const batch of readEventBatches(openLog(log, io), options)) {
      for (const event of batch) {
        told.events++;
        if (event.logsources.length === 0) told.unrouted++;
        tell(hunt.push(event));
      }
    }
  }
  tell(hunt.end());
  io.stderr.write(summaryOf(told, inputs.set.rules.length + inputs.falco.ruleset.rules.length, hunt.correlator));
  if (told.bad > 0) return EXIT.usage;
  return told.events === 0 ? EXIT.nothingChecked : EXIT.pass;
}

/** More of them say nothing new. */
const SHOWN_BAD = 10;

/** `windows/process_creation`, or `aws//cloudtrail`: product, category, service. */
function parseLogsource(text: string): Logsource {
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

function summaryOf(
  { events, bad, hits, unrouted }: Readonly<Record<'events' | 'bad' | 'hits' | 'unrouted', number>>,
  rules: number,
  { undated, late }: { readonly undated: number; readonly late: number },
): string {
  const notes = [
    ...(bad > 0 ? [`${bad} records could not be judged`] : []),
    ...(unrouted > 0
      ? [`of ${unrouted} nothing tells what log they are from: no rule was asked (--assume-logsource)`]
      : []),
    ...(undated > 0 ? [`${undated} matches have no time, and were left out of correlations`] : []),
    ...(late > 0 ? [`${late} matches came too late for their correlation: give logs in the order of time`] : []),
  ];
  return [`${events} events, ${rules} rules, ${hits} hits`, ...notes].map((line) => `${line}\n`).join('');
}
