// SPDX-License-Identifier: Apache-2.0
import { basename, dirname, resolve } from 'node:path';
import { realpathSync } from 'node:fs';
import type { Io } from '@helios/core/cli';
import { loadInputs, writeOutput } from '@helios/core/cli/actions';
import { fail, messageOf } from '@helios/core/error';
import { EXIT, type ExitCode } from '@helios/core/gate';
import { parseStrictJson, readSource } from '@helios/core/input';
import { stringify } from 'yaml';
import { gate } from '../gate.ts';
import { poamOf } from './export.ts';
import { exceptionsOf } from './import.ts';

export interface ExportFlags {
  readonly config?: string;
  readonly output?: string;
  readonly title: string;
}

export interface ImportFlags {
  readonly output?: string;
  readonly requester?: string;
}

/** `sec-exception poam export`. An empty register makes no plan: OSCAL wants at least one item. */
export async function exportPoam(flags: ExportFlags, io: Io): Promise<ExitCode> {
  const { inputs } = await loadInputs(gate, flags, io);
  const { entries, broken } = inputs.register;
  const [first] = broken;
  if (first) fail('config', first.message, { path: first.path, hint: 'Correct the register first.' });
  if (entries.length === 0) {
    io.stderr.write('the register is empty: there is nothing to plan\n');
    return EXIT.nothingChecked;
  }
  await writeOutput(
    poamOf(
      entries.map(({ exception }) => exception),
      flags.title,
    ),
    flags.output,
    'the plan',
    io,
  );
  return EXIT.pass;
}

/** `sec-exception poam import`: a register out of a plan. */
export async function importPoam(file: string, flags: ImportFlags, io: Io): Promise<ExitCode> {
  const absolute = resolve(io.cwd, file);
  const source = readSource(folderOf(absolute, file), basename(absolute));
  const exceptions = exceptionsOf(file, parseStrictJson(file, source.text), flags.requester);
  const register = stringify({ schema: 'helios/exceptions/v1', exceptions }, { lineWidth: 0 });
  await writeOutput(register, flags.output, 'the register', io);
  return EXIT.pass;
}

function folderOf(absolute: string, given: string): string {
  try {
    return realpathSync.native(dirname(absolute));
  } catch (cause) {
    return fail('usage', `${given} cannot be read: ${messageOf(cause)}`, {
      cause,
      hint: 'Name an OSCAL file in JSON.',
    });
  }
}
