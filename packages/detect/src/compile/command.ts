// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Io } from '@helios/core/cli';
import { loadInputs } from '@helios/core/cli/actions';
import { parseConfigFile } from '@helios/core/config';
import { fail, messageOf } from '@helios/core/error';
import { EXIT, type ExitCode } from '@helios/core/gate';
import { sha256Hex } from '@helios/core/hash';
import { visible } from '@helios/core/report';
import { gate } from '../gate.ts';
import { titleOf } from '../lint/metadata.ts';
import type { SigmaRule } from '../sigma/rule.ts';
import { tellUnread } from '../unread.ts';
import { type Compiled, compileRule, type TargetName, TARGETS } from './compile.ts';
import { compileCorrelation } from './correlation.ts';
import type { CompileOptions } from './options.ts';
import { compileSettingsSchema } from './settings.ts';

export interface CompileFlags {
  readonly target: string;
  readonly settings?: string;
  readonly anySource?: boolean;
  readonly config?: string;
  readonly format: string;
}

/** `sec-detect compile`: rules as queries of another language. What it cannot say is refused by name; exit 1 then. */
export async function compileRules(wanted: readonly string[], flags: CompileFlags, io: Io): Promise<ExitCode> {
  const target = targetOf(flags.target);
  if (!['text', 'ndjson'].includes(flags.format))
    fail('usage', `unknown format "${flags.format}"`, { hint: 'Known formats: text, ndjson.' });
  const settings = flags.settings === undefined ? {} : await readSettings(flags.settings, io);
  const options = { ...settings, ...(flags.anySource && { anySource: true }) };
  const { inputs } = await loadInputs(gate, flags, io);
  const set = {
    rules: inputs.set.rules.map(({ rule }) => rule),
    correlations: inputs.set.correlations.map(({ correlation }) => correlation),
  };
  const rules = [
    ...inputs.set.rules.map(({ rule, place }) => ({
      rule,
      place,
      compile: () => compileRule(rule, target, options),
    })),
    ...inputs.set.correlations.map(({ correlation, place }) => ({
      rule: correlation,
      place,
      compile: () => compileCorrelation(correlation, set, target, options),
    })),
  ].filter(({ rule }) => isWanted(rule, wanted));
  let refused = 0;
  for (const { rule, place, compile } of rules) {
    const compiled = compile();
    if ('problem' in compiled) {
      refused++;
      const { message, remedy } = compiled.problem;
      io.stderr.write(`${visible(`${place.path}: ${rule.title}: ${message}`)}\n`);
      if (remedy !== undefined) io.stderr.write(`  → ${visible(remedy)}\n`);
    }
    io.stdout.write(flags.format === 'ndjson' ? asJson(rule, target, compiled) : asText(rule, compiled));
  }
  const problems = inputs.set.problems.filter(({ written }) =>
    isWanted({ id: String(written['id']), title: titleOf(written) }, wanted),
  );
  refused += tellUnread({ problems }, [], io);
  const asked = rules.length + problems.length;
  io.stderr.write(`${asked - refused} of ${asked} rules compile to ${target}\n`);
  if (asked === 0) return EXIT.nothingChecked;
  return refused === 0 ? EXIT.pass : EXIT.fail;
}

function targetOf(name: string): TargetName {
  const known = Object.keys(TARGETS) as TargetName[];
  return (
    known.find((each) => each === name) ??
    fail('usage', `there is no target "${name}"`, { hint: `Targets: ${known.join(', ')}.` })
  );
}

async function readSettings(file: string, io: Io): Promise<CompileOptions> {
  const source = { path: file, text: readText(file, io) };
  const { schema: _schema, ...settings } = await parseConfigFile(
    { ...source, sha256: sha256Hex(source.text) },
    compileSettingsSchema,
  );
  // Absent and undefined are the same to zod, and not to the types.
  return JSON.parse(JSON.stringify(settings)) as CompileOptions;
}

function readText(file: string, io: Io): string {
  try {
    return readFileSync(resolve(io.cwd, file), 'utf8');
  } catch (cause) {
    return fail('usage', `${file} cannot be read: ${messageOf(cause)}`, { cause, hint: 'Check the path.' });
  }
}

/** A rule or a correlation. */
type Titled = Pick<SigmaRule, 'id' | 'title'>;

function isWanted({ id, title }: Titled, wanted: readonly string[]): boolean {
  if (wanted.length === 0) return true;
  return wanted.some((each) => id === each || title.toLowerCase().includes(each.toLowerCase()));
}

/** Queries are shown as they are: they are there to be copied. The title stands in a line of its own. */
function asText({ title, id }: Titled, compiled: Compiled): string {
  if ('problem' in compiled) return '';
  return `# ${visible(title)} (${visible(id)})\n${compiled.queries.map((query) => `${query}\n\n`).join('')}`;
}

function asJson({ title, id }: Titled, target: TargetName, compiled: Compiled): string {
  return `${JSON.stringify({ id, title, target, ...compiled })}\n`;
}
