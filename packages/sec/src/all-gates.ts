// SPDX-License-Identifier: Apache-2.0
import type { CheckFlags, CheckRequest } from '@helios/core/cli/actions';
import { nearestOf, parseConfigFile, type Project } from '@helios/core/config';
import { fail } from '@helios/core/error';
import { VERSION } from '@helios/core/version';
import { z } from 'zod';
import { executeInThread } from './execute.ts';
import { GATE_IDS, loadGates } from './gates.ts';

/** Runs the configured gates side by side, or those of them that are named. */
export function allGates(ids: readonly string[], flags: CheckFlags): CheckRequest {
  return {
    gates: async (project) => loadGates(await chosenGates(project, ids)),
    tool: { name: 'sec', version: VERSION },
    flags,
    many: true,
    execute: executeInThread,
  };
}

async function chosenGates(project: Project, ids: readonly string[]): Promise<string[]> {
  const { file, root, sections } = project;
  if (!file) fail('usage', `no helios.yaml in ${root} or above`, { hint: 'Write one, or name it with --config.' });
  const configured = Object.keys(sections);
  // Read again only where that tells the line of what is wrong.
  if (!configured.every((id) => GATE_IDS.includes(id))) await parseConfigFile(file, KNOWN_GATES);
  for (const id of ids) if (!configured.includes(id)) unknownGate(id, configured);
  if (configured.length === 0)
    fail('config', 'names no gates', { path: file.path, hint: `Gates: ${GATE_IDS.join(', ')}.` });
  return GATE_IDS.filter((id) => (ids.length === 0 ? configured : ids).includes(id));
}

const KNOWN_GATES = z.looseObject({
  gates: z.strictObject(Object.fromEntries(GATE_IDS.map((id) => [id, z.unknown()]))),
});

function unknownGate(id: string, known: readonly string[]): never {
  const nearest = nearestOf(id, known);
  fail('usage', `unknown gate "${id}"`, {
    hint: nearest ? `Did you mean "${nearest}"?` : `Gates: ${known.join(', ')}.`,
  });
}
