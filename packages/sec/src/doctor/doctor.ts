// SPDX-License-Identifier: Apache-2.0
import type { Io } from '@helios/core/cli';
import { describeError, shown } from '@helios/core/cli/actions';
import { loadProject } from '@helios/core/config';
import { fail, HeliosError } from '@helios/core/error';
import { EXIT, type ExitCode } from '@helios/core/gate';
import { CHECKS, type Diagnosis } from './checks.ts';

type Finding = Diagnosis & { readonly id: string };

/** `sec doctor`: what is missing here and how to get it; exit 2 where something is broken. */
export async function doctor(flags: { readonly format: string }, io: Io): Promise<ExitCode> {
  if (!['text', 'json'].includes(flags.format)) {
    fail('usage', `unknown format "${flags.format}"`, { hint: 'Known formats: text, json.' });
  }
  const findings = await examine(io);
  io.stdout.write(
    flags.format === 'json'
      ? `${JSON.stringify({ schema: 'helios/doctor/v1', findings }, null, 2)}\n`
      : findings.map(draw).join(''),
  );
  return findings.some(({ state }) => state === 'broken') ? EXIT.usage : EXIT.pass;
}

async function examine(io: Io): Promise<Finding[]> {
  try {
    const project = await loadProject({ cwd: io.cwd });
    const findings: Finding[] = [];
    for (const { id, examine: look } of CHECKS) findings.push({ id, ...(await look({ project, env: io.env })) });
    return findings;
  } catch (thrown) {
    if (!(thrown instanceof HeliosError)) throw thrown;
    // A helios.yaml that cannot be read at all: nothing else can be looked at.
    return [
      {
        id: 'configuration',
        state: 'broken',
        said: describeError(thrown).split('\n')[0] ?? '',
        remedy: thrown.detail.hint ?? '',
      },
    ];
  }
}

const MARKS = { ok: '✔', warning: '!', broken: '✖' } as const;
const ID_WIDTH = 14;

function draw({ id, state, said, remedy }: Finding): string {
  const head = `${MARKS[state]} ${id.padEnd(ID_WIDTH)} ${shown(said)}\n`;
  return remedy === undefined ? head : `${head}${' '.repeat(ID_WIDTH + 3)}→ ${shown(remedy)}\n`;
}
