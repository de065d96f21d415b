// SPDX-License-Identifier: Apache-2.0
import type { Io } from '@helios/core/cli';
import { loadInputs } from '@helios/core/cli/actions';
import { fail } from '@helios/core/error';
import { redact } from '@helios/core/finding';
import { EXIT, type ExitCode } from '@helios/core/gate';
import { visible } from '@helios/core/report';
import { applies } from '../events/applies.ts';
import type { LogEvent } from '../events/event.ts';
import { readEvents } from '../events/index.ts';
import { gate } from '../gate.ts';
import { titleOf as writtenTitle } from '../lint/metadata.ts';
import type { FalcoRule } from '../falco/index.ts';
import type { SigmaRule } from '../sigma/rule.ts';
import { EventView } from '../sigma/view.ts';
import type { Detections } from '../testing/run.ts';
import { type Explained, type ExplainedRule, explainFalco, explainRule } from './explain.ts';
import { openLog } from './log.ts';

export interface ExplainFlags {
  readonly record: string;
  readonly config?: string;
  readonly format: string;
}

/** `sec-detect explain-match` */
export async function explainMatch(name: string, log: string, flags: ExplainFlags, io: Io): Promise<ExitCode> {
  if (!['text', 'json'].includes(flags.format))
    fail('usage', `unknown format "${flags.format}"`, { hint: 'Known formats: text, json.' });
  const { inputs } = await loadInputs(gate, flags, io);
  const rule = ruleCalled(name, { set: inputs.set, falco: inputs.falco.ruleset });
  const event = await eventAt(log, flags.record, io);
  const explained = 'format' in rule ? explainFalco(rule, event) : explainRule(rule, new EventView(event));
  const routed = 'format' in rule || applies(rule.logsource, event);
  io.stdout.write(
    flags.format === 'json'
      ? `${JSON.stringify({ routed, ...explained }, null, 2)}\n`
      : draw(explained, drawHead(rule, event, routed, explained.matched)),
  );
  return explained.matched && routed ? EXIT.pass : EXIT.fail;
}

type Rule = SigmaRule | FalcoRule;

const titleOf = (rule: Rule): string => ('format' in rule ? rule.name : rule.title);

function ruleCalled(name: string, { set, falco }: Detections): Rule {
  const rules: Rule[] = [...set.rules.map(({ rule }) => rule), ...falco.rules];
  const exact = rules.find((rule) => titleOf(rule) === name || ('id' in rule && rule.id === name));
  const [first, second] = exact
    ? [exact]
    : rules.filter((rule) => titleOf(rule).toLowerCase().includes(name.toLowerCase()));
  if (first && !second) return first;
  const broken = set.problems.find(({ written }) => written['id'] === name || writtenTitle(written) === name);
  if (broken && !first)
    fail('input', `the rule cannot be asked: ${broken.problem.message}`, { path: broken.place.path });
  return fail('usage', second ? `several rules are called like "${name}"` : `no rule is called "${name}"`, {
    hint:
      second && first
        ? `For instance "${titleOf(first)}" and "${titleOf(second)}": give an id.`
        : 'Give its id, or part of its title.',
  });
}

async function eventAt(log: string, record: string, io: Io): Promise<LogEvent> {
  let number = 0;
  for await (const event of readEvents(openLog(log, io))) if (String(++number) === record) return event;
  return fail('usage', `${log} has ${number} records, and no record ${record}`, { hint: 'Count from 1.' });
}

function drawHead(rule: Rule, event: LogEvent, routed: boolean, matched: boolean): string[] {
  const head = [`${mark(matched && routed)} ${titleOf(rule)}`];
  if (!routed && 'logsource' in rule)
    head.push(`✖ the event is ${sourcesOf(event)}, and the rule is about ${JSON.stringify(rule.logsource)}`);
  return head;
}

function draw({ conditions, selections }: ExplainedRule, lines: string[]): string {
  for (const { text, met } of conditions) lines.push(`${mark(met)} condition: ${text.replaceAll(/\s+/g, ' ')}`);
  for (const [name, selection] of Object.entries(selections)) lines.push(...drawPart(selection, `${name}: `, '  '));
  return lines.map((line) => `${visible(redact(line))}\n`).join('');
}

function sourcesOf({ logsources }: LogEvent): string {
  return logsources.length === 0
    ? 'of a log that nothing tells'
    : logsources.map((each) => JSON.stringify(each)).join(' and ');
}

/** Longer values are recognised by their beginning. */
const SHOWN = 120;

function drawPart({ met, asks, has, parts = [] }: Explained, name: string, indent: string): string[] {
  const held =
    has === undefined
      ? parts.length === 0
        ? '; it is missing'
        : ''
      : `; it is ${JSON.stringify(has.length === 1 ? has[0] : has).slice(0, SHOWN)}`;
  const own = `${indent}${mark(met)} ${name}${asks}${held}`;
  return [own, ...parts.flatMap((part) => drawPart(part, '', `${indent}  `))];
}

const mark = (met: boolean): string => (met ? '✔' : '✖');
